"""What became of each row of an import, and the totals, which always sum to the rows.

The three ways of not writing differ: a `duplicate` names the record it repeats, `skipped` was not
wanted (an update without a record, a row after a stop), `failed` says what to correct.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import model_validator

from functions.imports.row_mapper import RowErrors
from functions.imports.tables import Row
from shared.domain.entity import Value
from shared.domain.errors import FieldError
from shared.domain.imports import Counts

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
    that this row repeats, `reason` the code of why it was skipped. `ask` is the owner of a record
    that the importer may not read; `offer` what would let the row in: to restore the record `id`.
    """

    line: int
    outcome: Outcome
    id: str | None = None
    duplicate_of: str | None = None
    reason: str | None = None
    ask: str | None = None
    offer: Literal["restore"] | None = None
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


def counts_of(results: Sequence[RowResult]) -> Counts:
    """The totals of these rows; two results of one line are an error of the program."""
    if len({result.line for result in results}) != len(results):
        raise ValueError("two results for one row")
    return Counts(**Counter(result.outcome for result in results))
