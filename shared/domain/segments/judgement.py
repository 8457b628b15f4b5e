"""To what a record belongs, by all definitions of its kind at once.

Rules of tags see the tags that people gave, never those of rules: so they cannot drive each
other in circles. Segments see both, and the segments they refer to, which are decided first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.domain.conditions import evaluate, next_flip
from shared.domain.conditions.schema import Node
from shared.domain.entity import Entity
from shared.domain.segments.facts import NO_FIGURES, emails_of, facts_of, phones_of
from shared.domain.segments.kinds import MOST_TAGS, may_be_member, tags_of
from shared.domain.segments.segment import Excluded, Included, Segment
from shared.domain.segments.tag import Tag
from shared.domain.text import fold


@dataclass(frozen=True, slots=True)
class Definition:
    """What decides on the members of one segment or rule tag, for one kind of record."""

    id: str
    number: int
    condition: Node | None = None
    include: Included = field(default_factory=Included)
    exclude: Excluded = field(default_factory=Excluded)
    by_hand: bool = False
    tag: str | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """The segments that are decided before this one."""
        return (*self.include.segments, *self.exclude.segments)


def definition_of(source: Segment | Tag, record_kind: str) -> Definition:
    """The definition of a segment, or of a tag's rule for a kind of record."""
    if isinstance(source, Tag):
        rule: Mapping[str, Node] = dict((source.rule or {}).items())
        condition = rule.get(record_kind)
        return Definition(source.id, source.definition, condition, tag=source.name)
    return Definition(
        source.id,
        source.definition,
        source.condition,
        source.include,
        source.exclude,
        source.type == "static",
    )


def in_order(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Rule tags first, then segments after those they refer to.

    Raises ValueError when some refer to each other in a circle.
    """
    waiting = {definition.id: definition for definition in definitions}
    ordered = [one for one in waiting.values() if one.tag is not None]
    left = [one for one in waiting.values() if one.tag is None]
    while left:
        open_ids = {one.id for one in left}
        ready = [one for one in left if not open_ids.intersection(one.references)]
        if not ready:
            raise ValueError(f"segments refer to each other in a circle: {sorted(open_ids)}")
        ordered += ready
        left = [one for one in left if one not in ready]
    return tuple(ordered)


@dataclass(frozen=True, slots=True)
class Verdict:
    """To what the record belongs, the tags it shall have, and when time alone changes it."""

    targets: frozenset[str]
    tags: tuple[str, ...]
    flip: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A record with all that is known about it, at the time of judgement."""

    record: Entity
    now: datetime
    placed: Collection[str] = ()
    figures: Mapping[str, Decimal] = field(default_factory=lambda: NO_FIGURES)


def judge(definitions: Sequence[Definition], case: Case) -> Verdict:
    """What a record belongs to by `definitions`, which are `in_order`.

    A record that may not be a member belongs to nothing, and its tags stay as they are.
    """
    own = tags_of(case.record)
    if not may_be_member(case.record):
        return Verdict(frozenset(), own)
    by_rule = {fold(one.tag): one for one in definitions if one.tag is not None}
    facts = facts_of(
        case.record, case.figures, tags=[tag for tag in own if fold(tag) not in by_rule]
    )
    given = [one for one in by_rule.values() if _meets(one, facts, case.now)]
    tags = _tags(own, by_rule, given)
    facts["tags"] = tags
    targets = {one.id for one in given}
    addresses = frozenset((*emails_of(case.record), *phones_of(case.record)))
    for one in definitions:
        if one.tag is None and _belongs(one, case, facts, addresses, targets):
            targets.add(one.id)
    return Verdict(frozenset(targets), tags, next_change(definitions, facts, case.now))


def _meets(definition: Definition, facts: dict[str, Any], now: datetime) -> bool:
    return definition.condition is not None and evaluate(definition.condition, facts, now)


def _belongs(
    one: Definition,
    case: Case,
    facts: dict[str, Any],
    addresses: frozenset[str],
    targets: Collection[str],
) -> bool:
    if one.by_hand:
        return one.id in case.placed
    if listed_in(one.exclude, case.record.id, targets) or not addresses.isdisjoint(
        one.exclude.addresses
    ):
        return False
    return bool(listed_in(one.include, case.record.id, targets)) or _meets(one, facts, case.now)


def listed_in(lists: Included, record_id: str, targets: Collection[str]) -> tuple[str, ...]:
    """Which of the lists have the record."""
    own = (record_id,) if record_id in lists.ids else ()
    return (*own, *(segment for segment in lists.segments if segment in targets))


def _tags(
    own: tuple[str, ...], by_rule: Mapping[str, Definition], given: Sequence[Definition]
) -> tuple[str, ...]:
    """The tags people gave, then those of rules, as many as a record can carry."""
    wanted = {fold(one.tag or ""): one.tag or "" for one in given}
    kept = [tag for tag in own if fold(tag) not in by_rule or tag in wanted.values()]
    have = {fold(tag) for tag in kept}
    added = sorted(name for folded, name in wanted.items() if folded not in have)
    return tuple((*kept, *added)[:MOST_TAGS])


def next_change(
    definitions: Iterable[Definition], facts: dict[str, Any], now: datetime
) -> datetime | None:
    """When passing time alone changes one of the comparisons next."""
    flips = (next_flip(one.condition, facts, now) for one in definitions if one.condition)
    return min((flip for flip in flips if flip is not None), default=None)
