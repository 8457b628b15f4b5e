"""Stream records as changes of entities: the stored states before and after, and their events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.events.base import Envelope
from shared.storage.driver import Item
from shared.storage.record import envelopes_of


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entity; `before` is None for a creation, `after` for a purge."""

    sequence: str
    before: Item | None
    after: Item | None

    @property
    def image(self) -> Item:
        """The newest state there is."""
        return self.after or self.before or {}

    @property
    def envelopes(self) -> list[Envelope]:
        """The events the new state carries."""
        return envelopes_of(self.after) if self.after else []


def changes_in(event: Mapping[str, Any]) -> list[Change]:
    """The changes of entities in a stream event, in order; other rows are left out."""
    found: list[Change] = []
    for record in event["Records"]:
        data = record["dynamodb"]
        change = Change(
            data["SequenceNumber"], _entity(data, "OldImage"), _entity(data, "NewImage")
        )
        if change.image:
            found.append(change)
    return found


def _entity(data: Mapping[str, Any], name: str) -> Item | None:
    image = data.get(name)
    return image if image and "doc" in image else None
