"""The web form: which fields it asks, from which sites, and where its leads go."""

import hmac
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from shared.domain.entity import Value
from shared.domain.forms.addresses import WebAddress, WebOrigin
from shared.domain.leads.model import Channel, ShortText
from shared.domain.money import Currency
from shared.domain.tenancy import Setup
from shared.domain.text import Line, Lines

FieldType = Literal[
    "text",
    "textarea",
    "email",
    "phone",
    "number",
    "money",
    "select",
    "checkbox",
    "date",
    "url",
    "hidden",
]
Language = Literal["zh", "en"]
FormStatus = Literal["active", "paused"]
Label = Annotated[Line, Field(max_length=200)]

MOST_FIELDS = 50
CUSTOM = "custom."
"""Prefix of a form field that fills a free custom field of the lead."""


FieldName = Annotated[str, Field(pattern=r"^(custom\.)?[a-z][a-z0-9_]{0,63}$")]
InputName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Option(Value):
    """One choice of a select field."""

    value: Annotated[Line, Field(min_length=1, max_length=200)]
    label: Label


class FormField(Value):
    """One question. `name` is the lead field that the answer fills, or `custom.<name>`.

    `currency` (money fields) defaults to the tenant's.
    """

    name: FieldName
    label: Annotated[Label, Field(min_length=1)]
    type: FieldType = "text"
    required: bool = False
    options: Annotated[tuple[Option, ...], Field(max_length=300)] = ()
    placeholder: Label = ""
    help: Annotated[Line, Field(max_length=500)] = ""
    currency: Currency | None = None

    @property
    def custom_name(self) -> str | None:
        """The custom field's own name, None for a field that every lead has."""
        return self.name.removeprefix(CUSTOM) if self.name.startswith(CUSTOM) else None


class ConsentRequest(Value):
    """A tick box by which the visitor permits contact; kept with the lead as evidence."""

    text: Annotated[Lines, Field(min_length=1, max_length=2000)]
    version: Annotated[Line, Field(min_length=1, max_length=100)]
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=5)] = ("email",)
    required: bool = True

    @model_validator(mode="after")
    def _channels_once(self) -> Self:
        if len(set(self.channels)) != len(self.channels):
            raise ValueError("a channel is repeated")
        return self


class Assignment(Value):
    """Who gets the leads: the tenant's rules, one `owner` (in `team`), or nobody yet."""

    by: Literal["rules", "owner", "nobody"] = "rules"
    owner: Annotated[str, Field(max_length=64)] | None = None
    team: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _owner_when_by_owner(self) -> Self:
        if (self.by == "owner") != (self.owner is not None):
            raise ValueError("name an owner when, and only when, leads go to one owner")
        if self.team is not None and self.owner is None:
            raise ValueError("a team goes with an owner")
        return self


class FormSettings(Value):
    """What people decide about a form.

    `allowed_origins`: the sites whose pages may submit (empty: any). `minimum_seconds`: who is
    faster is taken for a machine. `rate_limit`: submissions an hour from one address.
    `honeypot`: name of an input that people do not see and machines fill in. `redirect`: the page
    shown after submission instead of `thank_you`.
    """

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=MOST_FIELDS)]
    title: Label = ""
    language: Language = "zh"
    submit_label: Annotated[Line, Field(max_length=60)] = ""
    thank_you: Annotated[Lines, Field(max_length=2000)] = ""
    redirect: WebAddress | None = None
    allowed_origins: Annotated[tuple[WebOrigin, ...], Field(max_length=50)] = ()
    source: ShortText | None = None
    campaign: ShortText | None = None
    assignment: Assignment = Assignment()
    honeypot: InputName = "more_details"
    minimum_seconds: Annotated[int, Field(ge=0, le=60)] = 2
    rate_limit: Annotated[int, Field(ge=1, le=10_000)] = 20
    double_opt_in: bool = False
    consent: ConsentRequest | None = None


class Form(FormSettings, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored form. `token` is its public address: tenant, id and a part that can be renewed."""

    kind: ClassVar[str] = "form"
    prefix: ClassVar[str] = "form"
    state_field: ClassVar[str | None] = "status"
    promoted: ClassVar[tuple[str, ...]] = ("status", "source")

    model_config = Setup.model_config

    status: FormStatus = "active"
    token: str

    def opens_with(self, token: str) -> bool:
        """Whether `token` is this form's present one; takes the same time for every token."""
        return hmac.compare_digest(self.token.encode(), token.encode())

    def admits(self, origin: str) -> bool:
        """Whether a page of this origin may submit. Callers without one are no browsers."""
        return not self.allowed_origins or not origin or origin.lower() in self.allowed_origins
