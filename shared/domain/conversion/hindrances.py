"""What makes a conversion final: business that was done below its records.

One more kind (orders, contracts, invoices) is one more line; it needs an index by `relation`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.opportunities.model import Opportunity


@dataclass(frozen=True, slots=True)
class Below:
    """A kind of record found by `relation` below an account or an opportunity.

    `final` says which of them make a conversion final; all others only keep what they belong to.
    """

    entity: type[Entity]
    final: Callable[[Entity], bool]
    reason: str = ""


def _won(record: Entity) -> bool:
    return isinstance(record, Opportunity) and record.stage == "won"


def _never(_: Entity) -> bool:
    return False


BELOW: tuple[Below, ...] = (
    Below(Opportunity, _won, "won_opportunity"),
    Below(Contact, _never),
)
