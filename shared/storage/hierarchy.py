"""The tree of accounts above and below each other: never a circle, never too high."""

from shared.domain.customers.account import Account
from shared.domain.errors import InvalidInput
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

MOST_LEVELS = 10
"""Groups of companies are not deeper; each level costs a read when an account moves."""


def ancestors(store: Store, account: Account) -> list[Account]:
    """The accounts above, the nearest first, as far as they are there. One request each."""
    found: list[Account] = []
    above = account.parent
    while above is not None and len(found) < MOST_LEVELS:
        parent = store.find(Account, above)
        if parent is None:
            break
        found.append(parent)
        above = parent.parent
    return found


def expect_no_cycle(store: Store, unit: UnitOfWork, account: Account) -> None:
    """Refuse a new parent that lies below the account; it must hold until the commit, too.

    Raises InvalidInput (`account_cycle`, `too_deep`). A new account has nothing below it.
    """
    before = account.stored
    if account.parent is None or not isinstance(before, Account):
        return
    if before.parent == account.parent:
        return
    above = ancestors(store, account)
    if account.id in (account.parent, *(a.id for a in above)):
        raise InvalidInput.of("parent", "account_cycle", "This account lies below yours.")
    if len(above) == MOST_LEVELS and above[-1].parent is not None:
        raise InvalidInput.of("parent", "too_deep", f"At most {MOST_LEVELS} levels.")
    for parent in above:
        unit.expect(parent)
