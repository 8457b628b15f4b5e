"""What is read of records before they are evaluated: themselves, their memberships, their figures.

Read together and consistently, and kept until somebody was faster or it was written.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.segments.facts import NO_FIGURES
from shared.domain.segments.kinds import KINDS, kind_of_id
from shared.domain.segments.membership import Membership, membership_id
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.overview import sums_in
from shared.storage.record import from_item
from shared.storage.store import Store


class Records:
    """The records of one tenant as they were read. `use_figures`: of this kind, too."""

    def __init__(self, store: Store, context: Context, use_figures: Callable[[str], bool]) -> None:
        self._store = store
        self._context = context
        self._use_figures = use_figures
        self._read: dict[keys.Key, Item | None] = {}

    def prefetch(self, ids: Iterable[str]) -> None:
        """Read what is needed of these records now, together."""
        self._fetch([key for i in ids for key in self._keys(i)])

    def forget(self, record_id: str) -> None:
        """Read this one again when it is asked for."""
        for key in self._keys(record_id):
            self._read.pop(key, None)

    def record(self, record_id: str, kind: str) -> Entity | None:
        """The record, archived or in review as it may be; None if there is none."""
        item = self._item(record_id, 0) if kind_of_id(record_id) == kind else None
        return from_item(KINDS[kind].entity, item) if item else None

    def membership(self, record_id: str, kind: str) -> Membership:
        """To what the record belongs; a new one for a record that never belonged to anything."""
        item = self._item(record_id, 1)
        if item is None:
            return Membership.of(self._context, record_id, kind)
        return from_item(Membership, item)

    def figures(self, record_id: str, kind: str) -> Mapping[str, Decimal]:
        """The sums over everything that concerns the record, if any definition looks at them."""
        return sums_in(self._item(record_id, 2)) if self._use_figures(kind) else NO_FIGURES

    def _item(self, record_id: str, place: int) -> Item | None:
        wanted = self._keys(record_id)
        self._fetch(wanted)
        return self._read[wanted[place]]

    def _fetch(self, wanted: Iterable[keys.Key]) -> None:
        missing = [key for key in wanted if key not in self._read]
        found = self._store.table.get_many(missing, consistent=True)
        self._read |= {key: found.get(key) for key in missing}

    def _keys(self, record_id: str) -> list[keys.Key]:
        tenant, kind = self._store.tenant, kind_of_id(record_id)
        own = [keys.entity(tenant, record_id), keys.entity(tenant, membership_id(record_id))]
        if kind is not None and self._use_figures(kind):
            own.append(keys.figures(tenant, record_id))
        return own
