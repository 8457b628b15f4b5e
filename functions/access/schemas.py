"""What the routes about people and set-up accept and answer when it is not the entity itself."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field

from shared.domain.access import ASSIGNABLE_ROLES, FieldRule, Role, Scope
from shared.domain.api_keys import ApiKey, KeyScope
from shared.domain.audit import AuditAction, AuditOutcome
from shared.domain.calendars import Week, WorkingCalendar
from shared.domain.calendars.working import Zone
from shared.domain.email import Email
from shared.domain.entity import Entity, Moment, Value
from shared.domain.money import Currency
from shared.domain.tenancy import (
    MOST_MEMBERS,
    MOST_TEAMS_OF_ONE,
    Leave,
    Locale,
    PersonName,
    Region,
    UserStatus,
)
from shared.http.contract import Page


def _assignable(role: Role) -> Role:
    if role not in ASSIGNABLE_ROLES:
        raise ValueError("this role is the product's own")
    return role


AssignableRole = Annotated[Role, AfterValidator(_assignable)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Teams = Annotated[tuple[Id, ...], Field(max_length=MOST_TEAMS_OF_ONE)]
Members = Annotated[tuple[Id, ...], Field(max_length=MOST_MEMBERS)]
Capacity = Annotated[int | None, Field(ge=0, le=100_000)]


def _without_defaults(schema: dict[str, Any]) -> None:
    for name in schema.get("properties", {}):
        schema["properties"][name].pop("default", None)


class Change(Value):
    """A partial change: only the fields that a request names count, so defaults mean nothing."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    def differing(self, entity: Entity) -> dict[str, Any]:
        """The fields that the request names and `entity` has otherwise."""
        named = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in named.items() if getattr(entity, name) != value}


class NewUser(Value):
    """Somebody to invite. Locale, zone and calendar are the tenant's where they are not said."""

    email: Email
    name: PersonName
    role: AssignableRole
    teams: Teams = ()
    locale: Locale | None = None
    time_zone: Zone | None = None
    calendar: Id | None = None
    capacity: Capacity = None


class UserChange(Change):
    """What shall be different about a user; fields that are not named stay."""

    name: PersonName = ""
    role: AssignableRole = Role.READ_ONLY
    teams: Teams = ()
    locale: Locale = "en"
    time_zone: Zone = "UTC"
    calendar: Id | None = None
    capacity: Capacity = None
    leave: Annotated[tuple[Leave, ...], Field(max_length=50)] = ()


class UserList(Page):
    """Filters of the list of users; `q` finds any part of a name or address."""

    status: UserStatus | None = None
    role: Role | None = None
    team: Id | None = None
    q: Annotated[str | None, Field(min_length=1, max_length=100)] = None


class NewTeam(Value):
    """A team or department to create."""

    name: PersonName
    parent: Id | None = None
    manager: Id | None = None
    members: Members = ()


class TeamChange(Change):
    """What shall be different about a team; fields that are not named stay."""

    name: PersonName = ""
    parent: Id | None = None
    manager: Id | None = None


class TeamMembers(Value):
    """All members of a team from now on."""

    members: Members


class TeamList(Page):
    """Filters of the list of teams."""

    parent: Id | None = None


class NewCalendar(Value):
    """A working calendar to create."""

    name: PersonName
    working: WorkingCalendar


class CalendarChange(Change):
    """What shall be different about a calendar; fields that are not named stay."""

    name: PersonName = ""
    working: WorkingCalendar = WorkingCalendar.weekdays("UTC")


class PreloadedCalendar(Value):
    """A calendar with a country's public holidays and, for China, make-up working days."""

    country: Region
    subdivision: Annotated[str | None, Field(max_length=10)] = None
    years: Annotated[tuple[int, ...], Field(min_length=1, max_length=10)]
    name: PersonName | None = None
    zone: Zone | None = None
    week: Week | None = None


class TenantChange(Change):
    """What shall be different about the tenant; fields that are not named stay."""

    name: PersonName = ""
    default_region: Region = "CN"
    time_zone: Zone = "UTC"
    currency: Currency = "CNY"
    locale: Locale = "en"
    calendar: Id | None = None


class ProfileChange(Change):
    """What people change about themselves; fields that are not named stay."""

    name: PersonName = ""
    locale: Locale = "en"
    time_zone: Zone = "UTC"


class Me(Value):
    """The caller, with everything their role and scopes give them."""

    id: str
    kind: Literal["user", "api_key"]
    tenant: str
    name: str
    email: str | None = None
    role: Role
    teams: tuple[str, ...] = ()
    locale: str | None = None
    time_zone: str | None = None
    mfa: bool = False
    rights: dict[str, dict[str, Scope]]
    field_rules: dict[str, dict[str, FieldRule]]


class NewApiKey(Value):
    """A key to make. `scopes` narrow the role; without them the key may do all the role may."""

    name: PersonName
    role: AssignableRole = Role.INTEGRATION
    scopes: Annotated[tuple[KeyScope, ...] | None, Field(max_length=100)] = None
    expires_at: Moment | None = None


class ApiKeyChange(Change):
    """What shall be different about a key; fields that are not named stay."""

    name: PersonName = ""
    scopes: Annotated[tuple[KeyScope, ...] | None, Field(max_length=100)] = None
    expires_at: Moment | None = None


class Rotation(Value):
    """How long the former secret still works."""

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24


class UsesInHour(Value):
    """How often the key was checked in one hour (UTC); a check holds for up to a minute."""

    hour: str
    uses: int


class ApiKeyView(Value):
    """A key without its secret. `token` is told once, when the secret is made."""

    id: str
    version: int
    name: str
    role: Role
    scopes: tuple[str, ...] | None
    status: Literal["active", "expired", "revoked"]
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    previous_until: datetime | None
    last_used_at: datetime | None = None
    uses: int = 0
    hours: tuple[UsesInHour, ...] = ()
    token: str | None = None

    @classmethod
    def of(cls, key: ApiKey, now: datetime, **more: object) -> Self:
        """The view of a key as it stands now."""
        shown = {name: getattr(key, name) for name in cls.model_fields if hasattr(key, name)}
        if key.status == "active" and not key.usable(now):
            shown["status"] = "expired"
        return cls.model_validate({**shown, **more})


class ApiKeyList(Page):
    """Filters of the list of keys."""

    status: Literal["active", "revoked"] | None = None


class AuditList(Page):
    """Filters of the audit trail; from (inclusive) and before (exclusive) bound its times.

    `subject`: the user, customer or tenant that something was done to or with.
    """

    actor: Id | None = None
    subject: Id | None = None
    action: AuditAction | None = None
    outcome: AuditOutcome | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None
