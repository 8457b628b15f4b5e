"""One tenant's view of the table: loads, lists, searches and opens units of work.

A Store is bound to its tenant at birth; nothing it offers can address another tenant's items.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import NotFound
from shared.domain.ids import is_id, sole_id
from shared.storage import keys, search, timeline
from shared.storage.cursors import Cursors
from shared.storage.driver import Item, Table
from shared.storage.list_query import ListQuery
from shared.storage.listing import history_between, history_rows, list_documents
from shared.storage.record import from_item, texts_of
from shared.storage.timeline import TimelineQuery
from shared.storage.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of JSON documents as stored. `complete` is False when a search term is too common."""

    documents: list[str]
    cursor: str | None
    complete: bool = True


class Store:
    """Reads and writes of one tenant."""

    def __init__(self, table: Table, cursors: Cursors, tenant: str) -> None:
        self.table = table
        self.tenant = tenant
        self._cursors = cursors

    def for_tenant(self, tenant: str) -> "Store":
        """The same table seen by another tenant (background work that serves many)."""
        return Store(self.table, self._cursors, tenant)

    def begin(self, context: Context) -> UnitOfWork:
        """A unit of work for this command; its tenant must be the store's."""
        if context.tenant != self.tenant:
            raise ValueError("a command of one tenant on the store of another")
        return UnitOfWork(self.table, context)

    def find(self, entity_type: type[E], entity_id: str, *, deleted: bool = False) -> E | None:
        """The entity, or None if it is absent or (unless `deleted`) in the bin."""
        if not is_id(entity_id, entity_type.prefix):
            return None
        item = self.table.get(keys.entity(self.tenant, entity_id))
        if item is None or ("deleted" in item and not deleted):
            return None
        return from_item(entity_type, item)

    def load(self, entity_type: type[E], entity_id: str, *, deleted: bool = False) -> E:
        """The entity. Raises NotFound."""
        found = self.find(entity_type, entity_id, deleted=deleted)
        if found is None:
            raise NotFound(f"There is no {entity_type.kind} with this id.")
        return found

    def sole(self, entity_type: type[E], context: Context) -> E:
        """The one record of its kind that a tenant has; its defaults (version 0) until stored."""
        only = sole_id(entity_type.prefix)
        return self.find(entity_type, only) or entity_type(**entity_type.stamp(context, only))

    def load_many(self, entity_type: type[E], ids: Iterable[str]) -> dict[str, E]:
        """Those of the entities that everybody may meet, by id: none in the bin or in review."""
        wanted = [keys.entity(self.tenant, i) for i in ids if is_id(i, entity_type.prefix)]
        items = self.table.get_many(wanted, consistent=True)
        live = (i for i in items.values() if "deleted" not in i and "hidden" not in i)
        return {item["id"]["S"]: from_item(entity_type, item) for item in live}

    def holders(
        self, entity_type: type[Entity], name: str, values: Iterable[str]
    ) -> dict[str, str]:
        """Who holds these values of a natural key: value -> entity id."""
        by_key = {keys.guard(self.tenant, entity_type.kind, name, v): v for v in values}
        items = self.table.get_many(by_key, consistent=True)
        return {by_key[key]: item["ref"]["S"] for key, item in items.items()}

    def page(
        self,
        entity_type: type[Entity],
        query: ListQuery,
        grant: Grant,
        *,
        limit: int,
        cursor: str | None = None,
    ) -> DocumentPage:
        """A page of documents, newest first, within the caller's reach."""
        fingerprint = query.fingerprint(entity_type.kind, grant)
        after = self._cursors.read(self.tenant, fingerprint, cursor) if cursor else None
        found = list_documents(
            self.table, self.tenant, entity_type, query, grant, limit=limit, after=after
        )
        return DocumentPage(found.documents, self._continue(fingerprint, found.last_id))

    def list_all(self, entity_type: type[E], query: ListQuery, grant: Grant) -> Iterable[E]:
        """Every match, page by page; for background jobs and small collections only."""
        after: str | None = None
        while True:
            page = list_documents(
                self.table, self.tenant, entity_type, query, grant, limit=200, after=after
            )
            for document in page.documents:
                yield entity_type.model_validate_json(document)
            if page.last_id is None:
                return
            after = page.last_id

    def search(
        self,
        entity_type: type[Entity],
        text: str,
        query: ListQuery,
        grant: Grant,
        *,
        limit: int,
        cursor: str | None = None,
        texts: Callable[[Item], Iterable[str]] = texts_of,
    ) -> DocumentPage:
        """Documents that contain every word of `text`, newest first, filtered like a list.

        `texts` gives those of an item in which the caller may search (default: all).
        """
        fingerprint = text + query.fingerprint(entity_type.kind, grant)
        after = self._cursors.read(self.tenant, fingerprint, cursor) if cursor else None
        ids, complete = search.candidates(self.table, self.tenant, entity_type.kind, text)
        left = [i for i in ids if after is None or i < after]
        terms = search.words(text)
        hits: list[tuple[str, str]] = []
        while left and len(hits) <= limit:
            part, left = left[:100], left[100:]
            items = self.table.get_many(keys.entity(self.tenant, i) for i in part)
            for entity_id in part:
                item = items.get(keys.entity(self.tenant, entity_id))
                if item is None or not query.admits(entity_type, item, grant):
                    continue
                if search.matches(terms, texts(item)):
                    hits.append((entity_id, item["doc"]["S"]))
        last_id = hits[limit - 1][0] if len(hits) > limit else None
        documents = [document for _, document in hits[:limit]]
        return DocumentPage(documents, self._continue(fingerprint, last_id), complete)

    def children(
        self, entity_type: type[Entity], parent: str, *, limit: int, cursor: str | None = None
    ) -> DocumentPage:
        """Entities that belong to a record which the caller was found to reach, newest first."""
        return self._of(entity_type, ListQuery(relation=parent), limit, cursor)

    def written_on(
        self, entity_type: type[Entity], record: str, *, limit: int, cursor: str | None = None
    ) -> DocumentPage:
        """The same by `owner_field`: what belongs to a second record as well."""
        return self._of(entity_type, ListQuery(owner=record), limit, cursor)

    def _of(
        self, entity_type: type[Entity], query: ListQuery, limit: int, cursor: str | None
    ) -> DocumentPage:
        reader = Grant(Principal(self.tenant, "", Role.SYSTEM), entity_type.kind, Scope.ALL)
        return self.page(entity_type, query, reader, limit=limit, cursor=cursor)

    def history(
        self, entity_id: str, *, limit: int, cursor: str | None = None
    ) -> tuple[list[str], str | None]:
        """What changed with each version (JSON texts), newest first. One request."""
        fingerprint = f"history of {entity_id}"
        last = self._cursors.read(self.tenant, fingerprint, cursor) if cursor else None
        entries, last = history_rows(self.table, self.tenant, entity_id, limit, last)
        return entries, self._continue(fingerprint, last)

    def timeline(
        self, record: str, query: TimelineQuery, *, limit: int, cursor: str | None = None
    ) -> DocumentPage:
        """What happened around a record that the caller was found to reach, newest first."""
        fingerprint = f"timeline of {record} {query!r}"
        after = self._cursors.read(self.tenant, fingerprint, cursor) if cursor else None
        entries, last = timeline.page(self.table, self.tenant, record, query, limit, after)
        return DocumentPage(entries, self._continue(fingerprint, last))

    def history_since(self, record: Entity, version: int) -> dict[int, str]:
        """What changed with each version (JSON texts) after this one. One request.

        Rows follow the writes by moments, and a version that tells nothing has none.
        """
        return history_between(self.table, self.tenant, record.id, version, record.version)

    def rows(
        self, partition_of: keys.Key, prefix: str = "", *, limit: int = 1000, newest: bool = False
    ) -> list[Item]:
        """Raw rows of one of this tenant's own partitions (counters, history, results)."""
        if not partition_of[0].startswith(self.tenant + "#"):
            raise ValueError("a partition of another tenant")
        from pynamodb.expressions.operand import Path

        sort: Any = Path(["sk"]).startswith(prefix) if prefix else None
        page = self.table.query(
            partition_of[0], sort=sort, limit=limit, newest_first=newest, consistent=True
        )
        return page.items

    def read_cursor(self, fingerprint: str, cursor: str | None) -> str | None:
        """The sort key after which a page of `fingerprint` goes on; None for the first page."""
        return self._cursors.read(self.tenant, fingerprint, cursor) if cursor else None

    def make_cursor(self, fingerprint: str, last: str | None) -> str | None:
        """The cursor of the page after sort key `last`; None when nothing follows."""
        return self._continue(fingerprint, last)

    def _continue(self, fingerprint: str, last_id: str | None) -> str | None:
        if last_id is None:
            return None
        return self._cursors.issue(self.tenant, fingerprint, last_id)
