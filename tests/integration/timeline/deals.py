"""A kind of record that the 360° view knows nothing of: it says itself whom it concerns."""

from decimal import Decimal
from typing import Any, ClassVar

from shared.domain.card import Card
from shared.domain.customers.account import Account
from shared.domain.entity import Entity
from shared.domain.events.leads import LeadChanged
from shared.storage import keys
from tests.house import House

HAPPENED = LeadChanged(fields=("amount",))
"""Any event will do; its subject is the deal."""


class Deal(Entity):
    kind: ClassVar[str] = "deal"
    prefix: ClassVar[str] = "dea"

    parties: tuple[str, ...]
    amount: Decimal = Decimal(0)
    is_open: bool = True

    def concerns(self) -> tuple[str, ...]:
        return self.parties

    def card(self) -> Card:
        figures = {"deal.count": Decimal(1), "deal.amount.EUR": self.amount}
        status = "open" if self.is_open else "won"
        return Card(open=self.is_open, label=f"Deal {self.amount}", status=status, figures=figures)


def account(house: House, **fields: Any) -> Account:
    """A stored account without events."""
    return house.make(Account, **{"name": "Acme", **fields})


def deal(house: House, *parties: Entity, **fields: Any) -> Deal:
    """A stored deal that has happened."""
    made = house.make(Deal, parties=tuple(p.id for p in parties), **fields)
    return touch(house, made)


def touch(house: House, found: Deal, **changes: Any) -> Deal:
    """Change it, with an event; nothing has followed yet."""
    context = house.world.runtime.system_context(house.tenant, "deals")
    unit = house.store.begin(context)
    now = house.store.load(Deal, found.id, deleted=True)
    unit.put(now.evolve(context, HAPPENED, **changes))
    unit.commit()
    return house.store.load(Deal, found.id, deleted=True)


def overview_rows(house: House, record: Entity) -> dict[str, Any]:
    """The rows on which the record's overview stands: figures, and open items by kind and id."""
    partition, _ = keys.entity(house.tenant, record.id)
    found: dict[str, Any] = {}
    for item in house.items():
        if item["pk"]["S"] != partition:
            continue
        sort = item["sk"]["S"]
        if sort == "F#":
            numbers = {n: Decimal(v["N"]) for n, v in item.items() if "N" in v}
            found |= {name: value for name, value in numbers.items() if value}
        elif sort.startswith(keys.OPEN_ITEM):
            found[sort] = item["item"]["S"]
    return found


def timeline_keys(house: House, record: Entity) -> list[str]:
    """The sort keys of the record's timeline rows."""
    partition, _ = keys.entity(house.tenant, record.id)
    sorts = [i["sk"]["S"] for i in house.items() if i["pk"]["S"] == partition]
    return [sort for sort in sorts if sort.startswith(keys.TIMELINE)]
