"""The parts a customer record is made of: ways to reach them, addresses, identities, traits."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from shared.domain.email import Email
from shared.domain.entity import Moment, Value
from shared.domain.phone import PhoneNumber
from shared.domain.text import Line, Lines

MOST_PHONES = 10
MOST_EMAILS = 10
MOST_ADDRESSES = 10
MOST_IDENTITIES = 20
MOST_TRAITS = 100
MOST_HELPERS = 20

ShortText = Annotated[Line, Field(max_length=200)]
Tag = Annotated[Line, Field(min_length=1, max_length=50)]
Label = Annotated[Line, Field(max_length=50)]
ExternalId = Annotated[Line, Field(min_length=1, max_length=128)]
CustomName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
PlainValue = (
    StrictBool
    | StrictInt
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Annotated[Lines, Field(max_length=2000)]
)
"""Kept as it came: digits in quotes stay a text."""

PhoneUse = Literal["mobile", "work", "home", "fax", "other"]
EmailUse = Literal["work", "personal", "billing", "other"]
Validity = Literal["unknown", "valid", "invalid"]
IdentityChannel = Literal["wechat", "wecom", "shop", "erp", "other"]
Gender = Literal["female", "male", "other"]


class Reach(Value):
    """What the ways to reach somebody have in common.

    `shared`: of several people (a switchboard, info@), so it identifies nobody. `since` and
    `until`: the days between which it was or is in use.
    """

    label: Label = ""
    primary: bool = False
    shared: bool = False
    validity: Validity = "unknown"
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "Reach":
        if self.since and self.until and self.until < self.since:
            raise ValueError("ends before it begins")
        return self


class Phone(Reach):
    """A telephone number of a customer."""

    number: PhoneNumber
    kind: PhoneUse = "mobile"


class EmailEntry(Reach):
    """An e-mail address of a customer."""

    address: Email
    kind: EmailUse = "work"


class Address(Value):
    """A postal address; mainland addresses fill province, city and district (省市区)."""

    kind: Literal["work", "home", "billing", "shipping", "other"] = "work"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    province: ShortText | None = None
    city: ShortText | None = None
    district: ShortText | None = None
    street: Annotated[Lines, Field(max_length=500)] | None = None
    postcode: Annotated[Line, Field(max_length=20)] | None = None
    primary: bool = False


class Identity(Value):
    """By what name a channel knows the customer; `system` tells two shops or ERPs apart."""

    channel: IdentityChannel
    system: Label = ""
    value: Annotated[Line, Field(min_length=1, max_length=200)]

    @property
    def claim(self) -> tuple[str, str]:
        """What only one customer may hold."""
        return f"{self.channel}:{self.system}", self.value


class TaxNumber(Value):
    """The number under which the tax office knows a company, with its check digits verified."""

    scheme: Literal["uscc", "vat", "other"]
    value: Annotated[Line, Field(min_length=2, max_length=32)]


class Trait(Value):
    """Something known about a customer, from where and since when, so that it can fade.

    `nature`: what they are, what they do, or what others report of them.
    """

    name: CustomName
    nature: Literal["descriptive", "behavioural", "external"] = "descriptive"
    value: PlainValue
    source: Annotated[Line, Field(min_length=1, max_length=200)]
    at: Moment
    expires: Moment | None = None


class Helper(Value):
    """A colleague let into the record until a certain time."""

    user: str
    level: Literal["read", "write"] = "read"
    until: Moment


class Review(Value):
    """Where a new record stands on its way to approval."""

    state: Literal["pending", "returned", "approved"]
    approval: str
    reason: Annotated[Lines, Field(max_length=2000)] = ""


Lifecycle = Literal["prospect", "customer", "key", "lost"]
"""潜在, 成交, 重要, 流失."""


class Grade(Value):
    """How much a customer matters; a manual grade overrides the computed one until it expires."""

    value: Annotated[str, Field(pattern=r"^[A-E]$")]
    source: Literal["computed", "manual"]
    reason: Annotated[Line, Field(max_length=500)] = ""
    at: Moment
    expires: Moment | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.expires is None or now < self.expires
