"""The single steps a unit of work is made of: each with its DynamoDB form, the test that decides
it without writing (dry run), and the error it means when it does not hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.domain.errors import ConcurrentChange, RapportError
from shared.storage.driver import Item
from shared.storage.keys import Key

Refusal = Callable[[Item | None], RapportError]
"""Makes the error of a step that did not hold from the item found there."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step: `request` as TransactWriteItems takes it, on the item at `key`."""

    key: Key
    request: Mapping[str, Any]
    holds: Callable[[Item | None], bool]
    refusal: Refusal


def put(item: Item, *, expected_version: int | None, refusal: Refusal) -> Action:
    """Store `item` if the stored version is `expected_version` (None: nothing there yet)."""
    request: dict[str, Any] = {
        "Item": item,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if expected_version is None:
        request["ConditionExpression"] = "attribute_not_exists(pk)"
    else:
        request["ConditionExpression"] = "version = :v"
        request["ExpressionAttributeValues"] = {":v": {"N": str(expected_version)}}

    def holds(found: Item | None) -> bool:
        if expected_version is None:
            return found is None
        return found is not None and found["version"]["N"] == str(expected_version)

    return Action((item["pk"]["S"], item["sk"]["S"]), {"Put": request}, holds, refusal)


def put_if_absent(
    key: Key,
    attributes: Item,
    refusal: Refusal,
    *,
    expires: datetime | None = None,
    replaceable_by: Sequence[str] = (),
) -> Action:
    """Claim `key`: a guard, an inbox mark. `replaceable_by`: holds too if `ref` is one of these."""
    item: Item = {"pk": {"S": key[0]}, "sk": {"S": key[1]}, **attributes}
    if expires is not None:
        item["ttl"] = {"N": str(int(expires.timestamp()))}
    request: dict[str, Any] = {
        "Item": item,
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if replaceable_by:
        holders = {f":ref{n}": {"S": ref} for n, ref in enumerate(dict.fromkeys(replaceable_by))}
        request["ConditionExpression"] += f" OR #ref IN ({', '.join(holders)})"
        request["ExpressionAttributeNames"] = {"#ref": "ref"}
        request["ExpressionAttributeValues"] = holders

    def holds(found: Item | None) -> bool:
        return found is None or (_ref(found) or "") in replaceable_by

    return Action(key, {"Put": request}, holds, refusal)


def put_row(key: Key, attributes: Item | None = None) -> Action:
    """Write a row that says something by being there."""
    item: Item = {"pk": {"S": key[0]}, "sk": {"S": key[1]}, **(attributes or {})}
    return Action(key, {"Put": {"Item": item}}, lambda _: True, lambda _: ConcurrentChange())


def unchanged(key: Key, version: int, refusal: Refusal) -> Action:
    """Holds while the entity at `key` has this version; writes nothing."""
    request: dict[str, Any] = {
        "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        "ConditionExpression": "version = :v",
        "ExpressionAttributeValues": {":v": {"N": str(version)}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    def holds(found: Item | None) -> bool:
        return found is not None and found["version"]["N"] == str(version)

    return Action(key, {"ConditionCheck": request}, holds, refusal)


def delete(key: Key, *, held_by: str | None = None) -> Action:
    """Remove the item at `key`; with `held_by` only while its `ref` is this id (or it is gone)."""
    request: dict[str, Any] = {"Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}}}
    if held_by is not None:
        request["ConditionExpression"] = "attribute_not_exists(pk) OR #ref = :ref"
        request["ExpressionAttributeNames"] = {"#ref": "ref"}
        request["ExpressionAttributeValues"] = {":ref": {"S": held_by}}

    def holds(found: Item | None) -> bool:
        return found is None or held_by is None or _ref(found) == held_by

    return Action(key, {"Delete": request}, holds, lambda _: ConcurrentChange())


def remove(key: Key, version: int, refusal: Refusal) -> Action:
    """Remove the entity at `key` while it has this version, or is gone."""
    request: dict[str, Any] = {
        "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        "ConditionExpression": "attribute_not_exists(pk) OR version = :v",
        "ExpressionAttributeValues": {":v": {"N": str(version)}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    def holds(found: Item | None) -> bool:
        return found is None or found["version"]["N"] == str(version)

    return Action(key, {"Delete": request}, holds, refusal)


@dataclass(frozen=True, slots=True)
class CounterChange:
    """A change of whole numbers on one row, all or nothing.

    `add` is added (missing counts as 0); `expect` must be the present value (None: absent);
    `at_most` bounds the value after the change; `remove_below` bounds it from below.
    """

    key: Key
    add: Mapping[str, int] = field(default_factory=dict[str, int])
    put: Mapping[str, int] = field(default_factory=dict[str, int])
    expect: Mapping[str, int | None] = field(default_factory=dict[str, "int | None"])
    at_most: Mapping[str, int] = field(default_factory=dict[str, int])
    expires: datetime | None = None


def count(change: CounterChange, refusal: Refusal) -> Action:
    """The counter change as an update; quotas and turns that must hold under a race."""
    return Action(
        change.key, {"Update": _update(change)}, lambda found: _may_count(change, found), refusal
    )


def counter_value(item: Item | None, name: str) -> int | None:
    """A counter's number, None when it was never set."""
    return int(item[name]["N"]) if item is not None and name in item else None


def _may_count(change: CounterChange, found: Item | None) -> bool:
    for name, expected in change.expect.items():
        if counter_value(found, name) != expected:
            return False
    for name, ceiling in change.at_most.items():
        if (counter_value(found, name) or 0) + change.add.get(name, 0) > ceiling:
            return False
    return True


def _update(change: CounterChange) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, Item] = {}

    def ref(name: str) -> str:
        names[f"#{name}"] = name
        return f"#{name}"

    def value(name: str, number: int) -> str:
        values[f":{name}"] = {"N": str(number)}
        return f":{name}"

    sets = [f"{ref(n)} = {value(f'p_{n}', v)}" for n, v in change.put.items()]
    if change.expires is not None:
        sets.append(f"{ref('ttl')} = {value('ttl', int(change.expires.timestamp()))}")
    adds = [f"{ref(n)} {value(f'a_{n}', v)}" for n, v in change.add.items()]
    conditions = [
        f"attribute_not_exists({ref(n)})" if v is None else f"{ref(n)} = {value(f'e_{n}', v)}"
        for n, v in change.expect.items()
    ]
    for name, ceiling in change.at_most.items():
        room = ceiling - change.add.get(name, 0)
        bound = f"{ref(name)} <= {value(f'm_{name}', room)}"
        conditions.append(f"({bound} OR attribute_not_exists({ref(name)}))" if room >= 0 else bound)
    parts = [f"SET {', '.join(sets)}"] if sets else []
    parts += [f"ADD {', '.join(adds)}"] if adds else []
    update: dict[str, Any] = {
        "Key": {"pk": {"S": change.key[0]}, "sk": {"S": change.key[1]}},
        "UpdateExpression": " ".join(parts),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if conditions:
        update["ConditionExpression"] = " AND ".join(conditions)
    return update


def _ref(item: Item) -> str | None:
    return item["ref"]["S"] if "ref" in item else None
