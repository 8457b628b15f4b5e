"""A tenant's rules for leads: one scoring model, one list of assignment rules with the clock."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from shared.domain.context import Context
from shared.domain.entity import Value
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.leads import RoutingChanged, ScoringModelChanged
from shared.domain.routing import RoutingPolicy, RoutingRule
from shared.domain.scoring import BehaviourRule, FitRule, ScoringModel, Tiers, default_model
from shared.domain.tenancy import Calendar, Setup, Team
from shared.http.call import AnyCall
from shared.storage.store import Store

Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 90)]


class FirstTouchPolicy(Value):
    """How long, in working minutes, an assigned lead may stay untouched, by score tier.

    Then its owner is reminded; after `reroute_after` more minutes it goes to another member; after
    `alert_after` more the manager is told. `calendar` is the working time used (default: the
    tenant's).
    """

    enabled: bool = True
    hot: Minutes = 60
    warm: Minutes = 240
    cold: Minutes = 480
    reroute_after: Minutes = 60
    alert_after: Minutes = 60
    calendar: str | None = None

    def allowed(self, tier: str | None) -> timedelta:
        """The working time a lead of this tier may stay untouched."""
        minutes = {"hot": self.hot, "warm": self.warm}.get(tier or "cold", self.cold)
        return timedelta(minutes=minutes)


class ScoringSetup(Setup):
    """The tenant's scoring model; the default one until it is replaced."""

    kind: ClassVar[str] = "scoring_model"
    prefix: ClassVar[str] = "scm"

    model: ScoringModel = Field(default_factory=default_model)


class RoutingSetup(Setup):
    """The tenant's assignment rules, tried in order, and the first-touch policy."""

    kind: ClassVar[str] = "lead_routing"
    prefix: ClassVar[str] = "lrt"

    policy: RoutingPolicy = RoutingPolicy()
    first_touch: FirstTouchPolicy = FirstTouchPolicy()


class NewScoringModel(Value):
    """Scoring rules that replace the present ones; the version is counted by the server."""

    base: Annotated[int, Field(ge=-100, le=100)] = 0
    fit: Annotated[tuple[FitRule, ...], Field(max_length=100)] = ()
    behaviour: Annotated[tuple[BehaviourRule, ...], Field(max_length=50)] = ()
    tiers: Tiers = Tiers()

    @model_validator(mode="after")
    def _valid_model(self) -> "NewScoringModel":
        self.as_model(1)
        return self

    def as_model(self, version: int) -> ScoringModel:
        """The same rules as a model of this version."""
        return ScoringModel(
            version=version,
            base=self.base,
            fit=self.fit,
            behaviour=self.behaviour,
            tiers=self.tiers,
        )


class NewRouting(Value):
    """Assignment rules and first-touch policy that replace the present ones."""

    rules: Annotated[tuple[RoutingRule, ...], Field(max_length=200)] = ()
    first_touch: FirstTouchPolicy = FirstTouchPolicy()

    @model_validator(mode="after")
    def _valid_policy(self) -> "NewRouting":
        self.as_policy(1)
        return self

    def as_policy(self, version: int) -> RoutingPolicy:
        """The same rules as a policy of this version."""
        return RoutingPolicy(version=version, rules=self.rules)


def scoring_setup(store: Store, context: Context) -> ScoringSetup:
    """The tenant's scoring model, or the default (version 0 of the record)."""
    return store.sole(ScoringSetup, context)


def routing_setup(store: Store, context: Context) -> RoutingSetup:
    """The tenant's assignment rules, or none (version 0 of the record)."""
    return store.sole(RoutingSetup, context)


def replace_scoring(call: AnyCall, given: NewScoringModel) -> ScoringSetup:
    """Store new rules under the next model version; re-scoring follows from the event."""
    present = call.expect(scoring_setup(call.store, call.context))
    model = given.as_model(present.model.version + 1)
    event = ScoringModelChanged(model_version=model.version)
    return call.unit.put(present.evolve(call.context, event, model=model))


def replace_routing(call: AnyCall, given: NewRouting) -> RoutingSetup:
    """Store new rules. Raises InvalidInput for teams or calendars that do not exist."""
    _require_known(call.store, given)
    present = call.expect(routing_setup(call.store, call.context))
    event = RoutingChanged(rules=len(given.rules))
    changed = present.evolve(
        call.context,
        event,
        policy=given.as_policy(present.policy.version + 1),
        first_touch=given.first_touch,
    )
    return call.unit.put(changed)


def _require_known(store: Store, given: NewRouting) -> None:
    teams = store.load_many(Team, {rule.team for rule in given.rules})
    errors = [
        FieldError(f"rules.{n}.team", "unknown_team", "There is no team with this id.")
        for n, rule in enumerate(given.rules)
        if rule.team not in teams
    ]
    calendar = given.first_touch.calendar
    if calendar is not None and store.find(Calendar, calendar) is None:
        message = "There is no calendar with this id."
        errors.append(FieldError("first_touch.calendar", "unknown_calendar", message))
    if errors:
        raise InvalidInput(errors)
