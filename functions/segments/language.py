"""The language of conditions as it is published: its schema, and the fields of each kind."""

import json
from functools import cache

from pydantic import TypeAdapter

from functions.segments.schemas import FieldCatalogue
from shared.domain.access import field_rules
from shared.domain.conditions import Condition
from shared.domain.conditions.schema import Node
from shared.domain.segments.fields import fields_of_kind
from shared.domain.segments.kinds import RecordKind
from shared.http.call import AnyCall


@cache
def condition_schema() -> str:
    """JSON Schema (draft 2020-12) of a condition, as text."""
    adapter: TypeAdapter[Node] = TypeAdapter(Condition)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter.json_schema()}
    return json.dumps({"title": "Condition", **schema}, ensure_ascii=False)


def field_catalogue(call: AnyCall, kind: RecordKind) -> FieldCatalogue:
    """The fields of a kind that the caller sees in full."""
    ruled = set(field_rules(call.context.principal, kind))
    shown = [f for f in fields_of_kind(kind) if f.path.partition(".")[0] not in ruled]
    return FieldCatalogue(kind=kind, fields=tuple(shown))
