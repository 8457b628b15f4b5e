"""What became of each row of an import, and the totals, which always sum to the rows.

The three ways of not writing differ: a `duplicate` names the record it repeats, `skipped` was not
wanted (an update without a record, a row after a stop), `failed` says what to correct.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from functions.imports.row_mapper import RowErrors
from functions.imports.tables import Row
from shared.domain.entity import Value
from shared.domain.errors import FieldError

Outcome = Literal["created", "updated", "unchanged", "duplicate", "failed", "skipped"]


class RowError(Value):
    """One thing to correct; `column` is "" when it concerns the row as a whole."""

    column: str = ""
    code: str
    message: str

    @classmethod
    def of(cls, error: FieldError, column: str | None = None) -> Self:
        """From a field error whose path is, or belongs to, the column."""
        name = error.path if column is None else column
        return cls(column=name, code=error.code, message=error.message)


class RowResult(Value):
    """The outcome of the row that starts at `line`.

    `id` is the record written or found, `duplicate_of` the record or (`line:12`) the earlier row
    that this row repeats, `reason` the code of why it was skipped.
    """

    line: int
    outcome: Outcome
    id: str | None = None
    duplicate_of: str | None = None
    reason: str | None = None
    errors: tuple[RowError, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.outcome == "failed") != bool(self.errors):
            raise ValueError("a failed row has errors, and no other row has")
        if (self.outcome == "duplicate") != (self.duplicate_of is not None):
            raise ValueError("a duplicate says what it repeats, and no other row does")
        if (self.outcome == "skipped") != (self.reason is not None):
            raise ValueError("a skipped row has a reason, and no other row has")
        return self

    @property
    def resubmit(self) -> bool:
        """Whether the row belongs into the error file."""
        return self.outcome in ("failed", "duplicate")

    def code(self) -> str:
        """The codes for the error file: `email_invalid; required`."""
        if self.outcome == "duplicate":
            return "duplicate"
        return "; ".join(dict.fromkeys(error.code for error in self.errors))

    def message(self) -> str:
        """The messages for the error file, each with its column in front."""
        if self.outcome == "duplicate":
            return f"repeats {self.duplicate_of}"
        return "; ".join(
            f"{error.column}: {error.message}" if error.column else error.message
            for error in self.errors
        )


def failed(line: int, errors: Iterable[FieldError]) -> RowResult:
    """The result of a row with these errors; their paths are column names."""
    return RowResult(line=line, outcome="failed", errors=tuple(map(RowError.of, errors)))


def refused_row(row: Row | RowErrors) -> RowResult:
    """The result of a row that is malformed, or whose cells cannot be read."""
    if isinstance(row, RowErrors):
        return failed(row.line, row.errors)
    if row.problem is None:
        raise ValueError("the row has no problem")
    return failed(row.line, [row.problem])


class Counts(Value):
    """Rows by outcome. Counts add up: `Counts.of(a) + Counts.of(b) == Counts.of(a + b)`."""

    created: int = Field(default=0, ge=0)
    updated: int = Field(default=0, ge=0)
    unchanged: int = Field(default=0, ge=0)
    duplicate: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    skipped: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, results: Sequence[RowResult]) -> Self:
        """The totals of these rows; two results of one line are an error of the program."""
        if len({result.line for result in results}) != len(results):
            raise ValueError("two results for one row")
        totals: dict[str, Any] = {}
        for result in results:
            totals[result.outcome] = totals.get(result.outcome, 0) + 1
        return cls(**totals)

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def rows(self) -> int:
        """How many rows these outcomes account for."""
        return sum(self.model_dump().values())

    def accounts_for(self, rows: int) -> bool:
        """Whether not one of `rows` rows is lost or counted twice."""
        return self.rows == rows
