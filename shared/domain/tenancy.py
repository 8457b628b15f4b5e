"""Who uses the installation: tenants, their users, teams and working calendars.

A tenant's id is the key prefix of all its data. Departments are teams with a parent.
"""

import unicodedata
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.domain.access import Role
from shared.domain.calendars import WorkingCalendar
from shared.domain.calendars.working import Zone
from shared.domain.entity import Entity, Moment, Value
from shared.domain.money import Currency
from shared.domain.text import Line, fold

MOST_TEAMS_OF_ONE = 20
MOST_MEMBERS = 500

Locale = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", examples=["zh-CN", "en"])
]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["CN"])]
"""An ISO 3166 country, by which phone numbers without a country code are read."""

UserStatus = Literal["invited", "active", "deactivated"]
PersonName = Annotated[Line, Field(min_length=1, max_length=200)]


class Setup(Entity):
    """A record of the tenant's set-up: nobody's own, reached by rights on all of its kind."""

    @property
    def owner(self) -> str | None:
        """Nobody owns set-up."""
        return None

    @property
    def team(self) -> str | None:
        """Set-up belongs to no department."""
        return None


class Tenant(Setup):
    """A company that uses the installation, with the defaults of its people and records.

    From `closed_at` on nobody gets in any more: it is being removed.
    """

    kind = "tenant"
    prefix = "ten"
    listed = False

    name: PersonName
    default_region: Region = "CN"
    time_zone: Zone = "Asia/Shanghai"
    currency: Currency = "CNY"
    locale: Locale = "zh-CN"
    calendar: str | None = None
    closed_at: Moment | None = None


class Calendar(Setup):
    """A named working calendar of the tenant."""

    kind = "calendar"
    prefix = "cal"

    name: PersonName
    working: WorkingCalendar

    def unique_keys(self) -> dict[str, str]:
        """No two calendars have the same name."""
        return {} if self.deleted_at else {"name": fold(self.name)}


class Leave(Value):
    """A time in which somebody takes no work."""

    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError("leave ends after it starts")
        return self


class User(Entity):
    """A person who signs in.

    `capacity` is the most open leads they take; access tokens from before `signed_out_at` are
    refused. What stands here is the truth, the user pool follows by events.
    """

    kind = "user"
    prefix = "usr"
    state_field = "status"
    promoted = ("status", "source", "tags")

    email: str
    name: PersonName
    role: Role
    teams: Annotated[tuple[str, ...], Field(max_length=MOST_TEAMS_OF_ONE)] = ()
    status: UserStatus = "invited"
    locale: Locale = "zh-CN"
    time_zone: Zone = "Asia/Shanghai"
    calendar: str | None = None
    leave: Annotated[tuple[Leave, ...], Field(max_length=50)] = ()
    capacity: Annotated[int | None, Field(ge=0, le=100_000)] = None
    activated_at: Moment | None = None
    signed_out_at: Moment | None = None
    mfa: bool = False
    invitations: int = 1

    @property
    def owner(self) -> str:
        """Everybody owns themselves."""
        return self.id

    @property
    def team(self) -> str | None:
        """The first of the user's departments, their home."""
        return self.teams[0] if self.teams else None

    @property
    def source(self) -> str:
        """The role, under a name that list indexes carry."""
        return self.role

    @property
    def tags(self) -> tuple[str, ...]:
        """The teams, under a name that list indexes carry."""
        return self.teams

    @property
    def leads_the_house(self) -> bool:
        """Whether this is one of the administrators of whom one must remain."""
        return self.role is Role.ADMIN and self.status == "active"

    def unique_keys(self) -> dict[str, str]:
        """No two users have the same sign-in name."""
        return {"email": sign_in_name(self.email)}

    def search_texts(self) -> tuple[str, ...]:
        """Found by name and address."""
        return (self.name, self.email)

    def on_leave(self, at: datetime) -> bool:
        """Whether one of the periods of leave covers `at`."""
        return any(period.start <= at < period.end for period in self.leave)

    def available(self, now: datetime, calendar: WorkingCalendar) -> bool:
        """Whether they work now: active, not on leave, and `calendar` (theirs) is open."""
        return self.status == "active" and not self.on_leave(now) and calendar.is_working(now)


class Team(Setup):
    """A department or team. `members` is kept in step with each user's `teams`."""

    kind = "team"
    prefix = "team"
    relation_field = "parent"

    name: PersonName
    parent: str | None = None
    manager: str | None = None
    members: Annotated[tuple[str, ...], Field(max_length=MOST_MEMBERS)] = ()

    def unique_keys(self) -> dict[str, str]:
        """No two departments under one parent have the same name."""
        return {} if self.deleted_at else {"name": f"{self.parent or ''}#{fold(self.name)}"}


def sign_in_name(email: str) -> str:
    """The form of an address in which it is unique: case makes no difference."""
    return unicodedata.normalize("NFC", email.strip().casefold())
