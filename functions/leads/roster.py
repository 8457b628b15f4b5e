"""What assignment looks at: rules, teams, people, working time, the rota; read once a batch."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from functions.leads.setup import RoutingSetup, ScoringSetup, routing_setup, scoring_setup
from shared.domain.calendars import WorkingCalendar
from shared.domain.context import Context
from shared.domain.routing import Candidate, Member
from shared.domain.tenancy import Calendar, Team, Tenant, User
from shared.storage import rota
from shared.storage.rota import Standing
from shared.storage.store import Store


class Roster:
    """One tenant's people and rules as they stand; the rota is read again after a lost claim."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        self._standings: dict[str, dict[str, Standing]] = {}

    @classmethod
    def shared(cls, memo: dict[str, Any], store: Store, context: Context) -> "Roster":
        """The roster of this tenant for the whole batch."""
        key = f"roster {store.tenant}"
        if key not in memo:
            memo[key] = cls(store, context)
        return memo[key]

    @cached_property
    def scoring(self) -> ScoringSetup:
        """The scoring model."""
        return scoring_setup(self._store, self._context)

    @cached_property
    def routing(self) -> RoutingSetup:
        """Assignment rules and first-touch policy."""
        return routing_setup(self._store, self._context)

    @cached_property
    def teams(self) -> dict[str, Team]:
        """The teams that rules name."""
        return self._store.load_many(Team, self.routing.policy.teams())

    @cached_property
    def users(self) -> dict[str, User]:
        """Everybody in these teams."""
        return self._store.load_many(User, {m for t in self.teams.values() for m in t.members})

    @cached_property
    def calendars(self) -> dict[str, WorkingCalendar]:
        """The calendars of these people, and the tenant's."""
        wanted = {user.calendar for user in self.users.values()} | {self._default_calendar}
        found = self._store.load_many(Calendar, {c for c in wanted if c is not None})
        return {calendar_id: calendar.working for calendar_id, calendar in found.items()}

    @cached_property
    def _policy_calendar(self) -> WorkingCalendar | None:
        wanted = self.routing.first_touch.calendar or self._default_calendar
        found = self._store.find(Calendar, wanted) if wanted else None
        return found.working if found else None

    @cached_property
    def _default_calendar(self) -> str | None:
        tenant = self._store.find(Tenant, self._store.tenant)
        return tenant.calendar if tenant else None

    def first_touch_due(self, tier: str | None, now: datetime) -> datetime | None:
        """When a lead of this tier, assigned now, has to be touched; None without a policy."""
        policy = self.routing.first_touch
        return self.after_working(policy.allowed(tier), now) if policy.enabled else None

    def after_working(self, duration: timedelta, now: datetime) -> datetime:
        """`now` plus working time by the policy's calendar, else the tenant's, else the clock."""
        calendar = self._policy_calendar
        return calendar.add_working_time(now, duration) if calendar else now + duration

    def members(self, now: datetime) -> dict[str, list[Member]]:
        """The members of every team that rules name, as the rules see them."""
        return {team: self._members(team, now) for team in self.teams}

    def claimed(self, team: str, candidate: Candidate) -> None:
        """Remember our own claim."""
        if team in self._standings:
            standing = Standing(candidate.next_turn, candidate.load + 1)
            self._standings[team][candidate.user] = standing

    def forget(self, team: str) -> None:
        """Read the team's rota again when next needed: somebody else was faster."""
        self._standings.pop(team, None)

    def _standings_of(self, team: str) -> dict[str, Standing]:
        if team not in self._standings:
            self._standings[team] = rota.standings(self._store, team)
        return self._standings[team]

    def _members(self, team: str, now: datetime) -> list[Member]:
        users = [self.users[m] for m in self.teams[team].members if m in self.users]
        known = self._standings_of(team)
        return [self._member(user, known.get(user.id, Standing(None, 0)), now) for user in users]

    def _member(self, user: User, standing: Standing, now: datetime) -> Member:
        calendar = user.calendar or self._default_calendar
        leave = [period.end for period in user.leave if period.start <= now < period.end]
        return Member(
            user=user.id,
            active=user.status == "active",
            calendar=self.calendars.get(calendar) if calendar else None,
            on_leave_until=max(leave, default=None),
            load=standing.load,
            cap=user.capacity,
            turn=standing.turn,
        )
