"""Likely duplicates as rows: the pairs a record stands in, and the queue brought up to date."""

from collections.abc import Iterable

from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.leads.model import Lead
from shared.domain.matching import pair as pairs
from shared.domain.matching.keys import key_type
from shared.domain.matching.pair import DuplicatePair, Likeness, PairReason, pair_id, pair_key
from shared.domain.matching.policy import DuplicateRules
from shared.domain.matching.profiles import matched_kinds, profile_of
from shared.domain.matching.score import Reason, score
from shared.storage import identities, keys
from shared.storage.duplicates import Matched, check
from shared.storage.record import from_item
from shared.storage.store import Store

MOST_PAIRS = 50
"""Pairs of one record that are kept in the queue: who resembles more people than that has a name
like everybody's."""


def records_of(store: Store, ids: Iterable[str]) -> dict[str, Matched]:
    """The accounts, contacts and leads with these ids, those in the bin too. One request."""
    items = store.table.get_many((keys.entity(store.tenant, i) for i in ids), consistent=True)
    types = matched_kinds()
    return {
        item["id"]["S"]: from_item(types[item["kind"]["S"]], item)
        for item in items.values()
        if item["kind"]["S"] in types
    }


def pairs_of(store: Store, record: str) -> dict[str, DuplicatePair]:
    """All pairs in which a record stands, by their ids. Two requests."""
    page = store.table.query(
        keys.match_partition(store.tenant, pair_key(record)),
        attributes=("sk",),
        limit=4 * MOST_PAIRS,
        consistent=True,
    )
    found = (item["sk"]["S"].partition("#")[2] for item in page.items)
    return store.load_many(DuplicatePair, found)


def refresh(store: Store, context: Context, rules: DuplicateRules, record_id: str) -> int:
    """Bring the pairs of one record up to date; gives how many of them are open.

    Each pair is its own write on its version: whatever is delivered twice or late ends the same.
    Raises AlreadyExists or StaleVersion when somebody else is at the same pair: do it again.
    """
    record = records_of(store, [record_id]).get(record_id)
    known = pairs_of(store, record_id)
    alike: Alike = {}
    if record is not None and stands(record):
        alike = _alike(store, rules, record)
        alike |= _others_alike(store, rules, record, known, alike)
    is_open = 0
    for other, (likeness, owner, team) in alike.items():
        before = known.get(pair_id(record_id, other))
        after = (
            pairs.found(context, record_id, other, likeness, owner, team)
            if before is None
            else pairs.seen_again(context, before, likeness)
        )
        _store(store, context, before, after)
        is_open += after.status == "open"
    for before in known.values():
        if before.other(record_id) not in alike:
            _store(store, context, before, pairs.no_longer(context, before))
    return is_open


def stands(record: Matched) -> bool:
    """Whether it is in use: not in the bin, in review or restricted, no lead that was converted."""
    converted = isinstance(record, Lead) and record.status == "converted"
    kept_only = converted or getattr(record, "restricted", False)
    return record.deleted_at is None and not record.hidden and not kept_only


Alike = dict[str, tuple[Likeness, str | None, str | None]]


def _alike(store: Store, rules: DuplicateRules, record: Matched) -> Alike:
    """Those that could be one record. A person of a company that is known is none of its pairs."""
    mine, profile = rules.of(record.kind).review, profile_of(record)
    found: Alike = {}
    for hit in check(store, profile, least=mine)[:MOST_PAIRS]:
        same_sort = profile_of(hit.record).is_company == profile.is_company
        if same_sort and hit.points >= rules.of(hit.kind).review and stands(hit.record):
            likeness = _likeness(hit.points, hit.reasons, hit.keys)
            found[hit.id] = (likeness, *_decider(record, hit.record))
    return found


def _others_alike(
    store: Store,
    rules: DuplicateRules,
    record: Matched,
    known: dict[str, DuplicatePair],
    alike: Alike,
) -> Alike:
    """Those to whom the check did not come: open pairs, when others have more keys in common, and
    whoever holds an identity that this one contests, whatever else they say."""
    waiting = {p.other(record.id) for p in known.values() if p.status == "open"}
    others = records_of(store, (waiting | _rivals(store, record)) - alike.keys())
    found: Alike = {}
    for other in others.values():
        judged = score(profile_of(record), profile_of(other))
        least = max(rules.of(record.kind).review, rules.of(other.kind).review)
        points, reasons, shared = judged.points, judged.reasons, _shared(record, other)
        if contested := _contest(record, other):
            points = max(points, least)
            reasons = (*reasons, Reason("identity", "contested", 0.0))
        if stands(other) and points >= least and (shared or contested):
            found[other.id] = (_likeness(points, reasons, shared), *_decider(record, other))
    return found


def _rivals(store: Store, record: Matched) -> set[str]:
    """Who holds what this customer contests. One request, none when nothing is contested."""
    if isinstance(record, Lead) or not record.contested:
        return set()
    claims = [claim for text, claim in record.claims().items() if text in record.contested]
    return set(identities.holders(store, claims).values()) - {record.id}


def _contest(one: Matched, other: Matched) -> bool:
    """Whether one of two customers shows an identity that the other one holds."""
    if isinstance(one, Lead) or isinstance(other, Lead):
        return False
    mine, theirs = one.claims().keys(), other.claims().keys()
    return bool(theirs & set(one.contested) or mine & set(other.contested))


def _shared(one: Matched, other: Matched) -> tuple[str, ...]:
    return tuple(sorted({key_type(key) for key in one.match_keys() & other.match_keys()}))


def _likeness(points: int, reasons: tuple[Reason, ...], shared: tuple[str, ...]) -> Likeness:
    told = tuple(PairReason(key=r.key, code=r.code, weight=r.weight) for r in reasons)
    return Likeness(points=points, reasons=told, keys=shared)


def _decider(one: Matched, other: Matched) -> tuple[str | None, str | None]:
    """Who is to look: the owner of the older record, else that of the younger one."""
    by_age: list[Entity] = sorted((one, other), key=lambda r: (r.created_at, r.id))
    for record in by_age:
        owner: str | None = getattr(record, "owner", None)
        if owner is not None:
            return owner, getattr(record, "team", None)
    return None, next((t for r in by_age if (t := getattr(r, "team", None))), None)


def _store(
    store: Store, context: Context, before: DuplicatePair | None, after: DuplicatePair
) -> None:
    if after is before:
        return
    unit = store.begin(context)
    unit.put(after)
    unit.commit()
