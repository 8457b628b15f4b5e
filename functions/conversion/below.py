"""What stands on the records of a conversion: what makes it final, and what keeps them."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.conversion.hindrances import BELOW
from shared.domain.conversion.hindrances import Below as Kind
from shared.domain.conversion.model import Conversion, Target
from shared.domain.conversion.reverting import Undone, untouched
from shared.domain.customers.account import Account
from shared.domain.entity import Entity
from shared.domain.notes import Note
from shared.storage.list_query import ListQuery
from shared.storage.store import Store


class Below:
    """Reads once what lies below the targets of one conversion."""

    def __init__(self, store: Store, conversion: Conversion, records: Mapping[str, Entity]) -> None:
        self._store = store
        self._conversion = conversion
        self._records = records

    def final(self) -> list[dict[str, str]]:
        """The business that makes the conversion final, with the reasons."""
        own = [(kind, record) for record in self._records.values() for kind in BELOW]
        found = {
            record.id: {"kind": record.kind, "id": record.id, "reason": kind.reason}
            for kind, record in [*own, *self._children]
            if isinstance(record, kind.entity) and kind.final(record)
        }
        return [found[record_id] for record_id in sorted(found)]

    def reason_to_keep(self, target: Target, undone: Iterable[Undone]) -> str | None:
        """Why a record that the conversion made is not archived; None for one in nobody's use."""
        if not target.made:
            return None
        if not untouched(target, self._records[target.id]):
            return "changed_since"
        if any(one.kept_for and one.target.id in self._records for one in undone):
            return "kept_records_belong_to_it"
        if self._others_below(target.id) or self._has_notes(target.id):
            return "in_use"
        return None

    @cached_property
    def _children(self) -> list[tuple[Kind, Entity]]:
        """Everything below the account and opportunities that the conversion made."""
        parents = [t.id for t in self._conversion.targets if t.made and t.id in self._records]
        return [
            (kind, record)
            for parent in parents
            for kind in BELOW
            for record in self._related(kind.entity, parent)
        ]

    def _others_below(self, parent: str) -> bool:
        """Whether records that the conversion did not make belong to this one."""
        own = {target.id for target in self._conversion.targets}
        field = Account.kind
        return any(
            record.id not in own and getattr(record, field, None) == parent
            for _, record in self._children
        )

    def _has_notes(self, record_id: str) -> bool:
        """Notes of its own: those that came with the lead go back to it."""
        notes = self._related(Note, record_id)
        return any(isinstance(n, Note) and n.lead != self._conversion.lead for n in notes)

    def _related(self, kind: type[Entity], parent: str) -> list[Entity]:
        tenant = self._store.tenant
        reader = Grant(Principal(tenant, "", Role.SYSTEM), kind.kind, Scope.ALL)
        return list(self._store.list_all(kind, ListQuery(relation=parent), reader))
