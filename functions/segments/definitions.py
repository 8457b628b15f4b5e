"""The definitions in force, read consistently: the book first, then what it names."""

from collections.abc import Iterable
from datetime import tzinfo
from zoneinfo import ZoneInfo

from shared.domain.conditions import fields_of
from shared.domain.context import Context
from shared.domain.errors import ConcurrentChange
from shared.domain.ids import sole_id
from shared.domain.segments.book import Book, Entry
from shared.domain.segments.judgement import Definition, definition_of, in_order
from shared.domain.segments.segment import Segment
from shared.domain.segments.tag import Tag
from shared.domain.tenancy import Tenant
from shared.storage import keys
from shared.storage.record import from_item
from shared.storage.store import Store

ATTEMPTS = 5
_TYPES: dict[str, type[Segment] | type[Tag]] = {"seg": Segment, "tag": Tag}
_known: dict[tuple[str, str], Segment | Tag] = {}
_MOST_KNOWN = 2000
"""Sources kept by a process; the book tells whether one still is in force."""


class Definitions:
    """All definitions of a tenant and the zone in which its days begin."""

    def __init__(self, book: Book, sources: dict[str, Segment | Tag], zone: tzinfo) -> None:
        self.book = book
        self.sources = sources
        self.zone = zone
        self._by_kind: dict[str, tuple[Definition, ...]] = {}
        self._figures: dict[str, bool] = {}

    def of_kind(self, record_kind: str) -> tuple[Definition, ...]:
        """The definitions that decide on records of a kind, in order."""
        if record_kind not in self._by_kind:
            sources = (self.sources[entry.id] for entry in self.book.of_kind(record_kind))
            found = in_order(definition_of(source, record_kind) for source in sources)
            self._by_kind[record_kind] = found
        return self._by_kind[record_kind]

    def use_figures(self, record_kind: str) -> bool:
        """Whether one of them looks at figures, which other records than their own change."""
        if record_kind not in self._figures:
            fields = (fields_of(d.condition) for d in self.of_kind(record_kind) if d.condition)
            used = any(field.startswith("figures.") for named in fields for field in named)
            self._figures[record_kind] = used
        return self._figures[record_kind]


def load_definitions(store: Store, context: Context) -> Definitions:
    """What is in force now. Two requests, one when this process knows the definitions."""
    for _ in range(ATTEMPTS):
        book, zone = _book_and_zone(store, context)
        sources = _sources(store, book.entries)
        if sources is not None:
            return Definitions(book, sources, zone)
    raise ConcurrentChange("The segments are being changed; try again.")


def book_of(store: Store, context: Context) -> Book:
    """The tenant's book, an empty one until something is defined."""
    return _book_and_zone(store, context)[0]


def _book_and_zone(store: Store, context: Context) -> tuple[Book, tzinfo]:
    book_id = sole_id(Book.prefix)
    wanted = [keys.entity(store.tenant, i) for i in (book_id, store.tenant)]
    items = store.table.get_many(wanted, consistent=True)
    book, tenant = (items.get(key) for key in wanted)
    zone = from_item(Tenant, tenant).time_zone if tenant else "UTC"
    found = from_item(Book, book) if book else Book(**Book.stamp(context, book_id))
    return found, ZoneInfo(zone)


def _sources(store: Store, entries: Iterable[Entry]) -> dict[str, Segment | Tag] | None:
    """The segments and tags in these definitions; None if the book changed meanwhile."""
    found = {e.id: _known.get((store.tenant, e.id)) for e in entries}
    numbers = {entry.id: entry.number for entry in entries}
    missing = [i for i, s in found.items() if s is None or s.definition != numbers[i]]
    items = store.table.get_many((keys.entity(store.tenant, i) for i in missing), consistent=True)
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    for item in items.values():
        source = from_item(_TYPES[item["id"]["S"].partition("_")[0]], item)
        found[source.id] = _known[store.tenant, source.id] = source
    whole = {i: s for i, s in found.items() if s is not None and s.definition == numbers[i]}
    return whole if len(whole) == len(found) else None
