"""What the routes of duplicates accept and answer where that is not the record itself."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.domain.customers.parts import Address, Identity, ShortText, TaxNumber
from shared.domain.entity import Value
from shared.domain.matching.pair import DuplicatePair, PairKind, PairReason, PairState
from shared.domain.merging.fields import FieldView, Preference, Side
from shared.domain.merging.model import MergeState
from shared.domain.text import Line
from shared.http.record_schemas import Cursor, Limit, RecordId

Typed = Annotated[Line, Field(max_length=254)]
RecordKind = Literal["account", "contact", "lead"]


class Draft(Value):
    """What has been typed so far of a record; numbers and addresses may be unfinished.

    `exclude`: the record that is being edited. `company`: a lead's.
    """

    kind: RecordKind
    type: Literal["company", "individual"] = "company"
    exclude: RecordId | None = None
    name: ShortText | None = None
    given_name: ShortText | None = None
    family_name: ShortText | None = None
    company: ShortText | None = None
    aliases: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()
    website: ShortText | None = None
    phones: Annotated[tuple[Typed, ...], Field(max_length=10)] = ()
    emails: Annotated[tuple[Typed, ...], Field(max_length=10)] = ()
    identities: Annotated[tuple[Identity, ...], Field(max_length=20)] = ()
    tax_number: TaxNumber | None = None
    birthday: date | None = None
    address: Address | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class Candidate(Value):
    """A record that is probably the same, and why.

    Of one that the caller may not read only its kind and whom to ask are told.
    """

    kind: RecordKind
    readable: bool
    id: str | None = None
    label: str | None = None
    owner: str | None = None
    ask: str | None = None
    points: int | None = None
    keys: tuple[str, ...] = ()
    reasons: tuple[PairReason, ...] = ()


class CheckAnswer(Value):
    """The likeliest first."""

    candidates: tuple[Candidate, ...]


class PairQuery(Value):
    """Filters and paging of the duplicate queue. `owner`: a user id or `me`."""

    status: PairState | None = None
    owner: RecordId | None = None
    kind: PairKind | None = None
    points_from: Annotated[int, Field(ge=1, le=100)] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class PairRecord(Value):
    """One record of a pair as the caller may know it."""

    kind: RecordKind
    id: str
    readable: bool
    label: str | None = None
    owner: str | None = None


class PairView(Value):
    """A pair with both of its records; `mergeable`: by `POST /v1/merges`."""

    pair: DuplicatePair
    records: tuple[PairRecord, ...]
    mergeable: bool


class Dismiss(Value):
    """Why the two are not the same."""

    reason: Annotated[Line, Field(min_length=1, max_length=500)]


class MergeOrder(Value):
    """Which record takes which one in.

    Fields that `choices` does not name follow `prefer`: the survivor's own, or those of the record
    that is newer, more complete, or from the source that stands first in `sources`. Fields of many
    values are united.
    """

    survivor: RecordId
    loser: RecordId
    choices: Annotated[dict[str, Side], Field(max_length=100)] = Field(
        default_factory=dict[str, Side]
    )
    prefer: Preference = "survivor"
    sources: Annotated[tuple[ShortText, ...], Field(max_length=50)] = ()


class MergePreview(Value):
    """What a merge would do: every field, and which of the two had better survive."""

    survivor: str
    loser: str
    recommended_survivor: str
    fields: tuple[FieldView, ...]
    record: dict[str, Any]


class MergeQuery(Value):
    """Filters and paging of merges."""

    status: MergeState | None = None
    limit: Limit = 50
    cursor: Cursor | None = None
