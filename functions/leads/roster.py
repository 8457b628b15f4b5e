"""What assignment looks at: rules, teams, people, working time and the rota, read once per batch."""

from dataclasses import dataclass, field
from datetime import datetime

from functools import cached_property

from functions.leads.setup import RoutingSetup, ScoringSetup, routing_setup, scoring_setup
from shared.domain.calendars import WorkingCalendar
from shared.domain.context import Context
from shared.domain.routing import Member
from shared.domain.tenancy import Calendar, Team, Tenant, User
from shared.storage import rota
from shared.storage.rota import Standing
from shared.storage.store import Store


@dataclass
class Roster:
    """One tenant's people and rules, as they were when the batch began.

    Standings are read when first needed and again after a lost claim.
    """

    store: Store
    context: Context
    _standings: dict[str, dict[str, Standing]] = field(
        default_factory=dict[str, dict[str, Standing]]
    )

    @cached_property
    def scoring(self) -> ScoringSetup:
        """The scoring model."""
        return scoring_setup(self.store, self.context)

    @cached_property
    def routing(self) -> RoutingSetup:
        """Assignment rules and first-touch policy."""
        return routing_setup(self.store, self.context)

    @cached_property
    def tenant(self) -> Tenant | None:
        """The tenant itself, for its default calendar."""
        return self.store.find(Tenant, self.store.tenant)

    @cached_property
    def teams(self) -> dict[str, Team]:
        """The teams that rules name."""
        return self.store.load_many(Team, {rule.team for rule in self.routing.rules})

    @cached_property
    def users(self) -> dict[str, User]:
        """Everybody in these teams."""
        return self.store.load_many(User, {m for t in self.teams.values() for m in t.members})

    @cached_property
    def calendars(self) -> dict[str, WorkingCalendar]:
        """The calendars of these people, the tenant's and the policy's."""
        wanted = {user.calendar for user in self.users.values()}
        wanted |= {self.routing.first_touch.calendar, self._default_calendar}
        found = self.store.load_many(Calendar, {c for c in wanted if c is not None})
        return {calendar_id: calendar.working for calendar_id, calendar in found.items()}

    @property
    def _default_calendar(self) -> str | None:
        return self.tenant.calendar if self.tenant else None

    def first_touch_due(self, tier: str | None, now: datetime) -> datetime | None:
        """When a lead of this tier, assigned now, has to be touched; None without a policy."""
        policy = self.routing.first_touch
        if not policy.enabled:
            return None
        return self.after_working(policy.allowed(tier), now)

    def after_working(self, duration: "timedelta", now: datetime) -> datetime:
        """`now` plus working time, by the policy's calendar, else the tenant's, else the clock."""
        wanted = self.routing.first_touch.calendar or self._default_calendar
        calendar = self.calendars.get(wanted or "")
        return calendar.add_working_time(now, duration) if calendar else now + duration

    def members(self, team: str, now: datetime) -> list[Member]:
        """The members of a team as the rules see them."""
        found = self.teams.get(team)
        standings = self.standings(team)
        users = [self.users[m] for m in (found.members if found else ()) if m in self.users]
        return [self._member(user, standings.get(user.id), now) for user in users]

    def standings(self, team: str) -> dict[str, Standing]:
        """Turns and loads of a team."""
        if team not in self._standings:
            self._standings[team] = rota.standings(self.store, team)
        return self._standings[team]

    def forget_standings(self, team: str) -> None:
        """Read them again when next needed: somebody else claimed a turn."""
        self._standings.pop(team, None)

    def claimed(self, team: str, user: str, turn: int) -> None:
        """Remember our own claim."""
        before = self.standings(team).get(user)
        self._standings[team][user] = Standing(turn, (before.load if before else 0) + 1)

    def _member(self, user: User, standing: Standing | None, now: datetime) -> Member:
        raise NotImplementedError
