"""Looking for records that mean the same customer, and refusing a new one that does.

A check asks one query for each of the record's match keys (16 at most), one BatchGetItem, and one
GetItem for the tenant's policy, however large the table is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.access import Principal, grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.errors import DuplicatesFound, Forbidden
from shared.domain.events.base import Event
from shared.domain.events.duplicates import DuplicateAllowed
from shared.domain.leads.model import Lead
from shared.domain.matching.keys import key_type, keys_of
from shared.domain.matching.policy import Allowance, DuplicatePolicy
from shared.domain.matching.profile import Profile
from shared.domain.matching.profiles import matched_kinds, profile_of
from shared.domain.matching.score import Reason, score
from shared.storage import keys, matching
from shared.storage.driver import RowChanges
from shared.storage.record import from_item
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

MOST_COMPARED = 50
"""Records that are read and scored; those with most keys in common come first."""

MOST_TOLD = 10
"""Candidates that a refusal names."""

Matched = Account | Contact | Lead


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that is probably the same, how probably (0 to 100), and why.

    `keys` are the types of the match keys that both have.
    """

    record: Matched
    points: int
    reasons: tuple[Reason, ...]
    keys: tuple[str, ...]

    @property
    def kind(self) -> str:
        """account, contact or lead."""
        return self.record.kind

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def label(self) -> str:
        """What people call the record."""
        return self.record.display_name if isinstance(self.record, Lead) else self.record.name

    def readable_by(self, context: Context) -> bool:
        """Whether whoever asks may read the record."""
        try:
            reader = grant(context.principal, self.kind, "read")
        except Forbidden:
            return False
        return replace(reader, at=context.now).covers(self.record)


def check(
    store: Store, profile: Profile, *, least: int = 1, exclude: Iterable[str] = ()
) -> list[Hit]:
    """The records that may be the same as `profile`, from `least` points on, the likeliest first.

    The profile's own id and `exclude` are left out.
    """
    wanted = keys_of(profile)
    found = matching.find(store.table, store.tenant, wanted, {profile.id, *exclude})[:MOST_COMPARED]
    shared = {match.id: match.keys for match in found}
    items = store.table.get_many(
        (keys.entity(store.tenant, match.id) for match in found), consistent=True
    )
    types = matched_kinds()
    hits: list[Hit] = []
    for item in items.values():
        if "deleted" in item or item["kind"]["S"] not in types:
            continue
        record = from_item(types[item["kind"]["S"]], item)
        judged = score(profile, profile_of(record))
        if judged.points >= least:
            common = tuple(sorted({key_type(key) for key in shared[record.id]}))
            hits.append(Hit(record, judged.points, judged.reasons, common))
    return sorted(hits, key=lambda hit: (-hit.points, hit.id))


def policy_of(store: Store, context: Context) -> DuplicatePolicy:
    """The tenant's rules, or the default ones (version 0 of the record)."""
    return store.sole(DuplicatePolicy, context)


def refuse_or_allow(
    store: Store,
    unit: UnitOfWork,
    context: Context,
    record: Matched,
    allowance: Allowance | None = None,
    *,
    before: Matched | None = None,
) -> tuple[Event, ...]:
    """Nothing when the new or changed record may be stored; the event to record when allowed.

    A change that alters nothing by which records are found (`before`) is not checked, and is
    refused only for those to whom it makes the record more alike. The reason of an allowance is
    kept with `unit`.

    Raises:
        DuplicatesFound: it looks like others, and the tenant's policy does not let it in.
    """
    profile = profile_of(record)
    former = profile_of(before) if before is not None else None
    if former == profile:
        return ()
    rule = policy_of(store, context).rules.of(record.kind)
    if rule.mode == "queue":
        return ()
    hits = _newly_alike(store, profile, former, rule.review)
    if not hits:
        return ()
    blocked = rule.mode == "block" and hits[0].points >= rule.block
    if allowance is None or (blocked and not _may_override(context.principal)):
        raise DuplicatesFound(details=told(context, hits, blocked=blocked))
    _keep_reason(unit, context, record, allowance)
    candidates = tuple(hit.id for hit in hits[:MOST_TOLD])
    return (DuplicateAllowed(points=hits[0].points, candidates=candidates),)


def _newly_alike(store: Store, profile: Profile, former: Profile | None, least: int) -> list[Hit]:
    """Records of the same kind; of a changed one without those that it resembled before."""
    hits = [hit for hit in check(store, profile, least=least) if hit.kind == profile.kind]
    if former is None:
        return hits
    return [hit for hit in hits if score(former, profile_of(hit.record)).points < hit.points]


def told(context: Context, hits: list[Hit], *, blocked: bool) -> dict[str, Any]:
    """What a refusal tells the caller: candidates with reasons, or only that there is one."""
    candidates = [as_told(context, hit) for hit in hits[:MOST_TOLD]]
    return {"blocked": blocked, "candidates": candidates}


def as_told(context: Context, hit: Hit) -> dict[str, Any]:
    """A candidate as this caller may know it. One they may not read: its kind, and the
    person or team to ask."""
    if not hit.readable_by(context):
        return {"kind": hit.kind, "readable": False, "ask": hit.record.owner or hit.record.team}
    return {
        "kind": hit.kind,
        "readable": True,
        "id": hit.id,
        "label": hit.label,
        "owner": hit.record.owner,
        "points": hit.points,
        "keys": hit.keys,
        "reasons": [{"key": r.key, "code": r.code, "weight": r.weight} for r in hit.reasons],
    }


def _may_override(principal: Principal) -> bool:
    try:
        grant(principal, "duplicate", "override")
    except Forbidden:
        return False
    return True


def _keep_reason(unit: UnitOfWork, context: Context, record: Entity, given: Allowance) -> None:
    key = _reasons(context.tenant, record.id, f"{record.version + 1:010d}")
    said = {"reason": {"S": given.reason}, "by": {"S": context.actor}}
    unit.claim(key, {**said, "at": {"S": keys.moment(context.now)}}, lambda _: DuplicatesFound())


def forget_reasons(store: Store, record_id: str) -> None:
    """Remove what people said when they let this record in, as when it is purged."""
    rows = RowChanges()
    for item in store.rows(_reasons(store.tenant, record_id)):
        rows.delete((item["pk"]["S"], item["sk"]["S"]))
    rows.apply(store.table)


def _reasons(tenant: str, record_id: str, member: str = "") -> keys.Key:
    return keys.note(tenant, f"duplicate-allowed#{record_id}", member)
