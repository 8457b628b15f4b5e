"""The queue of likely duplicates: what people see of it and decide."""

from functions.duplicates.schemas import Dismiss, PairQuery, PairRecord, PairView
from shared.domain.access import grant
from shared.domain.entity import Entity
from shared.domain.errors import Forbidden
from shared.domain.leads.model import Lead
from shared.domain.matching import pair as pairs
from shared.domain.matching.pair import DuplicatePair
from shared.domain.matching.profiles import matched_kinds
from shared.http.call import AnyCall
from shared.http.record_schemas import NewOwner
from shared.storage.list_query import ListQuery
from shared.storage.owners import team_of_owner
from shared.storage.pairs import records_of
from shared.storage.store import DocumentPage


def page(call: AnyCall, query: PairQuery) -> DocumentPage:
    """Pairs within the caller's reach, those of the youngest records first."""
    owner = call.context.actor if query.owner == "me" else query.owner
    wanted = ListQuery(
        state=query.status,
        owner=owner,
        equals={"source": query.kind} if query.kind else {},
        ranges={"score": (query.points_from, None)} if query.points_from else {},
    )
    return call.store.page(
        DuplicatePair, wanted, call.grant, limit=query.limit, cursor=query.cursor
    )


def read(call: AnyCall, pair_id: str) -> PairView:
    """One pair and its records. Raises NotFound."""
    pair = call.load(DuplicatePair, pair_id)
    found = records_of(call.store, (pair.first, pair.second))
    records = [found.get(one) for one in (pair.first, pair.second)]
    return PairView(
        pair=pair,
        records=tuple(_shown(call, record) for record in records if record is not None),
        mergeable=pair.status == "open"
        and pair.record_kind in ("account", "contact")
        and all(record is not None and record.deleted_at is None for record in records),
    )


def assign(call: AnyCall, pair_id: str, order: NewOwner) -> DuplicatePair:
    """Give a pair to somebody to decide."""
    pair = call.load(DuplicatePair, pair_id)
    team = team_of_owner(call.store, order.owner, order.team)
    return _stored(call, pair, pairs.assign(call.context, pair, order.owner, team))


def dismiss(call: AnyCall, pair_id: str, order: Dismiss) -> DuplicatePair:
    """Decide that the two are not the same."""
    pair = call.load(DuplicatePair, pair_id)
    return _stored(call, pair, pairs.dismiss(call.context, pair, order.reason))


def _stored(call: AnyCall, before: DuplicatePair, after: DuplicatePair) -> DuplicatePair:
    return before if after is before else call.unit.put(after)


def _shown(call: AnyCall, record: Entity) -> PairRecord:
    kind = matched_kinds()[record.kind].kind
    readable = _readable(call, record)
    label = record.display_name if isinstance(record, Lead) else getattr(record, "name", "")
    return PairRecord.model_validate(
        {
            "kind": kind,
            "id": record.id,
            "readable": readable,
            "label": label if readable else None,
            "owner": getattr(record, "owner", None),
        }
    )


def _readable(call: AnyCall, record: Entity) -> bool:
    try:
        reader = grant(call.context.principal, record.kind, "read")
    except Forbidden:
        return False
    return reader.covers(record)  # pyright: ignore[reportArgumentType]
