"""The JSON Schema of each event as it travels: the envelope with its own name and data.

Draft 2020-12, by pydantic. Published schemas leave room for further fields, since changes are
additive; the event classes themselves are exact, and a new field changes the committed schema.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from shared.domain.events.base import Envelope, Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Published(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        return {name: part for name, part in made.items() if name != "additionalProperties"}


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The schema of the bus event's detail."""
    whole = _of(Envelope)
    data = _of(event)
    definitions = {**whole.pop("$defs", {}), **data.pop("$defs", {})}
    description = data.pop("description", "")
    whole["properties"]["name"] = {"const": event.name}
    whole["properties"]["version"] = {"const": event.version}
    whole["properties"]["data"] = data | {"title": event.__name__}
    return {
        "$schema": DIALECT,
        "$id": f"urn:rapport:event:{event.detail_type()}",
        **whole,
        "title": event.detail_type(),
        "description": description,
        "$defs": dict(sorted(definitions.items())),
    }


def _of(model: type[Event] | type[Envelope]) -> dict[str, Any]:
    return model.model_json_schema(mode="serialization", schema_generator=_Published)
