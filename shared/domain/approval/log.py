"""The decision log of an approval: each entry seals the one before it by a hash.

Change, drop, insert or swap entries and `verify` names the first place that no longer fits. The
newest hash stands apart in the approval and leaves with every event, so a cut end shows too.
Comments are sealed by a salted hash: where the law has them erased, the rest stays provable.
"""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.entity import Moment, Value
from shared.domain.errors import InvalidState
from shared.domain.text import Lines

ROOM = 300_000
"""Bytes of log that fit into one item beside steps and verdicts."""

ROOM_FOR_MORE = 150_000
"""From here on only what brings it to its end is taken: verdicts, a return, a withdrawal."""

Comment = Annotated[Lines, Field(max_length=1000)]
Action = Literal[
    "submitted",
    "approved",
    "returned",
    "resubmitted",
    "withdrawn",
    "voided",
    "transferred",
    "added",
    "reminded",
    "escalated",
]


_UNSEALED = ("hash", "comment", "salt", "erased")


class LogEntry(Value):
    """Who did what when. `content` is the hash of what it was done on; `to` whom it involved.

    `on_behalf_of` is the approver for whom a delegate or fallback acted. `said` is the hash of
    `comment` with its `salt`; both of these are gone once the comment was `erased`.
    """

    seq: int
    at: Moment
    by: str
    action: Action
    round: int
    step: str | None = None
    on_behalf_of: str | None = None
    to: tuple[str, ...] = ()
    comment: str = ""
    salt: str = ""
    said: str = ""
    erased: bool = False
    content: str | None = None
    previous: str
    hash: str = ""

    def digest(self) -> str:
        """The hash of everything else in the entry, the comment by what stands in `said`.

        Fields at their default are left out: a field that entries get one day breaks no old chain.
        """
        fields = self.model_dump(mode="json", exclude=set(_UNSEALED), exclude_defaults=True)
        text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def comment_hash(self) -> str:
        """What `said` must be; nothing for an entry without comment."""
        if not self.comment:
            return ""
        return hashlib.sha256(f"{self.salt} {self.comment}".encode()).hexdigest()


Log = tuple[LogEntry, ...]
_ENDING: frozenset[Action] = frozenset({"submitted", "approved", "returned", "withdrawn"})


class Flaw(Value):
    """Where a log stopped being what was written, and how that shows."""

    seq: int
    problem: Literal["hash_wrong", "chain_broken", "order_wrong", "end_missing", "comment_changed"]


def origin(approval_id: str) -> str:
    """What the first entry points back to: the log of one approval fits no other."""
    return hashlib.sha256(f"approval {approval_id}".encode()).hexdigest()


def head(log: Log, approval_id: str) -> str:
    """The hash that the next entry will seal."""
    return log[-1].hash if log else origin(approval_id)


def extended(log: Log, approval_id: str, entry: LogEntry) -> Log:
    """The log with `entry` sealed at its end; `entry` brings neither number nor hashes of its own.

    Raises InvalidState when there is no room for it.
    """
    if not has_room(log, entry.action):
        message = "Too much happened to this approval; decide it, or withdraw it and submit anew."
        raise InvalidState(message, code="approval_exhausted")
    placed = {"seq": len(log) + 1, "previous": head(log, approval_id), "hash": ""}
    placed["said"] = entry.comment_hash
    open_entry = entry.model_copy(update=placed)
    return (*log, open_entry.model_copy(update={"hash": open_entry.digest()}))


def without_comments(log: Log) -> Log:
    """The log with what people wrote erased for good; that and when they acted stays provable."""
    gone = {"comment": "", "salt": "", "erased": True}
    return tuple(entry.model_copy(update=gone) if entry.said else entry for entry in log)


def has_room(log: Log, action: Action) -> bool:
    """Whether another entry fits. The end of the room is kept for what ends an approval."""
    used = sum(400 + len(e.comment.encode()) + 32 * len(e.to) for e in log)
    return used < (ROOM if action in _ENDING else ROOM_FOR_MORE)


def verify(log: Log, approval_id: str, sealed: str) -> Flaw | None:
    """The first flaw of the log, None when whole. `sealed` is the newest hash as kept apart."""
    previous = origin(approval_id)
    for number, entry in enumerate(log, start=1):
        if entry.seq != number:
            return Flaw(seq=number, problem="order_wrong")
        if entry.previous != previous:
            return Flaw(seq=number, problem="chain_broken")
        if entry.digest() != entry.hash:
            return Flaw(seq=number, problem="hash_wrong")
        if not entry.erased and entry.comment_hash != entry.said:
            return Flaw(seq=number, problem="comment_changed")
        previous = entry.hash
    if previous != sealed:
        return Flaw(seq=len(log) + 1, problem="end_missing")
    return None
