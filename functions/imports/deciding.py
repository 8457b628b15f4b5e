"""What becomes of one row: a decision from the row, the record that it means, and the policy.

Deciding writes nothing; `Step.put` adds the decision's effect to a unit of work.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from functions.imports.adapters import RecordKind
from functions.imports.alike import Alike
from functions.imports.entering import Door
from functions.imports.mapping import Mapping
from functions.imports.marks import Mark, Marks
from functions.imports.newcomers import Newcomers
from functions.imports.recognising import Known, meant
from functions.imports.results import RowResult, failed
from functions.imports.rows import ReadRow, Step
from shared.domain.access import Grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.customer import Customer
from shared.domain.entity import Entity
from shared.domain.errors import (
    DuplicatesFound,
    FieldError,
    Forbidden,
    InvalidInput,
    InvalidState,
)
from shared.domain.ids import derived_id
from shared.domain.imports import ImportJob
from shared.domain.leads.model import Lead
from shared.domain.segments.kinds import tags_of
from shared.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Decider:
    """The policy of one run and the rights it has. `mine`: ids of this chunk's own records that
    are there already, because the chunk was delivered before."""

    job: ImportJob
    kind: RecordKind
    mapping: Mapping
    context: Context
    marks: Marks
    may_update: Grant | None
    column_of: Callable[[str], str]
    first_line: int
    keys: tuple[str, ...]
    newcomers: Newcomers
    door: Door
    alike: Alike | None = None
    mine: set[str] = field(default_factory=set[str])

    def decide(self, row: ReadRow, known: Known) -> Step:
        """The step for a row; what the kind refuses becomes a failed result."""
        try:
            own = self.newcomers.id_of(row)
            if own in self.mine:
                return Step(RowResult(line=row.line, outcome="created", id=own))
            holder = meant(self.keys, row.keys, known, self.mapping.match)
            return self._without_holder(row) if holder is None else self._with(row, holder)
        except InvalidInput as refusal:
            errors = [FieldError(self.column_of(e.path), e.code, e.message) for e in refusal.errors]
            return Step(failed(row.line, errors))
        except DuplicatesFound as like:
            return self._alike(row, like)
        except (InvalidState, Forbidden) as refusal:
            return self._refuse(row, refusal.code, refusal.message)

    def _without_holder(self, row: ReadRow) -> Step:
        if self.context.dry_run and row.repeats is not None and row.repeats < self.first_line:
            return self._would_repeat(row, row.repeats)
        if self.mapping.mode == "update":
            return Step(RowResult(line=row.line, outcome="skipped", reason="no_record"))
        record, account = self.newcomers.make(row)
        if self.alike is not None:
            record = record.recording(*self.alike.judge(record))

        def put(unit: UnitOfWork) -> Entity:
            stored = self.door.create(unit, record, account, row.extras.roles)
            if self.alike is not None:
                self.alike.made(stored)
            return stored

        result = RowResult(line=row.line, outcome="created", id=record.id)
        return Step(result, _touched(record), put)

    def _with(self, row: ReadRow, holder: Entity) -> Step:
        if holder.id == self.newcomers.id_of(row):
            return Step(RowResult(line=row.line, outcome="created", id=holder.id))
        if self.may_update is None or not self.may_update.covers(_owned(holder)):
            return self._refuse(row, "record_out_of_reach", "You may not change this record.")
        if holder.deleted_at is not None and self.mapping.options.archived == "refuse":
            message = "The record with this key is in the bin; restore it first."
            refused = self._refuse(row, "record_in_bin", message).result
            return Step(refused.model_copy(update={"id": holder.id, "offer": "restore"}))
        if row.repeats is not None or self.mapping.mode == "create":
            return self._repeated(row, holder)
        return self._update(row, holder)

    def _repeated(self, row: ReadRow, holder: Entity) -> Step:
        what = holder.id if row.repeats is None else f"line:{row.repeats}"
        match self.mapping.on_duplicate:
            case "update":
                return self._update(row, holder)
            case "skip":
                return Step(
                    RowResult(line=row.line, outcome="duplicate", id=holder.id, duplicate_of=what)
                )
            case _:
                return self._refuse(row, "duplicate", f"The row repeats {what}.")

    def _would_repeat(self, row: ReadRow, first: int) -> Step:
        """A rehearsal stored nothing for the first of two rows that stand in different chunks."""
        match self.mapping.on_duplicate:
            case "update":
                return Step(RowResult(line=row.line, outcome="updated"))
            case "skip":
                told = RowResult(line=row.line, outcome="duplicate", duplicate_of=f"line:{first}")
                return Step(told)
            case _:
                return self._refuse(row, "duplicate", f"The row repeats line:{first}.")

    def _update(self, row: ReadRow, holder: Entity) -> Step:
        revived = holder if holder.deleted_at is None else self.kind.revive(self.context, holder)
        after = self.kind.update(self.context, revived, row.given)
        self.newcomers.check_tags(tags_of(revived), after)
        account = self.newcomers.home(row)
        if account is not None:
            after = self.kind.related(self.context, after, account)
        if self.mapping.options.owner == "column" and row.extras.owner:
            owner = self.newcomers.people.owner(row.extras.owner)
            after = self.kind.owned_by(self.context, after, owner.user or "", owner.team)
        if after is holder:
            return Step(RowResult(line=row.line, outcome="unchanged", id=holder.id))
        images, own = self.kind.images(holder, after), self._made_here(row, holder)
        mark = Mark(row.line, holder.id, holder.version + 1, images, own)

        def put(unit: UnitOfWork) -> Entity:
            self.marks.add(self.context, unit, mark)
            return self.door.change(unit, holder, after, account, row.extras.roles)

        result = RowResult(line=row.line, outcome="updated", id=holder.id)
        touches = _touched(after) | _load_of(holder)
        if self.newcomers.homes is not None and isinstance(after, Account):
            touches |= {"hierarchy"}  # a move holds the accounts above still: one change at a time
        return Step(result, touches, put)

    def _made_here(self, row: ReadRow, holder: Entity) -> bool:
        """Whether an earlier row of this file created the record."""
        line, prefix = str(row.repeats), self.kind.entity.prefix
        return holder.id == derived_id(prefix, holder.created_at, self.job.id, line)

    def _alike(self, row: ReadRow, like: DuplicatesFound) -> Step:
        """What looks like a record that is there does not come in; the caller may know which."""
        best = (like.details or {})["candidates"][0]
        if self.mapping.on_duplicate == "fail":
            return self._refuse(row, like.code, f"The row looks like {best.get('id', 'a record')}.")
        told = RowResult(
            line=row.line,
            outcome="duplicate",
            id=best.get("id"),
            duplicate_of=best.get("id") or f"{best['kind']} that you may not read",
            ask=best.get("ask"),
        )
        return Step(told)

    def _refuse(self, row: ReadRow, code: str, message: str) -> Step:
        found = next((f for f, tokens in zip(self.keys, row.keys, strict=True) if tokens), "")
        column = self.column_of(found) if found else ""
        return Step(failed(row.line, [FieldError(column, code, message)]))


def _touched(record: Entity) -> frozenset[str]:
    """What one transaction may touch once: the record, its identities, its owner's load."""
    claims = record.claims() if isinstance(record, Customer) else ()
    return frozenset({record.id, *claims}) | _load_of(record)


def _load_of(record: Entity) -> frozenset[str]:
    if not isinstance(record, Lead) or record.owner is None:
        return frozenset()
    return frozenset({f"load {record.team} {record.owner}"})


def _owned(record: Entity) -> Any:
    return record
