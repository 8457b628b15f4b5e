"""The accounts that a run made because rows named them; an undo takes them away at its end."""

from functions.imports.progress import KEPT, all_rows
from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.domain.imports import ImportJob
from shared.storage import keys
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


class MadeAccounts:
    """The notes of one import."""

    def __init__(self, store: Store, job: ImportJob) -> None:
        self._store = store
        self._name = f"import#{job.id}#accounts"

    def note(self, context: Context, unit: UnitOfWork, account: str) -> None:
        """In the transaction that makes the account."""
        key = keys.note(self._store.tenant, self._name, account)
        unit.claim(key, {}, lambda _: AlreadyHandled(), expires=context.now + KEPT)

    def all(self) -> list[str]:
        """Their ids."""
        partition, _ = keys.note(self._store.tenant, self._name)
        return [row["sk"]["S"] for row in all_rows(self._store, partition)]
