"""Long partitions at the price of short ones: the emulator sorts a whole partition at each query.

Keeps the sort keys of long partitions in order and hands the emulator's own query only the rows
that it can come to: those of the key condition, from the start key on, up to the limit. The answers
are the same. A hundred thousand accounts are one partition of the list's index.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from types import FunctionType
from typing import Any

LONG = 200
"""Rows from which on a partition is kept in order."""

_LAST = "\U0010ffff"
_NAME = re.compile(r"#\w+")

Table = dict[str, Any]
Entry = tuple[str, ...]
"""Sort key first; in an index the keys of the table follow, which break ties."""


class Orders:
    """The sorted rows of the long partitions that were asked for, kept up to date."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self._kept: dict[int, tuple[Table, Any, dict[tuple[str | None, str], list[Entry]]]] = {}

    def of(self, table: Table) -> dict[tuple[str | None, str], list[Entry]]:
        """Those of one table, by index (None: the table itself) and partition."""
        kept = self._kept.get(id(table))
        if kept is None or kept[0] is not table or kept[1] is not table["items"]:
            self._kept[id(table)] = kept = (table, table["items"], {})
        return kept[2]

    def order(self, table: Table, index: str | None, partition: str, sort: str) -> list[Entry]:
        """One partition's rows in order; empty for one that is short."""
        orders = self.of(table)
        if (index, partition) not in orders:
            places = self._places(table, index, partition)
            if len(places) < LONG:
                return []
            items = table["items"]
            orders[index, partition] = sorted(
                (sk,) if index is None else (items[pk][sk][sort]["S"], pk, sk) for pk, sk in places
            )
        return orders[index, partition]

    def _places(self, table: Table, index: str | None, partition: str) -> list[tuple[str, str]]:
        if index is None:
            return [(partition, sk) for sk in table["items"].get(partition, ())]
        return list(self._dynamodb._index_members(table)[index].get(partition, ()))

    def note(self, table: Table, index: str | None, partition: str, row: Entry, add: bool) -> None:
        """A row came or went."""
        order = self.of(table).get((index, partition))
        if order is None:
            return
        position = bisect_left(order, row)
        there = position < len(order) and order[position] == row
        if add and not there:
            insort(order, row)
        elif there and not add:
            del order[position]

    def note_in_indexes(self, table: Table, pk: str, sk: str, item: Any, add: bool) -> None:
        """The same for every index that shows the item."""
        if not self.of(table):
            return
        for name, hashes, ranges in self._dynamodb._index_key_schemas(table):
            partition = self._dynamodb._index_partition(item, hashes, ranges)
            if partition is not None and len(ranges) == 1 and "S" in item[ranges[0]]:
                self.note(table, name, partition, (item[ranges[0]]["S"], pk, sk), add)


def install(dynamodb: Any) -> None:
    """Replace the emulator's query, and listen to what is stored and removed."""
    orders = Orders(dynamodb)
    set_item, remove_item, index_item = (
        dynamodb._set_item,
        dynamodb._remove_item,
        dynamodb._index_item,
    )

    def stored(table: Table, pk: str, sk: str, item: Any) -> Any:
        before = set_item(table, pk, sk, item)
        if before is None:
            orders.note(table, None, pk, (sk,), add=True)
        return before

    def removed(table: Table, pk: str, sk: str) -> Any:
        before = remove_item(table, pk, sk)
        if before is not None:
            orders.note(table, None, pk, (sk,), add=False)
        return before

    def indexed(table: Table, pk: str, sk: str, item: Any, add: bool) -> None:
        index_item(table, pk, sk, item, add)
        orders.note_in_indexes(table, pk, sk, item, add)

    dynamodb._set_item, dynamodb._remove_item, dynamodb._index_item = stored, removed, indexed
    original = dynamodb._query

    def query(data: dict[str, Any]) -> Any:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
        narrow = _narrowed(dynamodb, orders, table, data) if table else None
        if narrow is None:
            return original(data)
        seen = {**vars(dynamodb), "_tables": _Only(narrow)}
        return FunctionType(original.__code__, seen, "_query", original.__defaults__)(data)

    dynamodb._query = query


class _Only:
    """What the emulator's query sees instead of all tables: a part of one."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, name: str) -> Table:
        """Whatever it is called, it is this one."""
        return self._table


def _narrowed(dynamodb: Any, orders: Orders, table: Table, data: dict[str, Any]) -> Table | None:
    """The table with only the rows that the query can come to; None when all must be looked at."""
    index = data.get("IndexName")
    names = _keys(dynamodb, table, index)
    condition = _condition(data)
    if names is None or condition is None:
        return None
    partition = _operand(condition, rf"{names[0]}\s*=\s*(:\w+)", data)
    bounds = _bounds(condition, names[1], data)
    if partition is None or bounds is None:
        return None
    rows = _window(orders.order(table, index, partition, names[1]), *bounds, data, names[1], table)
    if rows is None:
        return None
    if index is None:
        bucket = table["items"][partition]
        return {**table, "items": {partition: {row[0]: bucket[row[0]] for row in rows}}}
    members = {index: {partition: {(row[1], row[2]): None for row in rows}}}
    return {**table, dynamodb._INDEX_MEMBERS: members}


def _keys(dynamodb: Any, table: Table, index: str | None) -> tuple[str, str] | None:
    """Names of partition and sort key, if both are single texts."""
    hashes: list[str | None] = [table["pk_name"]]
    ranges: list[str | None] = [table.get("sk_name")]
    if index is not None:
        found = dynamodb._index_def(table, index)
        hashes, ranges = dynamodb._index_key_lists(found) if found else ([], [])
    if len(hashes) != 1 or len(ranges) != 1 or hashes[0] is None or ranges[0] is None:
        return None
    both = (hashes[0], ranges[0])
    return both if all(dynamodb._get_attr_type(table, name) == "S" for name in both) else None


def _condition(data: dict[str, Any]) -> str | None:
    """The key condition with names in place of their placeholders."""
    text = data.get("KeyConditionExpression")
    if not isinstance(text, str):
        return None
    names = data.get("ExpressionAttributeNames") or {}
    return _NAME.sub(lambda found: str(names.get(found[0], found[0])), text)


def _bounds(condition: str, sort: str, data: dict[str, Any]) -> tuple[str, str] | None:
    """The least and greatest sort key that can fit, both inclusive; the query itself is exact."""
    if not re.search(rf"\b{sort}\b", condition):
        return "", _LAST
    if prefix := _operand(condition, rf"begins_with\s*\(\s*{sort}\s*,\s*(:\w+)\s*\)", data):
        return prefix, prefix + _LAST
    both = re.search(rf"\b{sort}\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)", condition, re.IGNORECASE)
    if both:
        low, high = (_text(data, name) for name in both.groups())
        return None if low is None or high is None else (low, high)
    sign = re.search(rf"\b{sort}\s*(=|<=|>=|<|>)\s*(:\w+)", condition)
    value = _text(data, sign[2]) if sign else None
    if sign is None or value is None:
        return None
    return (value if "<" not in sign[1] else "", value if ">" not in sign[1] else _LAST)


def _window(
    order: list[Entry],
    low: str,
    high: str,
    data: dict[str, Any],
    sort: str,
    table: Table,
) -> list[Entry] | None:
    """The rows within the bounds, from the start key on, one more than the limit."""
    if not order:
        return None
    first, last = bisect_left(order, (low,)), bisect_right(order, (high, _LAST, _LAST))
    forward = data.get("ScanIndexForward", True)
    if start := data.get("ExclusiveStartKey"):
        own = (table["pk_name"], table["sk_name"])
        names = (sort,) if data.get("IndexName") is None else (sort, *own)
        row = tuple(start.get(name, {}).get("S", "") for name in names)
        if forward:
            first = max(first, bisect_left(order, row))
        else:
            last = min(last, bisect_right(order, row))
    most = int(data.get("Limit") or last - first) + 2
    if forward:
        return order[first : min(last, first + most)]
    return order[max(first, last - most) : last]


def _operand(condition: str, pattern: str, data: dict[str, Any]) -> str | None:
    found = re.search(rf"\b{pattern}", condition)
    return _text(data, found[1]) if found else None


def _text(data: dict[str, Any], name: str) -> str | None:
    value = (data.get("ExpressionAttributeValues") or {}).get(name)
    return value.get("S") if isinstance(value, dict) else None
