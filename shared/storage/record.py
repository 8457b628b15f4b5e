"""How an entity lies in the table: keys, one JSON document, the outbox, and promoted attributes.

The document is what clients see, so lists can pass it on without parsing. Promoted attributes
exist only for filters and for people who look at the table in the console.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from shared.domain.entity import Entity
from shared.domain.events.base import Envelope
from shared.storage import keys
from shared.storage.driver import Item

E = TypeVar("E", bound=Entity)
_ENVELOPES = TypeAdapter(list[Envelope])


def to_item(tenant: str, entity: Entity, events: Iterable[Envelope], write_id: str) -> Item:
    """The item of `entity` as it shall be stored (its version is the one to store).

    `write_id` names this write, so that a repeated request after a lost answer is recognised.
    """
    pk, sk = keys.entity(tenant, entity.id)
    item: Item = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "kind": {"S": entity.kind},
        "id": {"S": entity.id},
        "tenant": {"S": tenant},
        "version": {"N": str(entity.version)},
        "write_id": {"S": write_id},
        "doc": {"S": entity.document()},
    }
    if not entity.history:
        item["untold"] = {"BOOL": True}
    item |= _for_overviews(entity)
    if entity.hidden:
        item["hidden"] = {"BOOL": True}
    elif texts := entity.search_texts():
        item["texts"] = {"S": "\n".join(texts)}
    if envelopes := list(events):
        item["events"] = {"S": _ENVELOPES.dump_json(envelopes).decode()}
    for name, value in _promoted(entity):
        item[name] = value
    for index, partition, sort in _index_keys(tenant, entity):
        item[index.hash] = {"S": partition}
        item[index.range] = {"S": sort}
    return item


def from_item(entity_type: type[E], item: Item) -> E:
    """The entity in an item, validated by pydantic's JSON reader."""
    return entity_type.from_document(item["doc"]["S"])


def texts_of(image: Item) -> list[str]:
    """The texts by which the entity in an item is found."""
    return image["texts"]["S"].split("\n") if "texts" in image else []


def envelopes_of(image: Item) -> list[Envelope]:
    """The events a stored state carries; empty when it carries none."""
    if "events" not in image:
        return []
    return _ENVELOPES.validate_json(image["events"]["S"])


def _for_overviews(entity: Entity) -> Item:
    """What the entity contributes to the overviews of others, and whose."""
    shown: Item = {}
    if card := entity.card():
        shown["card"] = {"S": card.model_dump_json()}
    if others := set(entity.concerns()) - {entity.id}:
        shown["concerns"] = {"SS": sorted(others)}
    return shown


def _promoted(entity: Entity) -> Iterable[tuple[str, Item]]:
    for name in ("created_at", "updated_at", *entity.promoted):
        if (attribute := _attribute(getattr(entity, name))) is not None:
            yield name, attribute
    if entity.deleted_at is not None:
        yield "deleted", {"BOOL": True}


def _attribute(value: Any) -> Item | None:
    match value:
        case None | [] | ():
            return None
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case datetime():
            return {"S": keys.moment(value)}
        case list() | tuple() | set() | frozenset():
            return {"SS": sorted(set(map(str, value)))}  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return {"S": str(value)} if str(value) else None


def _index_keys(tenant: str, entity: Entity) -> Iterable[tuple[keys.Index, str, str]]:
    """Where the indexes show the entity; a deleted one is only in its collection's bin.

    A hidden one stands apart, and among what its author entered.
    """
    kind, sort = entity.kind, entity.id
    deleted = entity.deleted_at is not None
    if due := entity.next_timer():
        shard = keys.due_shard(entity.id)
        yield keys.DUE, keys.due_partition(shard), keys.due_sort(due, tenant, kind, entity.id)
    if entity.hidden:
        kind = keys.in_review(kind)
        yield keys.OWNER, keys.owned_by(tenant, kind, entity.created_by), sort
    if entity.listed:
        yield keys.COLLECTION, keys.collection(tenant, kind, deleted=deleted), sort
    if deleted or entity.hidden:
        return
    if state := entity.state_value():
        yield keys.STATE, keys.in_state(tenant, kind, state), sort
    if entity.owner_field and (owner := getattr(entity, entity.owner_field)):
        yield keys.OWNER, keys.owned_by(tenant, kind, owner), sort
    if entity.relation_field and (other := getattr(entity, entity.relation_field)):
        yield keys.RELATION, keys.related_to(tenant, kind, other), sort
