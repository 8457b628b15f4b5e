"""Which index answers a query, and what is left to filter there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ulid import ULID

from shared.domain.access import Grant, Scope
from shared.domain.entity import Entity
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

_MOST_IN = 100
"""Values DynamoDB takes in one IN."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One partition of one index, and the filter for what that does not decide."""

    index: keys.Index
    partition: str
    where: "Condition | None"

    def key_of(self, tenant: str, entity_id: str) -> Item:
        """The index key of an entity, from which DynamoDB continues."""
        pk, sk = keys.entity(tenant, entity_id)
        parts = {"pk": pk, "sk": sk, self.index.hash: self.partition, self.index.range: entity_id}
        return {name: {"S": value} for name, value in parts.items()}


def plan_of(tenant: str, entity_type: type[Entity], query: ListQuery, grant: Grant) -> Plan:
    """The narrowest index for the query; everything it does not decide becomes a filter."""
    if query.hidden:
        return _review_plan(tenant, entity_type.kind, query, grant)
    kind = entity_type.kind
    if query.helper is not None:
        where = _all([*_filters(query), path_to("helper_users").contains(query.helper)])
        return Plan(keys.COLLECTION, keys.collection(tenant, kind), where)
    owner = grant.principal.actor if grant.scope is Scope.OWN else query.owner
    criteria = [
        (entity_type.owner_field, owner, keys.OWNER, keys.owned_by),
        (entity_type.relation_field, query.relation, keys.RELATION, keys.related_to),
        (entity_type.state_field, query.state, keys.STATE, keys.in_state),
    ]
    index, partition = keys.COLLECTION, keys.collection(tenant, kind, deleted=query.deleted)
    conditions = [*_filters(query), *_reach(grant, owner)]
    for name, value, candidate, partition_of in criteria:
        if name is None or value is None:
            continue
        if index is keys.COLLECTION and not query.deleted:
            index, partition = candidate, partition_of(tenant, kind, value)
        else:
            conditions.append(path_to(name) == value)
    return Plan(index, partition, _all(conditions))


def _review_plan(tenant: str, kind: str, query: ListQuery, grant: Grant) -> Plan:
    """What is in review stands apart from everything that other lists read."""
    kind = keys.in_review(kind)
    if query.owner is not None:
        partition = keys.owned_by(tenant, kind, query.owner)
        return Plan(keys.OWNER, partition, _all(list(_filters(query))))
    conditions = [*_filters(query), *_reach(grant, None)]
    return Plan(keys.COLLECTION, keys.collection(tenant, kind), _all(conditions))


def _filters(query: ListQuery) -> "Iterable[Condition]":
    if query.unowned:
        yield path_to("owner").does_not_exist()
    for name, value in query.equals.items():
        yield path_to(name) == value
    for name, value in query.has.items():
        yield path_to(name).contains(value)
    yield from (_contains_one(name, choices) for name, choices in query.among.items())
    for name, (low, high) in query.ranges.items():
        if low is not None:
            yield path_to(name) >= low
        if high is not None:
            yield path_to(name) < high


def _contains_one(name: str, choices: tuple[str, ...]) -> "Condition":
    wanted = path_to(name).contains(choices[0])
    for value in choices[1:]:
        wanted = wanted | path_to(name).contains(value)
    return wanted


def _reach(grant: Grant, owner: str | None) -> "Iterable[Condition]":
    """The filter form of `Grant.reaches`, where the chosen index does not imply it."""
    caller = grant.principal
    if grant.scope in (Scope.ALL, Scope.OWN) or owner == caller.actor:
        return
    mine = path_to("owner") == caller.actor
    teams = caller.teams if grant.scope is Scope.TEAM else caller.tree
    for start in range(0, len(teams), _MOST_IN):
        mine = mine | path_to("team").is_in(*teams[start : start + _MOST_IN])
    if grant.scope is Scope.TREE:
        mine = mine | (path_to("owner").does_not_exist() & path_to("team").does_not_exist())
    yield mine


def created_between(
    entity_type: type[Entity], index: keys.Index, query: ListQuery
) -> "Condition | None":
    """Ids start with their time of creation, so a date range is a key range."""
    low, high = query.created_from, query.created_before
    if low is None and high is None:
        return None
    first, last = _id_at(entity_type, low), _id_at(entity_type, high)
    path = path_to(index.range)
    if low is not None and high is not None:
        return path.between(first, last)
    return path >= first if low is not None else path < last


def _id_at(entity_type: type[Entity], at: datetime | None) -> str:
    milliseconds = 0 if at is None else max(0, int(at.timestamp() * 1000))
    return f"{entity_type.prefix}_{ULID(milliseconds.to_bytes(6, 'big') + bytes(10))}"


def path_to(name: str) -> Any:
    """An attribute in a condition, with the driver loaded when the first one is made."""
    from pynamodb.expressions.operand import Path

    return Path([name])


def _all(conditions: "Sequence[Condition]") -> "Condition | None":
    whole: Condition | None = None
    for condition in conditions:
        whole = condition if whole is None else whole & condition
    return whole
