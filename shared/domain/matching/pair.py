"""A pair of records that probably mean the same customer, and what became of the question."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from ulid import ULID

from shared.domain.context import Context
from shared.domain.entity import Entity, Moment, Value
from shared.domain.errors import InvalidState
from shared.domain.events.duplicates import (
    DuplicateAssigned,
    DuplicateDismissed,
    DuplicateFound,
    DuplicateReopened,
    DuplicateResolved,
)
from shared.domain.ids import derived_id
from shared.domain.text import Line

PairState = Literal["open", "dismissed", "merged", "resolved"]
PairKind = Literal["account", "contact", "lead", "mixed"]
WORSE_BY = 10
"""A dismissed pair is asked about again when it looks this many points more alike."""


class PairReason(Value):
    """Why two records look alike: the type of key, what was found, its weight in bits."""

    key: str
    code: str
    weight: float


class Dismissal(Value):
    """Who decided that the two are not the same, why, and at how many points."""

    by: str
    at: Moment
    reason: Annotated[Line, Field(min_length=1, max_length=500)]
    points: int


class Likeness(Value):
    """How alike the two were when they were last compared."""

    points: int
    reasons: tuple[PairReason, ...] = ()
    keys: tuple[str, ...] = ()


class DuplicatePair(Entity):
    """Two records, their ids in order, so that there is one pair of any two."""

    kind: ClassVar[str] = "duplicate"
    prefix: ClassVar[str] = "dup"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team", "source", "score")

    first: str
    second: str
    record_kind: PairKind
    status: PairState = "open"
    likeness: Likeness
    owner: str | None = None
    team: str | None = None
    dismissal: Dismissal | None = None
    merge: str | None = None

    @property
    def source(self) -> PairKind:
        """The kind of its records, under a name that list indexes carry."""
        return self.record_kind

    @property
    def score(self) -> int:
        """The points, under the name that list indexes carry."""
        return self.likeness.points

    def match_keys(self) -> frozenset[str]:
        """By which the pairs of a record are found."""
        return frozenset((pair_key(self.first), pair_key(self.second)))

    def other(self, record: str) -> str:
        """The one that is not `record`."""
        return self.second if record == self.first else self.first


def pair_key(record: str) -> str:
    """The match key under which all pairs of a record stand."""
    return f"pair:{record}"


def pair_id(one: str, other: str) -> str:
    """The id of the pair of two records, sorted by the age of the younger one."""
    first, second = sorted((one, other))
    made = max(ULID.from_str(record.partition("_")[2]).datetime for record in (one, other))
    return derived_id(DuplicatePair.prefix, made, first, second)


def kind_of_pair(one: str, other: str) -> PairKind:
    """The kind of both records by the beginnings of their ids, `mixed` for two kinds."""
    kinds: dict[str, PairKind] = {"acc": "account", "con": "contact", "lead": "lead"}
    a, b = kinds[one.partition("_")[0]], kinds[other.partition("_")[0]]
    return a if a == b else "mixed"


def found(
    context: Context,
    one: str,
    other: str,
    likeness: Likeness,
    owner: str | None = None,
    team: str | None = None,
) -> DuplicatePair:
    """A new pair in the queue."""
    first, second = sorted((one, other))
    return DuplicatePair(
        **DuplicatePair.stamp(context, pair_id(one, other)),
        first=first,
        second=second,
        record_kind=kind_of_pair(one, other),
        likeness=likeness,
        owner=owner,
        team=team,
    ).recording(DuplicateFound(first=first, second=second, points=likeness.points))


def seen_again(context: Context, pair: DuplicatePair, likeness: Likeness) -> DuplicatePair:
    """The pair after its records were compared again; the same one when nothing is new.

    What was resolved opens again; what was dismissed only when it looks clearly more alike.
    """
    if pair.status == "merged":
        return pair
    if pair.status == "open":
        same = pair.likeness == likeness
        return pair if same else pair.evolve(context, likeness=likeness)
    if pair.dismissal is not None and likeness.points < pair.dismissal.points + WORSE_BY:
        return pair
    event = DuplicateReopened(first=pair.first, second=pair.second, points=likeness.points)
    return pair.evolve(context, event, status="open", likeness=likeness, dismissal=None)


def no_longer(context: Context, pair: DuplicatePair) -> DuplicatePair:
    """The pair after its records stopped looking alike; only an open one changes."""
    if pair.status != "open":
        return pair
    event = DuplicateResolved(first=pair.first, second=pair.second)
    return pair.evolve(context, event, status="resolved")


def merged(context: Context, pair: DuplicatePair, merge: str) -> DuplicatePair:
    """The pair whose records became one."""
    event = DuplicateResolved(first=pair.first, second=pair.second, merged=True)
    return pair.evolve(context, event, status="merged", merge=merge)


def unmerged(context: Context, pair: DuplicatePair, reason: str) -> DuplicatePair:
    """The pair after its merge was undone: whoever undid it says that they are two."""
    dismissal = _dismissal(context, pair, reason)
    event = DuplicateDismissed(first=pair.first, second=pair.second)
    return pair.evolve(context, event, status="dismissed", dismissal=dismissal, merge=None)


def dismiss(context: Context, pair: DuplicatePair, reason: str) -> DuplicatePair:
    """The pair decided: not the same. Raises InvalidState unless it is open."""
    _require_open(pair)
    event = DuplicateDismissed(first=pair.first, second=pair.second)
    dismissal = _dismissal(context, pair, reason)
    return pair.evolve(context, event, status="dismissed", dismissal=dismissal)


def assign(context: Context, pair: DuplicatePair, owner: str, team: str | None) -> DuplicatePair:
    """The pair given to somebody to decide. Raises InvalidState unless it is open."""
    _require_open(pair)
    if (owner, team) == (pair.owner, pair.team):
        return pair
    return pair.evolve(context, DuplicateAssigned(owner=owner), owner=owner, team=team)


def _dismissal(context: Context, pair: DuplicatePair, reason: str) -> Dismissal:
    return Dismissal(by=context.actor, at=context.now, reason=reason, points=pair.likeness.points)


def _require_open(pair: DuplicatePair) -> None:
    if pair.status != "open":
        message = f"The pair is {pair.status}."
        raise InvalidState(message, details={"status": pair.status})
