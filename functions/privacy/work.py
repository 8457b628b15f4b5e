"""What every step of an erasure has at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from functions.privacy.persons import Record, timeline_of
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.privacy.erasure import Needles
from shared.domain.privacy.requests import PrivacyRequest
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.partitions import every
from shared.storage.store import Store
from shared.storage.tally import Tally
from shared.storage.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True)
class Work:
    """One step: whose records, by what texts they are known, and what was counted and touched."""

    store: Store
    context: Context
    runtime: Runtime
    request: PrivacyRequest
    records: list[Record]
    needles: Needles

    @property
    def ids(self) -> frozenset[str]:
        """The records of the person."""
        return frozenset(record.id for record in self.records)

    @cached_property
    def tally(self) -> Tally:
        """What the steps have counted."""
        return Tally(self.store, self.context, f"erasure#{self.request.id}")

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """Every entry on the timelines of the person's records."""
        return [entry for record in self.records for entry in timeline_of(self.store, record.id)]

    def subjects(self, kind: str) -> list[str]:
        """The records of a kind that stand on the person's timelines."""
        found = {e["subject"]["id"] for e in self.told if e["subject"]["kind"] == kind}
        return sorted(found)

    def put(self, unit: UnitOfWork, entity: Entity) -> None:
        """Store a changed record, and remember that its history is to be scrubbed."""
        stored = unit.put(entity)
        key = keys.note(self.store.tenant, self._touched, f"{entity.kind}#{entity.id}")
        unit.row(key, {"version": {"N": str(stored.version)}})

    def put_alone(self, entity: Entity) -> None:
        """The same in a unit of its own."""
        unit = self.store.begin(self.context)
        self.put(unit, entity)
        unit.commit()

    def touched(self) -> Iterator[tuple[str, str, int]]:
        """Kind, id and version of everything that was stored."""
        partition, _ = keys.note(self.store.tenant, self._touched)
        for row in every(self.store.table, partition):
            kind, _, record_id = row["sk"]["S"].partition("#")
            yield kind, record_id, int(row["version"]["N"])

    def forget(self) -> None:
        """Remove the rows of the work: the certificate says it all."""
        self.tally.forget()
        rows = [f"{kind}#{record_id}" for kind, record_id, _ in self.touched()]
        tenant = self.store.tenant
        self.store.table.write_many(deletes=[keys.note(tenant, self._touched, r) for r in rows])

    @property
    def _touched(self) -> str:
        return f"erasure-touched#{self.request.id}"
