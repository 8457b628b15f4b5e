"""Merging two customers: preview, and the one transaction that makes them one."""

from dataclasses import replace
from typing import Literal

from functions.duplicates.schemas import MergeOrder, MergePreview, MergeQuery
from shared.domain.access import FieldRule, apply_field_rules, field_rules, grant
from shared.domain.consents.rules import merge_entries
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import InvalidInput, InvalidState, NotFound
from shared.domain.events.customers import (
    AccountArchived,
    AccountMerged,
    ContactArchived,
    ContactMerged,
)
from shared.domain.ids import is_id
from shared.domain.matching import pair as pairs
from shared.domain.matching.pair import DuplicatePair, pair_id
from shared.domain.merging import model
from shared.domain.merging.fields import (
    FieldView,
    Preference,
    Record,
    Side,
    completeness,
    merged_fields,
    suggested,
    views,
)
from shared.domain.merging.model import Merge
from shared.http.call import AnyCall
from shared.storage import consents, merges
from shared.storage.hierarchy import ancestors
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

_KINDS: tuple[type[Account] | type[Contact], ...] = (Account, Contact)


def preview(call: AnyCall, order: MergeOrder) -> MergePreview:
    """What the merge would do, field by field; nothing is stored."""
    survivor, loser = _both(call, order)
    choices = _choices(survivor, loser, order)
    fields = views(survivor, loser, choices)
    changed = merged_fields(survivor, loser, choices)
    rules = field_rules(call.context.principal, survivor.kind)
    shown = survivor.model_copy(update=changed).model_dump(mode="json")
    return MergePreview(
        survivor=survivor.id,
        loser=loser.id,
        recommended_survivor=_recommended(survivor, loser),
        fields=tuple(_ruled(call, survivor.kind, view) for view in fields),
        record=apply_field_rules(rules, shown),
    )


def merge(call: AnyCall, order: MergeOrder) -> Merge:
    """Make two records one; what belongs to the loser follows in the background.

    Raises NotFound for what the caller may not change, InvalidState for what cannot be merged.
    """
    context, unit = call.context, call.unit
    survivor, loser = _both(call, order)
    changed = merged_fields(survivor, loser, _choices(survivor, loser, order))
    if isinstance(survivor, Account) and _above(call, survivor, loser.id):
        changed["parent"] = None
    changed["contested"] = merges.contested(call.store, survivor, loser, changed)
    kind: Literal["account", "contact"] = "account" if isinstance(survivor, Account) else "contact"
    made = model.started(context, kind, survivor.id, loser.id, survivor.owner, survivor.team)
    took_in = (AccountMerged if kind == "account" else ContactMerged)(merge=made.id, loser=loser.id)
    gone = AccountArchived() if kind == "account" else ContactArchived()
    after = unit.put(survivor.evolve(context, took_in, **changed))
    unit.put(
        loser.evolve(
            context, gone, merged_into=survivor.id, deleted_at=context.now, timers={}, contested=()
        )
    )
    merges.keep_images(unit, made, before=survivor, after=after, loser=loser)
    _enter_consents(call, survivor.id, loser.id)
    _settle_pair(call, made)
    return unit.put(made)


def read(call: AnyCall, merge_id: str) -> Merge:
    """One merge and how far it is."""
    return call.load(Merge, merge_id)


def page(call: AnyCall, query: MergeQuery) -> DocumentPage:
    """Merges within the caller's reach, newest first."""
    wanted = ListQuery(state=query.status)
    return call.store.page(Merge, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def _both(call: AnyCall, order: MergeOrder) -> tuple[Record, Record]:
    """The two records, if the caller may change the one and archive the other."""
    if order.survivor == order.loser:
        raise InvalidInput.of("loser", "same_record", "A record is not merged with itself.")
    record_type = next((kind for kind in _KINDS if is_id(order.survivor, kind.prefix)), None)
    if record_type is None:
        raise NotFound("There is no such account or contact.")
    if not is_id(order.loser, record_type.prefix):
        message = "Only two accounts, or two contacts, become one."
        raise InvalidInput.of("loser", "other_kind", message)
    survivor = _load(call, record_type, order.survivor, "update")
    loser = _load(call, record_type, order.loser, "delete")
    return survivor, loser


def _load(
    call: AnyCall, record_type: type[Account] | type[Contact], record_id: str, action: str
) -> Record:
    principal = call.context.principal
    record = call.store.load(record_type, record_id, deleted=True)
    reach = replace(grant(principal, record.kind, action), at=call.context.now)
    reach.require(record)
    if record.merged_into is not None:
        details = {"id": record.id, "merged_into": record.merged_into}
        raise InvalidState("It was merged already.", code="already_merged", details=details)
    if record.deleted_at is not None or record.hidden:
        state = "in review" if record.hidden else "in the archive"
        raise InvalidState(f"A record {state} is not merged.", details={"id": record.id})
    if record.restricted:
        grant(principal, "privacy", "restrict")
    return record


def _choices(survivor: Record, loser: Record, order: MergeOrder) -> dict[str, Side]:
    if type(survivor) is not type(loser):
        raise TypeError("a merge of two kinds")
    prefer: Preference = order.prefer
    return {**suggested(survivor, loser, prefer, order.sources), **order.choices}


def _above(call: AnyCall, survivor: Account, loser: str) -> bool:
    """Whether the loser stands above the survivor: then the tree would become a circle."""
    return any(account.id == loser for account in ancestors(call.store, survivor))


def _recommended(survivor: Record, loser: Record) -> str:
    """The fuller record had better survive; of two alike the older one."""
    ranked = sorted((survivor, loser), key=lambda r: (-completeness(r), r.created_at, r.id))
    return ranked[0].id


def _enter_consents(call: AnyCall, survivor: str, loser: str) -> None:
    mine, theirs = (consents.ledger_of(call.store, one) for one in (survivor, loser))
    entries = merge_entries(mine, theirs, call.context.now)
    restricted = theirs is not None and theirs.restricted
    if entries or restricted:
        consents.enter(
            call.store, call.unit, call.context, survivor, entries, restricted=restricted
        )


def _settle_pair(call: AnyCall, made: Merge) -> None:
    pair = call.store.find(DuplicatePair, pair_id(made.survivor, made.loser))
    if pair is not None:
        call.unit.put(pairs.merged(call.context, pair, made.id))


def _ruled(call: AnyCall, kind: str, view: FieldView) -> FieldView:
    rule = field_rules(call.context.principal, kind).get(view.field)
    if rule is None:
        return view
    rules: dict[str, FieldRule] = {"survivor": rule, "loser": rule, "value": rule}
    return FieldView.model_validate(apply_field_rules(rules, view.model_dump(mode="json")))
