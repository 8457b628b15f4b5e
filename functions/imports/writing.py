"""Carrying out the rows of a chunk: many in one transaction, each alone where that is refused.

Whatever is delivered twice ends the same: a record's id comes from its line, a change has its mark.
"""

from collections.abc import Iterable, Sequence

from functions.imports.deciding import Decider
from functions.imports.entering import OwnRecord
from functions.imports.finding import Finder
from functions.imports.marks import RowCarriedOut
from functions.imports.results import RowResult, failed
from functions.imports.row_keys import Token
from functions.imports.rows import ReadRow, Step
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    ConcurrentChange,
    FieldError,
    InvalidInput,
    RapportError,
    StaleVersion,
    Unavailable,
)
from shared.storage.store import Store

TOGETHER = 60
"""Actions of one transaction at most, with room for one more record (DynamoDB takes 100)."""
ATTEMPTS = 5


class RowWriter:
    """Writes rows in their order; `known` is who holds each key, kept up to date as it goes."""

    def __init__(self, store: Store, decider: Decider) -> None:
        self._store = store
        self._decider = decider
        self._finder = Finder(store, decider.kind)
        self._known: dict[Token, tuple[Entity, ...]] = {}
        self._results: list[RowResult] = []
        self._pending: list[tuple[ReadRow, Step]] = []
        self._unit = store.begin(decider.context)
        self._touched: set[str] = set()

    def write(self, rows: Sequence[ReadRow]) -> list[RowResult]:
        """A result for every row, once all of them are stored."""
        self._prepare(rows)
        for row in rows:
            self._add(row)
        self._flush()
        return self._results

    def _prepare(self, rows: Sequence[ReadRow]) -> None:
        """Look up for all rows together what deciding on each will ask for."""
        newcomers, alike = self._decider.newcomers, self._decider.alike
        self._learn(token for row in rows for token in row.tokens)
        if not self._decider.context.dry_run and self._decider.mapping.mode != "update":
            own = self._finder.loaded(self._decider.newcomers.id_of(row) for row in rows)
            self._decider.mine.update(own)
        names = (name for row in rows for name in (row.extras.owner, row.extras.created_by))
        newcomers.people.learn(name for name in names if name)
        if newcomers.homes is not None:
            newcomers.homes.learn(each for row in rows for each in row.extras.references)
        if alike is not None:
            unknown = (row for row in rows if not any(t in self._known for t in row.tokens))
            drafts = (newcomers.draft(row) for row in unknown)
            alike.learn(draft for draft in drafts if draft is not None)

    def _learn(self, wanted: Iterable[Token]) -> None:
        """Who holds these keys now."""
        tokens = list(dict.fromkeys(wanted))
        found = self._finder.find(tokens)
        if not self._decider.context.dry_run:  # a rehearsal keeps what it would have created
            for token in tokens:
                self._known.pop(token, None)
        self._known |= found

    def _add(self, row: ReadRow) -> None:
        step = self._step(row)
        if step.touches & self._touched or len(self._unit) >= TOGETHER:
            self._flush()
            step = self._step(row)
        if step.put is not None:
            try:
                stored = step.put(self._unit)
            except RapportError:  # it left half of its actions in the unit
                self._pending.append((row, step))
                self._each_alone()
                return
            self._touched |= step.touches
            self._remember(row, stored)
        self._pending.append((row, step))

    def _step(self, row: ReadRow) -> Step:
        return self._decider.decide(row, self._known)

    def _remember(self, row: ReadRow, stored: Entity) -> None:
        for token in row.tokens:
            others = tuple(e for e in self._known.get(token, ()) if e.id != stored.id)
            self._known[token] = (stored, *others)

    def _flush(self) -> None:
        """Store what is pending. A refusal of the whole tells little: then each row goes alone."""
        try:
            self._unit.commit()
        except Unavailable:
            raise
        except RapportError:
            self._each_alone()
        else:
            self._results += [step.result for _, step in self._emptied()]

    def _each_alone(self) -> None:
        self._results += [self._alone(row) for row, _ in self._emptied()]

    def _emptied(self) -> list[tuple[ReadRow, Step]]:
        """What was pending; a new unit begins."""
        pending, self._pending = self._pending, []
        self._unit = self._store.begin(self._decider.context)
        self._touched.clear()
        return pending

    def _alone(self, row: ReadRow) -> RowResult:
        for _ in range(ATTEMPTS - 1):
            result = self._attempt(row)
            if isinstance(result, RowResult):
                return result
        result = self._attempt(row)
        if isinstance(result, AlreadyExists):
            return failed(row.line, [self._taken(result)])
        if result is None:
            raise Unavailable("A record of this row is changed all the time.")
        return result

    def _attempt(self, row: ReadRow) -> RowResult | AlreadyExists | None:
        """The row's result; what stands against it, or None, when it must be decided anew."""
        self._learn(row.tokens)
        if not self._decider.context.dry_run:
            self._decider.mine.update(self._finder.loaded([self._decider.newcomers.id_of(row)]))
        step = self._step(row)
        if step.put is None:
            return step.result
        unit = self._store.begin(self._decider.context)
        try:
            stored = step.put(unit)
            unit.commit()
        except (OwnRecord, RowCarriedOut):
            return step.result
        except AlreadyExists as refusal:
            return refusal
        except (StaleVersion, ConcurrentChange):
            return None
        except Unavailable:
            raise
        except RapportError as refusal:
            return failed(row.line, self._errors(refusal))
        self._remember(row, stored)
        return step.result

    def _errors(self, refusal: RapportError) -> list[FieldError]:
        if not isinstance(refusal, InvalidInput):
            return [FieldError("", refusal.code, refusal.message)]
        column_of = self._decider.column_of
        return [FieldError(column_of(e.path), e.code, e.message) for e in refusal.errors]

    def _taken(self, refusal: AlreadyExists) -> FieldError:
        field = str((refusal.details or {}).get("field", ""))
        column = self._decider.column_of(field) if field else ""
        holder = f" ({refusal.existing_id})" if refusal.existing_id else ""
        return FieldError(column, refusal.code, refusal.message + holder)
