"""The envelope on the wire: to EventBridge entries and back from queue messages."""

import json
from collections.abc import Mapping
from typing import Any

from shared.domain.events.base import Envelope

SOURCE = "rapport"


def to_entry(envelope: Envelope, bus: str) -> dict[str, Any]:
    """The PutEvents entry of an envelope."""
    return {
        "Source": SOURCE,
        "DetailType": envelope.detail_type(),
        "Detail": envelope.model_dump_json(),
        "EventBusName": bus,
        "Time": envelope.at,
    }


def from_message(body: str) -> Envelope:
    """The envelope inside the EventBridge event that a queue message's body holds."""
    event: Mapping[str, Any] = json.loads(body)
    return Envelope.model_validate(event["detail"])
