"""Timelines: every event on those whom it concerns, newest first, and nobody else's business."""

import json
from datetime import timedelta
from typing import Any

from shared.domain.access import Role
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from tests.house import House, bus_message
from tests.integration.timeline.deals import Deal, account, deal, timeline_keys


def entries(house: House, path: str, **query: Any) -> list[dict[str, Any]]:
    """All entries, page by page; each page one request besides the record."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        by = house.by()
        house.world.requests.clear()
        answer = house.call("GET", path, by=by, query={**query, **cursor})
        assert answer.status == 200, answer.text
        assert house.world.requests == {"GetItem": 1, "Query": 1}
        found += answer.json["items"]
        if answer.json["cursor"] is None:
            return found
        cursor = {"cursor": answer.json["cursor"]}


def names(found: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in found]


def customer(house: House) -> tuple[str, str]:
    """An account with a contact, a minute later, as the API makes them."""
    made = house.call("POST", "/v1/accounts", {"name": "华为技术有限公司"})
    house.world.pass_time(timedelta(minutes=1))
    given = {"family_name": "王", "given_name": "伟", "account": made.json["id"]}
    contact = house.call("POST", "/v1/contacts", given)
    assert contact.status == 201, contact.text
    house.world.settle()
    return made.json["id"], contact.json["id"]


def test_an_account_shows_what_happened_to_its_contacts_newest_first(house: House) -> None:
    account_id, contact_id = customer(house)
    house.world.pass_time(timedelta(minutes=1))
    changed = house.call("PATCH", f"/v1/contacts/{contact_id}", {"job_title": "CTO"})
    assert changed.status == 200
    house.world.settle()
    found = entries(house, f"/v1/accounts/{account_id}/timeline")
    assert names(found)[0] == "contact.changed"
    assert names(found)[-1] == "account.created"
    assert "contact.created" in names(found)
    first = found[0]
    assert first["subject"] == {"kind": "contact", "id": contact_id, "version": 2}
    assert (first["type"], first["data"]) == ("contact", {"fields": ["job_title"]})
    assert first["actor"] == house.admin.id
    assert "account.created" not in names(entries(house, f"/v1/contacts/{contact_id}/timeline"))


def test_an_event_delivered_again_stands_there_once(house: House) -> None:
    account_id, _ = customer(house)
    before = house.items()
    messages = [bus_message(e) for e in house.events() if e.concerns]
    house.world.deliver("timeline", [*messages, *reversed(messages)])
    assert house.items() == before
    assert len(entries(house, f"/v1/accounts/{account_id}/timeline")) == len(messages)


def test_pages_follow_each_other_without_gap_or_repetition(house: House) -> None:
    one = account(house)
    for n in range(7):
        deal(house, one, amount=n)
    house.world.settle()
    path = f"/v1/accounts/{one.id}/timeline"
    whole = entries(house, path)
    assert len(whole) == 7
    assert whole == sorted(whole, key=lambda e: (e["at"], e["id"]), reverse=True)
    assert entries(house, path, limit="3") == whole


def test_a_cursor_belongs_to_its_filter(house: House) -> None:
    one = account(house)
    for _ in range(3):
        deal(house, one)
    house.world.settle()
    path = f"/v1/accounts/{one.id}/timeline"
    cursor = house.call("GET", path, query={"limit": "1"}).json["cursor"]
    query = {"limit": "1", "cursor": cursor, "type": "lead"}
    assert house.call("GET", path, query=query).code == "invalid_input"


def test_entries_are_filtered_by_types_and_time(house: House) -> None:
    account_id, _ = customer(house)
    path = f"/v1/accounts/{account_id}/timeline"
    created, at = "account.created", entries(house, path)[-1]["at"]
    assert names(entries(house, path, type="account")) == [created]
    assert len(entries(house, path, type=["account", "contact"])) > 1
    assert entries(house, path, type="ticket") == []
    assert created in names(entries(house, path, **{"from": at}))
    assert names(entries(house, path, before=at)) == []
    minute = (house.world.now - timedelta(seconds=30)).isoformat()
    assert names(entries(house, path, before=minute)) == [created]
    assert created not in names(entries(house, path, **{"from": minute}))
    assert entries(house, path, **{"from": minute, "before": at}) == []


def test_a_parameter_that_means_nothing_is_refused(house: House) -> None:
    one = account(house)
    path = f"/v1/accounts/{one.id}/timeline"
    for query in ({"from": "yesterday"}, {"type": "A b"}, {"limit": "0"}, {"since": "2026"}):
        assert house.call("GET", path, query=query).status == 422, query


def test_kinds_that_one_may_not_read_are_left_out(house: House) -> None:
    lead = house.settled(name="王伟")
    one = account(house)
    from shared.domain.events.leads import LeadChanged

    class LeadOfAccount(type(lead)):
        def concerns(self) -> tuple[str, ...]:
            return (self.id, one.id)

    context = house.world.runtime.system_context(house.tenant, "test")
    unit = house.store.begin(context)
    there = house.store.load(LeadOfAccount, lead.id)
    unit.put(there.evolve(context, LeadChanged(fields=("x",))))
    unit.commit()
    deal(house, one)
    house.world.settle()
    path = f"/v1/accounts/{one.id}/timeline"
    assert len(entries(house, path)) == 2
    reader = house.by(house.admin, scopes=frozenset({"account:read"}))
    seen = house.call("GET", path, by=reader).json["items"]
    assert [entry["subject"]["kind"] for entry in seen] == ["deal"]


def test_whom_the_record_is_not_shown_gets_no_timeline(house: House) -> None:
    one = account(house)
    stranger = house.by(Role.SALES)
    answer = house.call("GET", f"/v1/accounts/{one.id}/timeline", by=stranger)
    assert answer.status == 404
    assert house.call("GET", f"/v1/accounts/{one.id}/overview", by=stranger).status == 404
    integration = house.by(house.admin, scopes=frozenset({"lead:read"}))
    assert house.call("GET", f"/v1/accounts/{one.id}/timeline", by=integration).status == 403


def test_a_record_in_review_leaves_no_trace_on_anybodys_timeline(house: House) -> None:
    review = {"state": "pending", "approval": "apr_1"}
    one = account(house)
    person = house.make(Contact, name="王伟", accounts=(one.id,), account=one.id, review=review)
    unit = house.store.begin(context := house.world.runtime.system_context(house.tenant, "t"))
    from shared.domain.events.customers import ContactChanged

    unit.put(person.evolve(context, ContactChanged(fields=("name",))))
    unit.commit()
    deal(house, person)
    house.world.settle()
    assert timeline_keys(house, one) == []
    assert timeline_keys(house, person) == []


def test_what_never_was_or_is_gone_gets_no_rows(house: House) -> None:
    ghost = account(house).model_copy(update={"id": "acc_01J00000000000000000000000"})
    deal(house, ghost)
    house.world.settle()
    assert timeline_keys(house, ghost) == []
    assert house.world.dead == []


def test_an_unknown_event_is_dead_lettered_and_the_others_are_told(house: House) -> None:
    one = account(house)
    deal(house, one)
    house.world.settle(hold="timeline")
    (good,) = house.world.take("timeline")
    unknown = json.loads(good)
    unknown["detail"] |= {"name": "deal.teleported", "id": "evt_2"}
    house.world.deliver("timeline", [json.dumps(unknown), good, "no json"])
    assert [text for _, text in house.world.dead] == [json.dumps(unknown), "no json"]
    assert len(timeline_keys(house, one)) == 1


def test_a_lead_has_a_timeline_too(house: House) -> None:
    lead = house.settled(name="王伟")
    found = names(entries(house, f"/v1/leads/{lead.id}/timeline"))
    assert found[-1] == "lead.captured"
    assert "lead.scored" in found


def test_a_batch_reads_once_and_writes_once(house: House) -> None:
    one, two = account(house), account(house)
    for n in range(4):
        deal(house, one, two, amount=n, is_open=False)
    house.world.settle(hold="timeline")
    messages = house.world.take("timeline")
    house.world.requests.clear()
    house.world.deliver("timeline", messages)
    # Items read; rows written, homes looked at again; four deals counted and each read again.
    expected = {"BatchGetItem": 2 + 4, "BatchWriteItem": 1, "TransactWriteItems": 4}
    assert house.world.requests == expected
    house.world.requests.clear()
    house.world.deliver("timeline", messages)
    assert house.world.requests == {"BatchGetItem": 2, "BatchWriteItem": 1}


def test_what_belongs_to_a_contact_shows_at_its_account(house: House) -> None:
    one = account(house)
    person = house.make(Contact, name="王伟", accounts=(one.id,), account=one.id)
    deal(house, person)
    house.world.settle()
    assert timeline_keys(house, one) == timeline_keys(house, person) != []


def test_another_tenants_records_get_nothing(house: House) -> None:
    other = House(house.world)
    theirs = account(other)
    deal(house, theirs)
    house.world.settle()
    assert timeline_keys(other, theirs) == []


assert Deal.kind not in Account.kind
