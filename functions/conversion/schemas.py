"""What the conversion routes accept and answer where that is not a record itself."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from shared.domain.conversion.model import Children
from shared.domain.conversion.order import Mode, RecordId, TargetKind
from shared.domain.entity import Value

MOST_AT_ONCE = 50


class LikelyCustomer(Value):
    """A record that may be the lead's: how probably (0 to 100) and why.

    Of one that the caller may not read only whom to ask; with `id` when they may link it all the
    same, since an identity of the lead is the customer's.
    """

    kind: Literal["account", "contact"]
    readable: bool
    id: str | None = None
    label: str | None = None
    owner: str | None = None
    ask: str | None = None
    points: int | None = None
    keys: tuple[str, ...] = ()
    reasons: tuple[dict[str, Any], ...] = ()


class OpenOpportunity(Value):
    """An open opportunity of a candidate, to which the lead may be attached."""

    id: str
    account: str | None
    name: str
    owner: str | None
    amount: dict[str, Any] | None


class FieldPlan(Value):
    """One field of a target: what stands there, what the lead says, whether it will be written."""

    field: str
    proposed: Any
    current: Any = None
    written: bool


class TargetPlan(Value):
    """What would become of one target."""

    mode: Mode
    id: str | None = None
    fields: tuple[FieldPlan, ...] = ()


class Unmapped(Value):
    """A field of the lead that would go nowhere, and why."""

    field: str
    value: Any
    reason: Literal[
        "target_has_value", "no_opportunity", "not_a_country_code", "stays_on_lead", "no_target"
    ]


class Obstacle(Value):
    """What the conversion would be refused for."""

    path: str
    code: str
    message: str


class ConversionPreview(Value):
    """What a conversion would do, with everything that it could be linked to. Nothing is stored."""

    lead: str
    version: int
    owner: str | None
    account: TargetPlan
    contact: TargetPlan
    opportunity: TargetPlan
    candidates: tuple[LikelyCustomer, ...]
    open_opportunities: tuple[OpenOpportunity, ...]
    unmapped: tuple[Unmapped, ...]
    errors: tuple[Obstacle, ...]


class Became(Value):
    """One record that the lead became part of."""

    kind: TargetKind
    id: str
    made: bool
    in_review: bool = False
    collision: bool = False


class ConversionView(Value):
    """A conversion as people see it. `left`: fields of the lead that no target took; `children`:
    how far the notes of the lead have moved to its customer."""

    id: str
    lead: str
    status: Literal["active", "reverted"]
    at: datetime
    by: str
    account: str | None
    contact: str | None
    opportunities: tuple[str, ...]
    targets: tuple[Became, ...]
    left: tuple[str, ...]
    children: Children
    revertible_until: datetime
    links: dict[str, Any]


class ConflictView(Value):
    """A field of a linked record that somebody changed since; it keeps what it says now."""

    kind: TargetKind
    id: str
    field: str


class Restored(Value):
    """A linked record and the fields that have their old values again."""

    kind: TargetKind
    id: str
    fields: tuple[str, ...]


class Kept(Value):
    """A record that the conversion made and that stays, since it is in use."""

    kind: TargetKind
    id: str
    reason: str


class ReversalView(Value):
    """How a conversion was taken back."""

    lead: str
    status: str
    archived: tuple[str, ...]
    restored: tuple[Restored, ...]
    kept: tuple[Kept, ...]
    conflicts: tuple[ConflictView, ...]


class BulkConversion(Value):
    """Convert up to 50 leads, each for itself.

    `matched`: what to do with a customer that is surely the lead's: fill it, make a new one
    although it looks the same (with a reason), or leave the lead.
    """

    ids: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    matched: Literal["fill", "create", "fail"] = "fill"
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    opportunity: bool = False

    @model_validator(mode="after")
    def _complete(self) -> "BulkConversion":
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id is repeated")
        if (self.matched == "create") != (self.reason is not None):
            raise ValueError("to make what looks the same needs a reason, and only that does")
        return self


class BulkConversionResult(Value):
    """What became of one lead."""

    id: str
    outcome: Literal["converted", "failed"]
    conversion: ConversionView | None = None
    code: str | None = None
    message: str | None = None
    errors: tuple[Obstacle, ...] = ()
    details: dict[str, Any] | None = None


class BulkConversionAnswer(Value):
    """A result for every lead, in the order given, and the sums."""

    results: tuple[BulkConversionResult, ...]
    converted: int
    failed: int


class NewConversionPolicy(Value):
    """For how many days a conversion can be taken back, and a lead's owner helps."""

    revert_days: Annotated[int, Field(ge=0, le=365)] = 30
    helper_days: Annotated[int, Field(ge=1, le=365)] = 90
