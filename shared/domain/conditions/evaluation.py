"""Whether a condition holds for a record, why, and when time alone will change the answer.

A field with several values matches when one of them does. A comparison that cannot be made is
false. `ne` and `not_in` are the exact opposites of `eq` and `in`: a missing field satisfies them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from operator import ge, gt, le, lt
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, ConfigDict

from shared.domain.conditions.language import leaves_of
from shared.domain.conditions.schema import (
    Age,
    All,
    AnyOf,
    Change,
    Equality,
    Leaf,
    Membership,
    Node,
    Not,
    Order,
    Part,
    Presence,
    Range,
)
from shared.domain.conditions.values import (
    comparable,
    is_empty,
    on_day,
    starts_at,
    time_of,
    wanted_fold,
)
from shared.domain.text import fold

Facts: TypeAlias = Mapping[str, Any] | BaseModel
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"lt": lt, "lte": le, "gt": gt, "gte": ge}


class Outcome(BaseModel):
    """One leaf and how it came out, for "why?". Storable; long values are cut."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    op: str
    value: Any = None
    found: Any = None
    holds: bool
    negated: bool = False


def evaluate(condition: Node, facts: Facts, now: datetime) -> bool:
    """Whether `condition` holds for `facts` (a mapping or a model) at `now`.

    `now` is aware; its zone decides on which date a time falls.
    """
    match condition:
        case All():
            return all(evaluate(part, facts, now) for part in condition.all)
        case AnyOf():
            return any(evaluate(part, facts, now) for part in condition.any)
        case Not():
            return not evaluate(condition.not_, facts, now)
        case _:
            return _holds(condition, facts, now)


def explain(condition: Node, facts: Facts, now: datetime) -> tuple[Outcome, ...]:
    """Every leaf with what the record has and whether the leaf holds, in reading order."""
    return tuple(
        Outcome(
            field=leaf.field,
            op=leaf.op,
            value=None if isinstance(leaf, Presence) else leaf.value,
            found=_shown(list(values_at(facts, leaf.field))),
            holds=_holds(leaf, facts, now),
            negated=negated,
        )
        for leaf, negated in leaves_of(condition)
    )


def next_flip(condition: Node, facts: Facts, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which passing time alone changes a leaf, or None."""
    instants = (
        starts_at(moment, now.tzinfo, days)
        for leaf, _ in leaves_of(condition)
        if isinstance(leaf, Age)
        for moment in map(time_of, values_at(facts, leaf.field))
        if moment is not None
        for days in (0, -leaf.value if leaf.op == "next_days" else leaf.value)
    )
    return min((instant for instant in instants if instant > now), default=None)


def values_at(facts: object, path: str) -> Iterator[Any]:
    """The values at a dotted path: none, one, or each element's where a list lies on the way."""
    return (value for value, _ in _reach(facts, path))


def _reach(facts: object, path: str) -> Iterator[tuple[Any, bool]]:
    """The values at `path`, each with whether it is an element of a list there."""
    name, _, rest = path.partition(".")
    child = _child(facts, name)
    listed = isinstance(child, list | tuple | set | frozenset)
    for value in cast(list[Any], child) if listed else (child,):
        if rest:
            yield from _reach(value, rest)
        elif not is_empty(value):
            yield value, listed


def _child(owner: object, name: str) -> Any:
    if isinstance(owner, Mapping):
        return cast(Mapping[str, Any], owner).get(name)
    if isinstance(owner, BaseModel) and name in type(owner).model_fields:
        return getattr(owner, name)
    return None


def _holds(leaf: Leaf, facts: Facts, now: datetime) -> bool:
    if isinstance(leaf, Presence):
        present = any(True for _ in values_at(facts, leaf.field))
        return present == (leaf.op == "exists")
    if isinstance(leaf, Change):
        return any(
            _ordered(found, leaf.value, now.tzinfo, ge)
            for found in values_at(facts, f"changed_at.{leaf.field}")
        )
    if isinstance(leaf, Part):
        return any(_has_part(leaf, *found) for found in _reach(facts, leaf.field))
    opposite = leaf.op in ("ne", "not_in")
    return opposite != any(_matches(leaf, found, now) for found in values_at(facts, leaf.field))


def _matches(
    leaf: Equality | Order | Membership | Range | Age, found: object, now: datetime
) -> bool:
    match leaf:
        case Equality():
            return _equal(found, leaf.value, now.tzinfo)
        case Membership():
            return any(_equal(found, wanted, now.tzinfo) for wanted in leaf.value)
        case Order():
            return _ordered(found, leaf.value, now.tzinfo, _ORDERS[leaf.op])
        case Range():
            low, high = leaf.value
            zone = now.tzinfo
            return _ordered(found, low, zone, ge) and _ordered(found, high, zone, le)
        case Age():
            return _has_age(leaf, found, now)


def _equal(found: object, wanted: object, zone: tzinfo | None) -> bool:
    pair = comparable(found, wanted, zone, ordering=False)
    return pair is not None and pair[0] == pair[1]


def _ordered(
    found: object, wanted: object, zone: tzinfo | None, order: Callable[[Any, Any], bool]
) -> bool:
    pair = comparable(found, wanted, zone, ordering=True)
    return pair is not None and order(*pair)


def _has_part(leaf: Part, found: object, listed: bool) -> bool:
    if not isinstance(found, str):
        return False
    text = fold(found)
    wanted = map(wanted_fold, (leaf.value,) if isinstance(leaf.value, str) else leaf.value)
    if leaf.op == "starts_with":
        return text.startswith(tuple(wanted))
    return text in wanted if listed else any(part in text for part in wanted)


def _has_age(leaf: Age, found: object, now: datetime) -> bool:
    moment = time_of(found)
    if moment is None:
        return False
    age = _age(moment, now)
    limit = timedelta(days=leaf.value)
    if leaf.op == "next_days":
        return -limit <= age < timedelta(0)
    return age >= limit if leaf.op == "older_than_days" else timedelta(0) <= age < limit


def _age(moment: datetime | date, now: datetime) -> timedelta:
    if isinstance(moment, datetime):
        return now - moment
    return on_day(now, now.tzinfo) - moment


def _shown(found: list[Any]) -> Any:
    texts = [_plain(value) for value in found[:20]]
    return texts[0] if len(texts) == 1 else texts or None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    return str(value.isoformat() if isinstance(value, date) else value)[:200]
