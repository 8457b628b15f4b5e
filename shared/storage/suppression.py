"""Marks of people whose data was erased: digests of what identified them, and nothing else."""

from collections.abc import Iterable

from shared.domain.signatures import Seal
from shared.storage import keys
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

PURPOSE = "suppression"
_ANY = "suppressed-any"
_MARK = "suppressed"


def mark(unit: UnitOfWork, seal: Seal, claims: Iterable[str], request: str) -> int:
    """Remember in the unit that these claims were erased by a request; gives how many."""
    digests = sorted({seal.digest(claim) for claim in claims})
    for digest in digests:
        unit.row(_key(unit.tenant, digest), {"request": {"S": request}})
    if digests:
        unit.row(keys.note(unit.tenant, _ANY))
    return len(digests)


def any_marks(store: Store) -> bool:
    """Whether anybody was ever erased: else nobody need look. One request."""
    return store.table.get(keys.note(store.tenant, _ANY), consistent=False) is not None


def find(store: Store, seal: Seal, claims: Iterable[str]) -> set[str]:
    """The requests by which somebody with one of these claims was erased. One request."""
    wanted = [_key(store.tenant, seal.digest(claim)) for claim in claims]
    return {item["request"]["S"] for item in store.table.get_many(wanted).values()}


def _key(tenant: str, digest: str) -> keys.Key:
    """A partition of its own for each mark: nobody counts or lists them."""
    return keys.note(tenant, f"{_MARK}#{digest}")
