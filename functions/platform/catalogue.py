"""What an integrator learns about the events of this installation."""

from functools import cache
from typing import Any

from pydantic import Field

from shared.domain.entity import Value
from shared.events.catalogue import all_events
from shared.events.schemas import schema_of


class EventDescription(Value):
    """One kind of event."""

    detail_type: str = Field(description="As on the bus: `<name>.v<version>`.")
    name: str
    version: int
    description: str = Field(description="When it happens.")
    json_schema: dict[str, Any] = Field(description="Of the detail (JSON Schema 2020-12).")


class EventCatalogue(Value):
    """Every kind of event that can happen, by detail-type."""

    items: tuple[EventDescription, ...]


@cache
def event_catalogue() -> EventCatalogue:
    """The catalogue of the running code."""
    return EventCatalogue(
        items=tuple(
            EventDescription(
                detail_type=detail_type,
                name=event.name,
                version=event.version,
                description=str(schema["description"]),
                json_schema=schema,
            )
            for detail_type, event in all_events().items()
            for schema in (schema_of(event),)
        )
    )
