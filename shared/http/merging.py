"""Changes of a record that somebody else changed meanwhile: merged where they do not meet.

A PATCH says with If-Match what its author saw. What others changed since stands in the history: if
these are other fields, both changes hold. If not, the refusal tells three values of each field:
what it was, what the author wants, what it is now.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from shared.domain.entity import Entity
from shared.domain.errors import StaleVersion
from shared.http.call import AnyCall

E = TypeVar("E", bound=Entity)
Values = Mapping[str, Any]


def load_to_change(call: AnyCall, entity_type: type[E], entity_id: str, given: BaseModel) -> E:
    """The record as it is now, if the given fields may be changed by who saw the If-Match version.

    Raises NotFound, Moved, and StaleVersion with `conflicts`. A stale author costs one request
    more.
    """
    seen = call.if_match
    record = replace(call, if_match=None).load(entity_type, entity_id)
    if seen is None or seen == record.version:
        return record
    names = given.model_fields_set & set(entity_type.model_fields)
    yours = dict(_flat(given.model_dump(mode="json", include=names)))
    current = dict(_flat(json.loads(record.document())))
    base = _base(call, record, seen)
    conflicts = [
        {
            "field": field,
            "base": None if base is None else base[field],
            "yours": value,
            "current": current.get(field),
        }
        for field, value in sorted(yours.items())
        if (base is None or field in base) and value != current.get(field)
    ]
    if conflicts:
        raise StaleVersion(
            "Somebody changed the same fields since you read the record.",
            details={
                "your_version": seen,
                "current_version": record.version,
                "conflicts": conflicts,
            },
        )
    return record


def _base(call: AnyCall, record: Entity, seen: int) -> dict[str, Any] | None:
    """What the fields that changed since were before; None when that is not known."""
    if seen > record.version:
        return None
    rows = call.store.history_since(record, seen)
    if rows.keys() != set(range(seen + 1, record.version + 1)):
        return None
    base: dict[str, Any] = {}
    for _, text in sorted(rows.items(), reverse=True):
        for change in json.loads(text)["changes"]:
            before = dict(_flat({change["field"]: change["before"]}))
            after = dict(_flat({change["field"]: change["after"]}))
            differing = (n for n in before | after if before.get(n) != after.get(n))
            base |= {name: before.get(name) for name in differing}
    return base


def _flat(values: Values) -> Iterator[tuple[str, Any]]:
    """Own fields of a tenant are looked at one by one: `custom.size`."""
    for name, value in values.items():
        if name == "custom" and isinstance(value, dict):
            yield from ((f"custom.{key}", v) for key, v in cast(Values, value).items())
        else:
            yield name, value
