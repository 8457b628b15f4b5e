"""What becomes of one row: a decision from the row, the record that it means, and the policy.

Deciding writes nothing; `Step.put` adds the decision's effect to a unit of work.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from functions.imports.adapters import Making, RecordKind, Source
from functions.imports.adapters.extras import NOTHING, Extras
from functions.imports.alike import Alike
from functions.imports.belonging import Homes
from functions.imports.entering import Door
from functions.imports.mapping import Mapping
from functions.imports.marks import Mark, Marks
from functions.imports.owners import Owner, People
from functions.imports.recognising import Known, meant
from functions.imports.results import RowResult, failed
from functions.imports.row_keys import Token
from shared.domain.access import Grant, Scope, grant
from shared.domain.context import Context
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
from shared.domain.segments.kinds import tags_of
from shared.storage.tags import TagGate
from shared.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that could be read: its keys, the kind's input, and what it says besides."""

    line: int
    keys: tuple[tuple[Token, ...], ...]
    given: Any
    repeats: int | None
    extras: Extras = NOTHING

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All keys of the row."""
        return tuple(token for key in self.keys for token in key)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision: the result if all goes well, and what to store for it. `touches`: what no other
    row of the same transaction may touch, too: the record, identities."""

    result: RowResult
    touches: frozenset[str] = frozenset()
    put: Callable[[UnitOfWork], Entity] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Those whom a decision asks; each keeps what it looked up for the whole chunk."""

    door: Door
    people: People
    homes: Homes | None = None
    alike: Alike | None = None
    tags: TagGate | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """The policy of one run and the rights it has. `mine`: ids of this chunk's own records that
    are there already, because the chunk was delivered before."""

    job: ImportJob
    kind: RecordKind
    mapping: Mapping
    context: Context
    source: Source
    marks: Marks
    may_update: Grant | None
    column_of: Callable[[str], str]
    first_line: int
    keys: tuple[str, ...]
    desk: Desk
    mine: set[str] = field(default_factory=set[str])

    def id_of(self, row: ReadRow) -> str:
        """The id that a record created by this row has, in this run and if it is repeated."""
        at = row.extras.created_at or self.source.at
        return derived_id(self.kind.entity.prefix, at, self.job.id, str(row.line))

    def draft(self, row: ReadRow) -> Entity | None:
        """The record that the row would make, to look for others like it; None for a bad row."""
        try:
            return self.kind.create(self.context, row.given, self._making(row, Owner()))
        except InvalidInput:
            return None

    def decide(self, row: ReadRow, known: Known) -> Step:
        """The step for a row; what the kind refuses becomes a failed result."""
        try:
            if self.id_of(row) in self.mine:
                return Step(RowResult(line=row.line, outcome="created", id=self.id_of(row)))
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
        record, account = self._new(row)
        if self.desk.alike is not None:
            record = record.recording(*self.desk.alike.judge(record))

        def put(unit: UnitOfWork) -> Entity:
            stored = self.desk.door.create(unit, record, account, row.extras.roles)
            if self.desk.alike is not None:
                self.desk.alike.made(stored)
            return stored

        result = RowResult(line=row.line, outcome="created", id=record.id)
        return Step(result, _touched(record), put)

    def _new(self, row: ReadRow) -> tuple[Entity, str | None]:
        """The record that the row makes, and the account that it belongs to."""
        owner = self._owner(row)
        record = self.kind.create(self.context, row.given, self._making(row, owner))
        self._check_tags((), record)
        if owner.user is not None and getattr(record, "owner", None) != owner.user:
            record = self.kind.owned_by(self.context, record, owner.user, owner.team)
        account = self._home(row)
        if account is not None:
            record = self.kind.related(self.context, record, account)
        return record, account

    def _check_tags(self, before: Iterable[str], record: Entity) -> None:
        """Raises InvalidInput for tags that are added and cannot be given."""
        if self.desk.tags is not None:
            self.desk.tags.refuse(before, tags_of(record))

    def _making(self, row: ReadRow, owner: Owner) -> Making:
        author = row.extras.created_by
        return Making(
            id=self.id_of(row),
            at=row.extras.created_at or self.source.at,
            created_by=self.desk.people.author(author) if author else None,
            assign=self.job.assign and self.mapping.options.owner == "rule",
            owner=owner.user,
            team=owner.team,
        )

    def _owner(self, row: ReadRow) -> Owner:
        """Whose a new record becomes. A rule gives customers to who sees only some of them."""
        caller = self.context.principal
        own = Owner(caller.actor, next(iter(caller.teams), None))
        match self.mapping.options.owner:
            case "me":
                return own
            case "column":
                return self.desk.people.owner(row.extras.owner) if row.extras.owner else Owner()
            case "rule" if self.kind.relation is not None and self.job.assign:
                scope = grant(caller, self.kind.name, "create").scope
                return Owner() if scope is Scope.ALL else own
            case _:
                return Owner()

    def _home(self, row: ReadRow) -> str | None:
        """The account that the row names. A rehearsal makes none."""
        if self.desk.homes is None or not row.extras.references:
            return None
        return self.desk.homes.of(row.extras.references)

    def _with(self, row: ReadRow, holder: Entity) -> Step:
        if holder.id == self.id_of(row):
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
        self._check_tags(tags_of(revived), after)
        account = self._home(row)
        if account is not None:
            after = self.kind.related(self.context, after, account)
        if self.mapping.options.owner == "column" and row.extras.owner:
            owner = self.desk.people.owner(row.extras.owner)
            after = self.kind.owned_by(self.context, after, owner.user or "", owner.team)
        if after is holder:
            return Step(RowResult(line=row.line, outcome="unchanged", id=holder.id))
        images, own = self.kind.images(holder, after), self._made_here(row, holder)
        mark = Mark(row.line, holder.id, holder.version + 1, images, own)

        def put(unit: UnitOfWork) -> Entity:
            self.marks.add(self.context, unit, mark)
            return self.desk.door.change(unit, holder, after, account, row.extras.roles)

        result = RowResult(line=row.line, outcome="updated", id=holder.id)
        return Step(result, _touched(after), put)

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
    claims = record.claims() if isinstance(record, Customer) else ()
    return frozenset({record.id, *claims})


def _owned(record: Entity) -> Any:
    return record
