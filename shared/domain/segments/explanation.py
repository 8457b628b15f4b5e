"""Why a record is in a segment, or is not."""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.conditions import Outcome, evaluate, explain
from shared.domain.entity import Value
from shared.domain.segments.facts import emails_of, facts_of, phones_of
from shared.domain.segments.judgement import Case, Definition, judge, listed_in, next_change
from shared.domain.segments.kinds import may_be_member


class Explanation(Value):
    """Why a record is in a segment, or is not.

    `because`: what decided. `comparisons`: every part of the condition and how it came out;
    `included_by` and `excluded_by`: the ids of lists and segments, or `address`.
    """

    member: bool
    because: str
    condition_holds: bool | None = None
    comparisons: tuple[Outcome, ...] = ()
    included_by: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    until: datetime | None = None


def why(definition: Definition, definitions: Sequence[Definition], case: Case) -> Explanation:
    """Why the record belongs, or does not, to one of `definitions`."""
    verdict = judge(definitions, case)
    member = definition.id in verdict.targets
    if not may_be_member(case.record):
        return Explanation(member=False, because="not_available")
    facts = facts_of(case.record, case.figures, tags=verdict.tags)
    holds = None
    if definition.condition is not None:
        holds = evaluate(definition.condition, facts, case.now)
    included = listed_in(definition.include, case.record.id, verdict.targets)
    excluded = listed_in(definition.exclude, case.record.id, verdict.targets)
    addresses = (*emails_of(case.record), *phones_of(case.record))
    if set(definition.exclude.addresses).intersection(addresses):
        excluded = (*excluded, "address")
    return Explanation(
        member=member,
        because=_because(definition, member, bool(excluded), bool(holds)),
        condition_holds=holds,
        comparisons=explain(definition.condition, facts, case.now) if definition.condition else (),
        included_by=included,
        excluded_by=excluded,
        until=next_change([definition], facts, case.now),
    )


def _because(definition: Definition, member: bool, excluded: bool, holds: bool) -> str:
    if excluded:
        return "excluded"
    if definition.by_hand:
        return "by_hand" if member else "not_placed"
    if not member:
        return "condition_fails"
    return "condition" if holds else "included"
