"""What consumers make of what stands on the bus."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.events.base import Envelope, Subject
from shared.domain.events.leads import LeadTouched
from shared.events.catalogue import UnknownEvent, event_in


def envelope(name: str = "lead.touched", version: int = 1, **data: Any) -> Envelope:
    return Envelope(
        id="evt_1",
        name=name,
        version=version,
        tenant="ten_A",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        actor="usr_A",
        subject=Subject(kind="lead", id="lead_A", version=2),
        data=data,
    )


def test_a_field_added_by_a_newer_producer_is_passed_over() -> None:
    found = event_in(envelope(by="usr_A", channel="call", added_later=True))
    assert found == LeadTouched(by="usr_A", channel="call")


def test_a_missing_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        event_in(envelope(by="usr_A"))


@pytest.mark.parametrize(("name", "version"), [("lead.forgotten", 1), ("lead.touched", 2)])
def test_an_event_nobody_knows_is_refused(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent):
        event_in(envelope(name, version, by="usr_A", channel="call"))
