"""The tenant's review policies: what it asks of new records, kind by kind."""

from collections.abc import Iterable, Iterator
from typing import Any

from functions.approvals.schemas import NewReviewPolicy
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.review import ReviewPolicy
from shared.domain.approval.steps import ApproverRule
from shared.domain.conditions import fields_of
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.reviews import ReviewPolicyChanged
from shared.domain.tenancy import Calendar, Team, User
from shared.http.call import AnyCall
from shared.storage.reviews import ReviewDesk

Named = tuple[str, ApproverRule]
"""A path in the body and the approvers named there."""


def policy(call: AnyCall, kind: str) -> ReviewPolicy:
    """The policy of a kind; nothing is reviewed (version 0) until there is one."""
    return ReviewDesk(call.store, call.context).policy(kind)


def replace_policy(call: AnyCall, kind: str, given: NewReviewPolicy) -> ReviewPolicy:
    """Store new rules; what waits already goes on under those it was submitted with. Raises
    InvalidInput for people, calendars and fields that do not exist."""
    errors = [*_unknown_people(call, given), *_unknown_fields(kind, given)]
    calendar = given.rules.calendar
    if calendar is not None and call.store.find(Calendar, calendar) is None:
        message = "There is no calendar with this id."
        errors.append(FieldError("rules.calendar", "unknown_calendar", message))
    if errors:
        raise InvalidInput(errors)
    present = call.expect(policy(call, kind))
    event = ReviewPolicyChanged(record_kind=kind, enabled=given.enabled)
    rules = {name: getattr(given, name) for name in NewReviewPolicy.model_fields}
    return call.unit.put(present.evolve(call.context, event, **rules))


def _unknown_people(call: AnyCall, given: NewReviewPolicy) -> Iterator[FieldError]:
    named = list(_approvers(given))
    wanted = {way: {r.value for _, r in named if r.by == way} for way in ("user", "team")}
    users = call.store.load_many(User, _texts(wanted["user"]))
    teams = call.store.load_many(Team, _texts(wanted["team"]))
    known: dict[str, Any] = {"user": users, "team": teams}
    for path, rule in named:
        if rule.by in known and rule.value not in known[rule.by]:
            message = f"There is no {rule.by} with this id."
            yield FieldError(path, f"unknown_{rule.by}", message)


def _approvers(given: NewReviewPolicy) -> Iterator[Named]:
    for n, step in enumerate(given.rules.steps):
        for m, rule in enumerate(step.approvers):
            yield f"rules.steps.{n}.approvers.{m}", rule
    for n, rule in enumerate(given.rules.fallback):
        yield f"rules.fallback.{n}", rule


def _unknown_fields(kind: str, given: NewReviewPolicy) -> Iterator[FieldError]:
    fields = reviewable(kind).fields
    named = [(f"weights.{path}", path) for path in given.weights]
    for n, step in enumerate(given.rules.steps):
        named += [(f"rules.steps.{n}.fields", path) for path in step.fields]
        named += [(f"rules.steps.{n}.when", path) for path in sorted(fields_of(step.when))]
    for path, field in named:
        if field.partition(".")[0] not in fields:
            yield FieldError(path, "unknown_field", f"A {kind} has no field {field}.")


def _texts(values: Iterable[str | None]) -> set[str]:
    return {value for value in values if value is not None}
