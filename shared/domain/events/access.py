"""What happens to tenants, users, teams, calendars, API keys and sessions. No personal data."""

from shared.domain.access import Role
from shared.domain.events.base import Event


class TenantCreated(Event):
    """A company began to use the installation."""

    name = "tenant.created"

    region: str


class TenantChanged(Event):
    """Defaults of the tenant were changed; `fields` names them."""

    name = "tenant.changed"

    fields: tuple[str, ...]


class UserInvited(Event):
    """Somebody shall sign in for the first time; `invitation` counts the mails sent to them."""

    name = "user.invited"

    role: Role
    invitation: int


class UserActivated(Event):
    """Somebody signed in for the first time and may be given work."""

    name = "user.activated"

    role: Role


class UserReactivated(Event):
    """Somebody who was shut out may sign in again."""

    name = "user.reactivated"

    role: Role


class UserDeactivated(Event):
    """Somebody may no longer sign in; what they own needs a new owner."""

    name = "user.deactivated"

    role: Role
    teams: tuple[str, ...]


class UserRoleChanged(Event):
    """Somebody's rights became others."""

    name = "user.role_changed"

    before: Role
    after: Role


class UserTeamsChanged(Event):
    """Somebody moved between teams."""

    name = "user.teams_changed"

    joined: tuple[str, ...]
    left: tuple[str, ...]


class UserAvailabilityChanged(Event):
    """Calendar, leave or capacity of somebody changed: work may be assigned differently."""

    name = "user.availability_changed"


class UserSignedOut(Event):
    """All sessions of somebody ended."""

    name = "user.signed_out"


class SecondFactorChanged(Event):
    """Somebody switched their second factor on or off."""

    name = "user.second_factor_changed"

    enabled: bool


class PasswordChanged(Event):
    """Somebody changed their own password."""

    name = "user.password_changed"


class TeamCreated(Event):
    """A department or team exists."""

    name = "team.created"

    parent: str | None = None


class TeamMoved(Event):
    """A team lies under another parent."""

    name = "team.moved"

    before: str | None = None
    after: str | None = None


class TeamMembersChanged(Event):
    """People joined or left a team."""

    name = "team.members_changed"

    joined: tuple[str, ...]
    left: tuple[str, ...]


class TeamDeleted(Event):
    """A team without members was deleted."""

    name = "team.deleted"


class CalendarChanged(Event):
    """Working time was created, changed or deleted; times computed from it may be others."""

    name = "calendar.changed"


class ApiKeyCreated(Event):
    """A program got access."""

    name = "api_key.created"

    role: Role


class ApiKeyRotated(Event):
    """An API key has a new secret."""

    name = "api_key.rotated"


class ApiKeyRevoked(Event):
    """An API key gives no access any more."""

    name = "api_key.revoked"


class SessionStarted(Event):
    """Somebody signed in."""

    name = "session.started"

    user: str


class SessionRefused(Event):
    """An attempt to sign in as somebody failed."""

    name = "session.refused"

    user: str
    reason: str


class SessionChallenged(Event):
    """The password was right and something more is asked for."""

    name = "session.challenged"

    user: str
    challenge: str
