"""Stored changes reach the bus at least once, in order, always with the same ids."""

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from functions.changes.app import keep_history, publish_events
from shared.storage import keys
from tests.house import House, bus_message
from tests.world import ROOT, World, apps

NO_FAILURE: dict[str, Any] = {"batchItemFailures": []}
SCHEMAS = {
    path.name.removesuffix(".json"): Draft202012Validator(
        json.loads(path.read_text("utf-8")), format_checker=FormatChecker()
    )
    for path in (ROOT / "events" / "schemas").glob("*.json")
}


def published(world: World, since: int = 0) -> list[str]:
    return [json.loads(entry["Detail"])["id"] for entry in world.bus.entries[since:]]


def changes(house: House, count: int) -> list[dict[str, Any]]:
    """The stream records of some new leads, read but not handled."""
    house.world.settle()
    for n in range(count):
        house.lead(name=f"n{n}")
    return house.world.stream_records()


def publish(records: list[dict[str, Any]]) -> Any:
    return publish_events({"Records": records}, None)


def sequence(record: dict[str, Any]) -> str:
    return record["dynamodb"]["SequenceNumber"]


def test_a_crash_before_the_checkpoint_repeats_the_same_event_ids(house: House) -> None:
    records = changes(house, 3)
    before = len(house.world.bus.entries)
    assert publish(copy.deepcopy(records)) == NO_FAILURE
    first = published(house.world, before)
    assert publish(records) == NO_FAILURE
    assert published(house.world, before) == first * 2
    assert len(set(first)) == 3


def test_events_of_one_lead_leave_in_the_order_of_its_versions(house: House) -> None:
    house.world.settle()
    lead = house.lead()
    for city in "abc":
        house.call("PATCH", f"/v1/leads/{lead['id']}", {"city": city})
    publish(house.world.stream_records())
    mine = [e for e in house.events() if e.subject.id == lead["id"]]
    assert [e.subject.version for e in mine] == [1, 2, 3, 4]


@pytest.mark.parametrize("refused", [1, 5, 13, 25])
def test_the_batch_starts_again_at_the_first_refused_event(house: House, refused: int) -> None:
    records = changes(house, 25)
    bus = house.world.bus
    before = len(bus.entries)
    bus.refuse_next = refused
    assert publish(records) == {"batchItemFailures": [{"itemIdentifier": sequence(records[0])}]}
    assert publish(records) == NO_FAILURE
    assert len(set(published(house.world, before))) == 25


def test_a_refusal_in_the_middle_repeats_only_from_there(house: House) -> None:
    records = changes(house, 25)
    bus = house.world.bus
    before = len(bus.entries)
    put, calls = bus.put_events, 0

    def refuse_the_second_call(*, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        bus.refuse_next = 1 if calls == 2 else 0
        return put(Entries=Entries)

    house.world.runtime._clients["events"] = type(
        "Bus", (), {"put_events": staticmethod(refuse_the_second_call)}
    )()
    try:
        answer = publish(records)
    finally:
        house.world.runtime._clients.pop("events")
    assert answer == {"batchItemFailures": [{"itemIdentifier": sequence(records[10])}]}
    assert calls == 3
    assert publish(records[10:]) == NO_FAILURE
    assert len(set(published(house.world, before))) == 25


def test_ten_events_go_in_one_request(house: House) -> None:
    records = changes(house, 21)
    sizes: list[int] = []
    put = house.world.bus.put_events

    def note(*, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        sizes.append(len(Entries))
        return put(Entries=Entries)

    house.world.runtime._clients["events"] = type("Bus", (), {"put_events": staticmethod(note)})()
    try:
        publish(records)
    finally:
        house.world.runtime._clients.pop("events")
    assert sizes == [10, 10, 1]


def test_rows_that_are_no_entities_publish_nothing(house: House) -> None:
    house.world.settle()
    house.lead(external_id="x-1")
    records = house.world.stream_records()
    assert len(records) == 2
    before = len(house.world.bus.entries)
    publish(records)
    assert len(house.world.bus.entries) == before + 1


def test_a_removal_publishes_nothing_again(house: House) -> None:
    lead = house.settled()
    unit = house.store.begin(house.world.runtime.context(house.by()))
    unit.purge(lead)
    unit.commit()
    before = len(house.world.bus.entries)
    records = house.world.stream_records()
    assert [r["eventName"] for r in records] == ["REMOVE"]
    assert publish(records) == NO_FAILURE
    assert len(house.world.bus.entries) == before


def everything_that_happens(house: House) -> None:
    """One of each: captured, scored, assigned, changed, touched, missed, closed, restored ..."""
    sellers = house.users(2)
    house.route({"team": house.team(sellers).id})
    lead = house.settled(phone="13812340101", source="展会")
    path = f"/v1/leads/{lead.id}"
    house.call("PATCH", path, {"city": "上海", "status": "nurturing"})
    house.call("POST", f"{path}/assignment")
    behaviour = {"type": "demo.requested", "at": "2026-03-02T08:00:00Z"}
    house.call("POST", f"{path}/behaviours", behaviour)
    timer = {"tenant": house.tenant, "kind": "lead", "id": lead.id, "due": "2026-03-02T09:00:00Z"}
    house.world.now = house.stored(lead.id).timers["first_touch"]
    house.world.deliver("lead-timers", [json.dumps(timer)])
    note = house.call("POST", f"{path}/notes", {"text": "x", "channel": "call"}).json
    house.call("DELETE", f"{path}/notes/{note['id']}")
    house.call("POST", f"{path}/disqualification", {"reason": "spam"})
    house.call("DELETE", f"{path}/disqualification")
    house.call("DELETE", path)
    house.call("POST", f"{path}/restoration")
    house.call("PUT", "/v1/scoring-model", {"base": 3})
    house.route()
    house.settled(name="nobody's")
    house.world.settle()


def test_every_event_on_the_bus_fits_its_committed_schema(house: House) -> None:
    everything_that_happens(house)
    names = {event.name for event in house.events()}
    from shared.events.catalogue import all_events

    of_leads = {e.name for e in all_events().values() if e.__module__.endswith("events.leads")}
    assert names >= of_leads
    for entry in house.world.bus.entries:
        assert entry["Source"] == "rapport"
        assert entry["EventBusName"] == house.world.runtime.settings.bus_name
        SCHEMAS[entry["DetailType"]].validate(json.loads(entry["Detail"]))


def test_events_carry_no_personal_data(house: House) -> None:
    before = len(house.world.bus.entries)
    lead = house.settled(
        name="欧阳娜娜", company="华为", email="nana@example.com", phone="13812340101", city="深圳"
    )
    house.call("PATCH", f"/v1/leads/{lead.id}", {"name": "Ada Lovelace", "email": "b@example.com"})
    house.world.settle()
    text = json.dumps(house.world.bus.entries[before:], default=str, ensure_ascii=False)
    for secret in ("欧阳", "华为", "nana@", "13812340101", "深圳", "Lovelace", "b@example"):
        assert secret not in text


def test_everything_delivered_again_changes_nothing(house: House) -> None:
    everything_that_happens(house)
    before = house.items()
    bus_before, queues = len(house.world.bus.entries), house.world.queues.waiting
    for module in apps().values():
        for source in module.app.event_sources:
            handler = getattr(module, source.name)
            subscription = getattr(handler.func, "subscription", ())
            bodies = [
                bus_message(e)
                for e in house.events()
                if e.detail_type() in {s.detail_type() for s in subscription}
            ]
            for start in range(0, len(bodies), 10):
                house.world.deliver(source.queue, bodies[start : start + 10])
    assert not house.world.dead
    assert len(house.world.stream_records()) == 0
    assert house.items() == before
    assert len(house.world.bus.entries) == bus_before
    rescoring = [queues.pop(name) for name in list(queues) if queues[name]]
    for name in ("lead-rescoring-chunks",):
        for waiting in rescoring:
            house.world.deliver(name, [body for body, _ in waiting])
    assert house.items() == before


def test_an_unknown_event_is_dead_lettered_not_skipped(house: House) -> None:
    house.settled()
    body = json.loads(bus_message(house.events("lead.captured")[0]))
    body["detail"]["name"] = "lead.teleported"
    body["detail-type"] = "lead.teleported.v1"
    good = bus_message(house.events("lead.captured")[0])
    house.world.deliver("lead-intake", [json.dumps(body), good, "no json"])
    assert [text for _, text in house.world.dead] == [json.dumps(body), "no json"]


def test_the_history_handler_takes_the_same_records_twice(house: House) -> None:
    records = changes(house, 2)
    keep_history({"Records": copy.deepcopy(records)}, None)
    once = house.items()
    assert keep_history({"Records": records}, None) == NO_FAILURE
    assert house.items() == once
    assert any(i["sk"]["S"].startswith(keys.HISTORY) for i in once)
