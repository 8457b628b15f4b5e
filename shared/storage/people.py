"""The tenant's people as approvals ask for them; what was read is kept for the whole batch."""

from collections.abc import Iterable
from functools import cached_property

from shared.domain.access import Grant, Principal, Role, Scope, may
from shared.domain.approval.model import Approval
from shared.domain.calendars import WorkingCalendar
from shared.domain.tenancy import Calendar, Team, Tenant, User
from shared.storage.list_query import ListQuery
from shared.storage.store import Store


class StoredPeople:
    """Users, teams and working time of one tenant. See `shared.domain.approval.planning.People`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._users: dict[str, User | None] = {}
        self._teams: dict[str, Team | None] = {}
        self._roles: dict[str, tuple[str, ...]] = {}
        self._calendars: dict[str, WorkingCalendar | None] = {}

    def user(self, user_id: str) -> User | None:
        """The user, if there is one."""
        self._read([user_id])
        return self._users[user_id]

    def active(self, users: Iterable[str]) -> tuple[str, ...]:
        """Those of these users who are active and may decide at all, in their order."""
        wanted = tuple(users)
        self._read(wanted)
        found = ((user, self._users[user]) for user in wanted)
        return tuple(user for user, known in found if known is not None and _may_decide(known))

    def in_role(self, role: str) -> tuple[str, ...]:
        """Everybody active with this role."""
        if role not in self._roles:
            query = ListQuery(state="active", equals={"source": role})
            reader = Grant(Principal(self._store.tenant, "", Role.SYSTEM), User.kind, Scope.ALL)
            found = self._store.list_all(User, query, reader)
            self._roles[role] = tuple(user.id for user in found if _may_decide(user))
        return self._roles[role]

    def in_team(self, team: str) -> tuple[str, ...]:
        """The active members of a team."""
        found = self.team(team)
        return self.active(found.members) if found else ()

    def manager_of(self, team: str) -> str | None:
        """Who manages a team."""
        found = self.team(team)
        return found.manager if found else None

    def parent_of(self, team: str) -> str | None:
        """The department above."""
        found = self.team(team)
        return found.parent if found else None

    def team(self, team_id: str) -> Team | None:
        """The team, if there is one."""
        if team_id not in self._teams:
            self._teams[team_id] = self._store.find(Team, team_id)
        return self._teams[team_id]

    def calendar(self, calendar_id: str | None) -> WorkingCalendar | None:
        """This working calendar, else the tenant's, else none: every hour counts."""
        wanted = calendar_id or self._default_calendar
        if wanted is None:
            return None
        if wanted not in self._calendars:
            found = self._store.find(Calendar, wanted)
            self._calendars[wanted] = found.working if found else None
        return self._calendars[wanted]

    @cached_property
    def _default_calendar(self) -> str | None:
        tenant = self._store.find(Tenant, self._store.tenant)
        return tenant.calendar if tenant else None

    def _read(self, users: Iterable[str]) -> None:
        unknown = [user for user in dict.fromkeys(users) if user not in self._users]
        if unknown:
            found = self._store.load_many(User, unknown)
            self._users.update({user: found.get(user) for user in unknown})


def _may_decide(user: User) -> bool:
    caller = Principal("", user.id, user.role)
    return user.status == "active" and may(caller, Approval.kind, "decide")
