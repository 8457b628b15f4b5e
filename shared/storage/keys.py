"""Every key of the table. Nothing else in the product builds one.

All keys start with the tenant, so no key built for one tenant can address another's item.
docs/data-model.md lists the access patterns these serve.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

Key = tuple[str, str]
"""Partition key and sort key of one item."""

MAIN = "#"
"""Sort key of an item that is alone under its partition key, or the head of its collection."""

HISTORY = "H#"
TIMELINE = "T#"
OPEN_ITEM = "O#"
CUSTOMERS = "customer"
"""The scope of identities, which accounts and contacts share."""
DUE_SHARDS = 8
"""Timers of all tenants share the due index: eight partitions take 8,000 re-arms a second."""

GLOBAL = "global"
"""The tenant of what belongs to the whole installation: sign-in names, API key prefixes."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index and its two key attributes."""

    name: str
    hash: str
    range: str


COLLECTION = Index("collection", "c_pk", "c_sk")
STATE = Index("state", "s_pk", "s_sk")
OWNER = Index("owner", "o_pk", "o_sk")
RELATION = Index("relation", "r_pk", "r_sk")
DUE = Index("due", "d_pk", "d_sk")
INDEXES: Mapping[str, Index] = {i.name: i for i in (COLLECTION, STATE, OWNER, RELATION, DUE)}


def entity(tenant: str, entity_id: str) -> Key:
    """The entity itself."""
    return f"{tenant}#{entity_id}", MAIN


def history(tenant: str, entity_id: str, version: int) -> Key:
    """What changed with this version of the entity."""
    return f"{tenant}#{entity_id}", f"{HISTORY}{version:010d}"


def guard(tenant: str, kind: str, name: str, value: str) -> Key:
    """The item that makes a natural key unique among one kind of a tenant."""
    return f"{tenant}#U#{kind}#{name}#{_bounded(value)}", MAIN


def inbox(tenant: str, consumer: str, event_id: str) -> Key:
    """The mark that a consumer has done its work for an event."""
    return f"{tenant}#INBOX#{consumer}#{event_id}", MAIN


def idempotency(tenant: str, actor: str, route: str, key: str) -> Key:
    """The first answer to a request that carried this Idempotency-Key."""
    return f"{tenant}#IDEM#{actor}#{route}#{_bounded(key)}", MAIN


def counter(tenant: str, name: str, member: str = MAIN) -> Key:
    """A number changed by conditional updates; members of one name share a partition."""
    return f"{tenant}#N#{name}", member


def note(tenant: str, name: str, member: str = MAIN) -> Key:
    """A small row of a use case that is neither entity nor counter (import results, sent marks)."""
    return f"{tenant}#R#{name}", member


def search(tenant: str, kind: str, token: str, entity_id: str) -> Key:
    """The row by which a token's every prefix finds the entity."""
    return search_partition(tenant, kind, token), f"{token}#{entity_id}"


def search_partition(tenant: str, kind: str, token: str) -> str:
    """Token rows are spread by first character: no partition gets all writes of a tenant."""
    return f"{tenant}#S#{kind}#{token[:1]}"


def match(tenant: str, key: str, kind: str, entity_id: str) -> Key:
    """The row by which records with a match key in common find each other."""
    return match_partition(tenant, key), f"{kind}#{entity_id}"


def match_partition(tenant: str, key: str) -> str:
    """All records of a tenant that have one match key."""
    return f"{tenant}#M#{_bounded(key)}"


def timeline(tenant: str, record: str, at: datetime, event_id: str) -> Key:
    """An event that concerns a record, in the record's own partition, by its time."""
    return f"{tenant}#{record}", f"{TIMELINE}{moment(at)}#{event_id}"


def open_item(tenant: str, record: str, kind: str, entity_id: str) -> Key:
    """Another record that is open and concerns this one."""
    return f"{tenant}#{record}", f"{OPEN_ITEM}{kind}#{entity_id}"


def figures(tenant: str, record: str) -> Key:
    """The sums over everything that concerns a record."""
    return f"{tenant}#{record}", "F#"


def counted(tenant: str, entity_id: str) -> Key:
    """In whose overviews an entity counts at present, and with what."""
    return f"{tenant}#{entity_id}", "K#"


def collection(tenant: str, kind: str, *, deleted: bool = False) -> str:
    """All entities of a kind; the deleted ones apart."""
    return f"{tenant}#{kind}#deleted" if deleted else f"{tenant}#{kind}"


def in_review(kind: str) -> str:
    """The name under which the indexes keep hidden entities of a kind, apart from all others."""
    return f"{kind}#review"


def in_state(tenant: str, kind: str, state: str) -> str:
    """Entities of a kind in one state."""
    return f"{tenant}#{kind}#{state}"


def owned_by(tenant: str, kind: str, owner: str) -> str:
    """Entities of a kind that one user owns."""
    return f"{tenant}#{kind}#{owner}"


def related_to(tenant: str, kind: str, other: str) -> str:
    """Entities of a kind that belong to another record (or to a team)."""
    return f"{tenant}#{kind}#{other}"


def due_partition(shard: int) -> str:
    """One shard of all tenants' timers."""
    return f"due#{shard}"


def due_shard(entity_id: str) -> int:
    """The shard an entity's timers live in, spread evenly by id."""
    return hashlib.sha256(entity_id.encode()).digest()[0] % DUE_SHARDS


def due_sort(at: datetime, tenant: str, kind: str, entity_id: str) -> str:
    """Timers sort by UTC time to the millisecond; the rest says whose it is."""
    return f"{moment(at)}#{tenant}#{kind}#{entity_id}"


def moment(at: datetime) -> str:
    """A UTC time as text that sorts like the time: 2026-11-21T20:30:00.000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _bounded(value: str) -> str:
    """Keys hold 2,048 bytes; a long natural key is represented by its digest."""
    return value if len(value.encode()) <= 512 else hashlib.sha256(value.encode()).hexdigest()
