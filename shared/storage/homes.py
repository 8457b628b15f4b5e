"""Where an event or a record shows: with whom it concerns, and with whom these stand for now.

A merged record leads to its survivor, a converted lead to the account it became, a contact to its
accounts. Everything is looked up in a few batch requests, whatever the number of events.
"""

from collections.abc import Iterable

from shared.storage import keys
from shared.storage.driver import Item, Table


class Homes:
    """Items of records, loaded once, and the ways between them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._items: dict[keys.Key, Item | None] = {}

    def load(self, wanted: Iterable[keys.Key], *, again: bool = False) -> None:
        """Fetch what is not known yet (or all of it `again`) in as few requests as possible."""
        missing = {key for key in wanted if again or key not in self._items}
        if missing:
            found = self._table.get_many(missing, consistent=True)
            self._items |= {key: found.get(key) for key in missing}

    def item(self, key: keys.Key) -> Item | None:
        """What lies at a key."""
        self.load([key])
        return self._items[key]

    def timelines(self, tenant: str, concerned: Iterable[str]) -> set[str]:
        """On whose timelines an event stands that concerns these records.

        On their own, also of those that were merged away, so that a merge can be undone; and on
        those of all they lead to. What is hidden or gone has none.
        """
        reached: set[str] = set()
        waiting = set(concerned)
        while waiting:
            self.load(keys.entity(tenant, record) for record in waiting)
            shown = {r: self._item(tenant, r) for r in waiting}
            reached |= {r for r, item in shown.items() if item is not None}
            waiting = {n for item in shown.values() if item for n in _leads_to(item)} - reached
        return reached

    def survivors(self, tenant: str, concerned: Iterable[str]) -> set[str]:
        """The records that stand for these: themselves, or what they were merged into."""
        standing: set[str] = set()
        waiting, seen = set(concerned), set[str]()
        while waiting:
            self.load(keys.entity(tenant, record) for record in waiting)
            seen |= waiting
            items = {r: self._item(tenant, r) for r in waiting}
            standing |= {r for r, i in items.items() if i is not None and "merged_into" not in i}
            waiting = {i["merged_into"]["S"] for i in items.values() if i and "merged_into" in i}
            waiting -= seen
        return standing

    def _item(self, tenant: str, record: str) -> Item | None:
        item = self._items[keys.entity(tenant, record)]
        return None if item is None or "hidden" in item else item


def _leads_to(item: Item) -> set[str]:
    merged = {item["merged_into"]["S"]} if "merged_into" in item else set[str]()
    return merged | concerned_by(item)


def concerned_by(item: Item) -> set[str]:
    """The ids of the records that this one belongs to, itself left out."""
    return set(item["concerns"]["SS"]) if "concerns" in item else set()
