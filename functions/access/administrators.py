"""One active administrator always remains, also when two are demoted at the same moment.

The counter holds the number below zero, because counters are bounded from above.
"""

from shared.domain.errors import InvalidState, RapportError
from shared.domain.tenancy import User
from shared.storage import keys
from shared.storage.actions import CounterChange
from shared.storage.driver import Item
from shared.storage.unit_of_work import UnitOfWork

_BELOW_ZERO = "administrators_below_zero"


def keep_count(unit: UnitOfWork, before: User | None, after: User) -> None:
    """Count an administrator who comes or goes. The commit refuses when the last one goes."""
    was = before is not None and before.leads_the_house
    change = int(was) - int(after.leads_the_house)
    if change:
        bound = {_BELOW_ZERO: -1} if change > 0 else {}
        key = keys.counter(unit.tenant, "administrators")
        unit.count(CounterChange(key, add={_BELOW_ZERO: change}, at_most=bound), _last_one)


def _last_one(_: Item | None) -> RapportError:
    return InvalidState("The last administrator must remain.", code="last_administrator")
