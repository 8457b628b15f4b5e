"""What the routes about standing, traits, helpers and enrichment accept and answer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.domain.customers.capture import AccountInput
from shared.domain.customers.grading import GradeLetter
from shared.domain.customers.parts import CustomName, Lifecycle, Trait
from shared.domain.entity import Moment, Value
from shared.domain.text import Line, clean
from shared.http.record_schemas import RecordId

Reason = Annotated[Line, Field(min_length=1, max_length=200)]


class NewLifecycle(Value):
    """The stage of life an account has reached, and why."""

    lifecycle: Lifecycle
    reason: Reason


class NewGrade(Value):
    """A grade by hand; without `expires` it stands until somebody takes it back."""

    grade: GradeLetter
    reason: Reason
    expires: Moment | None = None


class NewTraits(Value):
    """What is newly known. A trait without `expires` fades by its nature: behavioural after 180
    days, external after 365, descriptive never."""

    traits: Annotated[tuple[Trait, ...], Field(min_length=1, max_length=50)]


class TraitQuery(Value):
    """Which traits of a customer to show."""

    nature: Literal["descriptive", "behavioural", "external"] | None = None
    source: Annotated[str, Field(max_length=200), AfterValidator(clean)] | None = None


class TraitName(Value):
    """Which trait of a customer is meant."""

    name: CustomName
    source: Annotated[Line, Field(max_length=200)] | None = None


class TraitList(Value):
    """The traits that count now, by nature and name."""

    items: tuple[Trait, ...]


class NewHelper(Value):
    """Who may read or change the record until when (a year at most)."""

    user: RecordId
    level: Literal["read", "write"] = "read"
    until: Moment


class Enrichment(Value):
    """What an outside source says about an account. Only empty fields are filled."""

    source: Annotated[Line, Field(min_length=1, max_length=100)]
    fields: AccountInput
