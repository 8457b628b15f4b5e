"""The lead: a person or company that may become a customer, and the facts known about it."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, field_validator, model_validator

from shared.domain.card import Card
from shared.domain.email import Email
from shared.domain.entity import CODE_MARK, Entity, Moment, Value
from shared.domain.leads.conversion import LeadConversion
from shared.domain.money import Money
from shared.domain.phone import PhoneNumber
from shared.domain.scoring import Score
from shared.domain.text import Line, Lines

LeadStatus = Literal["new", "working", "nurturing", "qualified", "disqualified", "converted"]
WorkingStatus = Literal["new", "working", "nurturing", "qualified"]
OPEN_STATUSES: frozenset[str] = frozenset({"new", "working", "nurturing", "qualified"})
Urgency = Literal["low", "normal", "high", "immediate"]
Channel = Literal["email", "phone", "sms", "wechat", "post"]

ShortText = Annotated[Line, Field(max_length=200)]
Tag = Annotated[Line, Field(min_length=1, max_length=50)]
CustomName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
CustomValue = (
    StrictBool
    | StrictInt
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Annotated[Lines, Field(max_length=2000)]
    | None
)
"""Kept as it came: digits in quotes stay a text."""

_ONE = {"lead.converted": Decimal(1)}
MAX_BEHAVIOURS = 50
MAX_CUSTOM = 100


class Consent(Value):
    """A permission (or refusal) to use one channel, with the evidence for it."""

    channel: Channel
    granted: bool
    at: Moment
    evidence: Annotated[Line, Field(min_length=1, max_length=500)]
    text_version: Annotated[Line, Field(max_length=100)] | None = None


class Attribution(Value):
    """Where a touch came from: source and campaign at one moment."""

    source: ShortText | None = None
    campaign: ShortText | None = None
    at: Moment


class Behaviour(Value):
    """Something the lead did; `type` is what scoring rules refer to."""

    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
    at: Moment


class Disqualification(Value):
    """Why a lead is not pursued, and what it was before."""

    reason: Literal["no_need", "no_budget", "wrong_contact", "competitor", "spam", "other"]
    note: Annotated[Lines, Field(max_length=2000)] = ""
    before: WorkingStatus


class Routing(Value):
    """How the present owner came about; the candidates stand in the decision record."""

    at: Moment
    rule: str | None = None
    strategy: str | None = None
    outcome: Literal["assigned", "waiting", "manual"]
    reason: str = ""
    round: int = 0


class LeadFields(Value):
    """What clients, forms and imports may say about a lead."""

    name: ShortText | None = None
    given_name: ShortText | None = None
    family_name: ShortText | None = None
    job_title: ShortText | None = None
    company: ShortText | None = None
    website: ShortText | None = None
    email: Email | None = None
    source: ShortText | None = None
    campaign: ShortText | None = None
    interest: Annotated[Lines, Field(max_length=2000)] | None = None
    budget: Money | None = None
    urgency: Urgency | None = None
    company_size: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    industry: ShortText | None = None
    country: ShortText | None = None
    region: ShortText | None = None
    city: ShortText | None = None
    external_id: Annotated[Line, Field(min_length=1, max_length=128)] | None = None
    consents: Annotated[tuple[Consent, ...], Field(max_length=20)] = ()
    tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    custom: Annotated[dict[CustomName, CustomValue], Field(max_length=MAX_CUSTOM)] = Field(
        default_factory=dict[str, CustomValue]
    )

    @field_validator("tags")
    @classmethod
    def _without_repetition(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tags))

    @field_validator("consents")
    @classmethod
    def _one_per_channel(cls, consents: tuple[Consent, ...]) -> tuple[Consent, ...]:
        if len({c.channel for c in consents}) != len(consents):
            raise ValueError("one consent per channel: the latest")
        return consents


class Lead(LeadFields, Entity):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored lead."""

    kind: ClassVar[str] = "lead"
    prefix: ClassVar[str] = "lead"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    relation_field: ClassVar[str | None] = "team"
    promoted: ClassVar[tuple[str, ...]] = (
        "status",
        "owner",
        "team",
        "source",
        "score",
        "tags",
        "display_name",
    )

    model_config = Entity.model_config

    phone: PhoneNumber | None = None
    status: LeadStatus = "new"
    owner: str | None = None
    team: str | None = None
    score: int | None = None
    tier: str | None = None
    scoring: Score | None = None
    routing: Routing | None = None
    disqualification: Disqualification | None = None
    first_touch: Attribution | None = None
    last_touch: Attribution | None = None
    behaviours: tuple[Behaviour, ...] = ()
    touched_at: Moment | None = None
    touched_by: str | None = None
    conversion: LeadConversion | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Lead":
        if (self.status == "disqualified") != (self.disqualification is not None):
            raise ValueError("a disqualified lead, and no other, has a reason")
        if (self.status == "converted") != (self.conversion is not None):
            raise ValueError("a converted lead, and no other, has a conversion")
        return self

    @property
    def display_name(self) -> str:
        """What people call the lead: name, else company, e-mail, number or outside id."""
        phone = self.phone.e164 if self.phone else None
        return self.name or self.company or self.email or phone or self.external_id or ""

    @property
    def home(self) -> str:
        """Where what is written on it belongs: itself or, once converted, its customer."""
        return self.conversion.home if self.conversion is not None else self.id

    @property
    def open(self) -> bool:
        """Whether somebody should be working on it."""
        return self.status in OPEN_STATUSES and self.deleted_at is None

    def concerns(self) -> tuple[str, ...]:
        """Itself and, once converted, the customers that it became."""
        became = self.conversion
        return tuple(
            i for i in (self.id, became and became.account, became and became.contact) if i
        )

    def card(self) -> Card | None:
        """For the customers that it became: one more lead that they came from."""
        if self.conversion is None:
            return None
        return Card(label=self.display_name, status=self.status, at=self.created_at, figures=_ONE)

    def unique_keys(self) -> dict[str, str]:
        """The outside system's id is unique among the tenant's leads."""
        return {"external_id": self.external_id} if self.external_id else {}

    def match_keys(self) -> frozenset[str]:
        """What leads, accounts and contacts of the same person or company have in common."""
        from shared.domain.matching.keys import keys_of
        from shared.domain.matching.profiles import profile_of

        return keys_of(profile_of(self))

    def search_texts(self) -> tuple[str, ...]:
        """Name, company, e-mail, phone (as typed and E.164); the outside id by its beginnings."""
        phone = (self.phone.e164, self.phone.typed) if self.phone else ()
        texts = (self.name, self.given_name, self.family_name, self.company, self.email)
        code = CODE_MARK + self.external_id if self.external_id else None
        return tuple(t for t in (*texts, *phone, code) if t)
