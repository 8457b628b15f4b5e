"""Overviews: which open items a record has, and sums over all that concerns it, exactly once.

An entity's card says what it contributes. Where it counts at present, and with what, stands in a
row of its own partition; that row, the sums and the open items change in one transaction, so
messages that come late, twice or in another order change nothing.
"""

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from shared.domain.card import Card
from shared.domain.errors import ConcurrentChange
from shared.storage import keys
from shared.storage.driver import ConditionFailed, Item, Table
from shared.storage.homes import Homes, concerned_by

ATTEMPTS = 10
MOST_OPEN_ITEMS = 50

Action = Mapping[str, Any]
Counted = dict[str, dict[str, Any]]
"""Record id -> what an entity contributes to it: `item` (None: not open) and `figures`."""


def settle(table: Table, homes: Homes, tenant: str, entity_id: str, revision: str) -> None:
    """Let an entity count where its present state says: in these overviews, with this card.

    `revision` is a text that was never used before. The state is read again after a write, so
    that whoever writes last has written the last state.

    Raises:
        ConcurrentChange: others were faster each time; to be repeated later.
    """
    own = (keys.entity(tenant, entity_id), keys.counted(tenant, entity_id))
    homes.load(own)
    for attempt in range(ATTEMPTS):
        counted = homes.item(own[1])
        before = _counted(counted)
        after = _contributions(homes, tenant, homes.item(own[0]))
        if before == after:
            return
        steps = _mark(own[1], counted, after, f"{revision}.{attempt}")
        for record in _there(homes, tenant, before.keys() | after.keys()):
            steps += _changes(tenant, entity_id, record, before.get(record), after.get(record))
        try:
            table.write(steps)
        except ConditionFailed as lost:
            if lost.conflict:
                raise ConcurrentChange() from None
        homes.load(own, again=True)
    raise ConcurrentChange()


def sums_in(item: Item | None) -> dict[str, Decimal]:
    """The sums in a figures row, without those that are zero."""
    return {
        name: value
        for name, attribute in sorted((item or {}).items())
        if "N" in attribute and (value := Decimal(attribute["N"]))
    }


def open_items(table: Table, tenant: str, record: str) -> tuple[list[str], bool]:
    """The open items of a record as JSON texts, and whether there are more. One request."""
    from pynamodb.expressions.operand import Path

    partition, _ = keys.entity(tenant, record)
    found = table.query(
        partition, sort=Path(["sk"]).startswith(keys.OPEN_ITEM), limit=MOST_OPEN_ITEMS
    )
    return [item["item"]["S"] for item in found.items], found.last_key is not None


def _there(homes: Homes, tenant: str, records: Set[str]) -> list[str]:
    """Those that were not purged: nothing is written where a record no longer is."""
    homes.load(keys.entity(tenant, record) for record in records)
    return [r for r in sorted(records) if homes.item(keys.entity(tenant, r)) is not None]


def _contributions(homes: Homes, tenant: str, item: Item | None) -> Counted:
    """What an entity's present state contributes, by the records that stand for those concerned."""
    if item is None or "card" not in item or "deleted" in item or "hidden" in item:
        return {}
    card = Card.model_validate_json(item["card"]["S"])
    figures = {name: str(value.normalize()) for name, value in card.figures.items() if value}
    if not card.open and not figures:
        return {}
    about = {"kind": item["kind"]["S"], "id": item["id"]["S"]}
    told = card.model_dump(mode="json", include={"label", "status", "at"})
    part = {"item": {**about, **told} if card.open else None, "figures": figures}
    records = homes.survivors(tenant, concerned_by(item)) - {about["id"]}
    return dict.fromkeys(sorted(records), part)


def _counted(item: Item | None) -> Counted:
    return json.loads(item["counted"]["S"]) if item is not None else {}


def _mark(key: keys.Key, found: Item | None, after: Counted, revision: str) -> list[Action]:
    """The row that says where the entity counts, if it is still what was read."""
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if found is not None:
        condition = {
            "ConditionExpression": "revision = :read",
            "ExpressionAttributeValues": {":read": found["revision"]},
        }
    place = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    if not after:
        return [{"Delete": {"Key": place, **condition}}]
    text = json.dumps(after, ensure_ascii=False, separators=(",", ":"))
    item = {**place, "revision": {"S": revision}, "counted": {"S": text}}
    return [{"Put": {"Item": item, **condition}}]


def _changes(
    tenant: str,
    entity_id: str,
    record: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> list[Action]:
    """The steps that bring one record's overview from an entity's old part to its new one."""
    before, after = before or _NOTHING, after or _NOTHING
    steps = _added(keys.figures(tenant, record), before["figures"], after["figures"])
    if before["item"] == after["item"]:
        return steps
    shown = after["item"] or before["item"]
    pk, sk = keys.open_item(tenant, record, shown["kind"], entity_id)
    place = {"pk": {"S": pk}, "sk": {"S": sk}}
    if after["item"] is None:
        return [*steps, {"Delete": {"Key": place}}]
    text = json.dumps(after["item"], ensure_ascii=False, separators=(",", ":"))
    return [*steps, {"Put": {"Item": {**place, "item": {"S": text}}}}]


_NOTHING: dict[str, Any] = {"item": None, "figures": {}}


def _added(key: keys.Key, before: dict[str, str], after: dict[str, str]) -> list[Action]:
    deltas = {
        name: Decimal(after.get(name, 0)) - Decimal(before.get(name, 0))
        for name in sorted(before.keys() | after.keys())
    }
    changed = [(name, delta) for name, delta in deltas.items() if delta]
    if not changed:
        return []
    update = {
        "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        "UpdateExpression": "ADD " + ", ".join(f"#n{i} :d{i}" for i in range(len(changed))),
        "ExpressionAttributeNames": {f"#n{i}": name for i, (name, _) in enumerate(changed)},
        "ExpressionAttributeValues": {
            f":d{i}": {"N": f"{delta:f}"} for i, (_, delta) in enumerate(changed)
        },
    }
    return [{"Update": update}]
