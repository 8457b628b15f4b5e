"""Masked fields: what roles see, how they are revealed, counted, logged and limited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.domain.access import Role
from shared.domain.audit import AuditEntry
from tests.house import House
from tests.integration.privacy.people import EMAIL, PHONE, account, contact

ORDER = {"fields": ["phones", "emails"], "reason": "客户要求回电"}


def test_support_sees_masks_and_reveals_with_a_reason(house: House) -> None:
    made = contact(house)["id"]
    support = house.by(Role.SUPPORT)
    seen = house.call("GET", f"/v1/contacts/{made}", by=support).text
    assert PHONE[-8:] not in seen
    assert EMAIL not in seen
    answer = house.call("POST", f"/v1/contacts/{made}/reveal", ORDER, by=support)
    assert answer.status == 200, answer.text
    assert answer.json["fields"]["phones"][0]["number"]["e164"] == f"+86{PHONE}"
    assert answer.json["fields"]["emails"][0]["address"] == EMAIL
    assert set(answer.json["fields"]) == {"phones", "emails"}
    assert answer.json["left"] == 99


def test_a_reveal_is_kept_in_the_trail_and_told_without_values(house: House) -> None:
    made = contact(house)["id"]
    support = house.by(Role.SUPPORT)
    house.call("POST", f"/v1/contacts/{made}/reveal", ORDER, by=support)
    house.world.settle()
    (entry,) = house.call("GET", "/v1/audit", query={"action": "reveal"}).json["items"]
    assert (entry["actor"], entry["subject"]) == (support.actor, made)
    assert (entry["fields"], entry["reason"]) == (["phones", "emails"], ORDER["reason"])
    for asked, found in (
        ({"subject": made}, [entry["id"]]),
        ({"subject": made, "actor": support.actor, "action": "reveal"}, [entry["id"]]),
        ({"subject": made, "actor": house.admin.id}, []),
        ({"subject": support.actor}, []),
    ):
        about = house.call("GET", "/v1/audit", query=asked).json["items"]
        assert [each["id"] for each in about] == found, asked
    (event,) = house.events("customer.revealed")
    assert event.data == {"customer": made, "fields": ["phones", "emails"]}
    for event in house.events():
        assert PHONE not in event.model_dump_json()
        assert EMAIL not in event.model_dump_json()


def test_a_tax_number_of_an_account_is_revealed(house: House) -> None:
    number = {"scheme": "uscc", "value": "91330106MA2CC00X0Q"}
    made = house.call("POST", "/v1/accounts", {"name": "A", "tax_number": number})
    if made.status != 201:
        number = {"scheme": "other", "value": "12-345-678"}
        made = house.call("POST", "/v1/accounts", {"name": "A", "tax_number": number})
    order = {"fields": ["tax_number"], "reason": "invoice"}
    lead = house.by(Role.SUPPORT_LEAD)
    answer = house.call("POST", f"/v1/accounts/{made.json['id']}/reveal", order, by=lead)
    assert answer.json["fields"]["tax_number"]["value"] == made.json["tax_number"]["value"]


@pytest.mark.parametrize("role", [Role.FINANCE, Role.READ_ONLY, Role.LEGAL])
def test_who_has_no_right_reveals_nothing(house: House, role: Role) -> None:
    made = contact(house)["id"]
    answer = house.call("POST", f"/v1/contacts/{made}/reveal", ORDER, by=house.by(role))
    assert (answer.status, PHONE in answer.text) == (403, False)


def test_nothing_is_revealed_out_of_reach(house: House) -> None:
    made = contact(house)["id"]
    seller, stranger = house.by(Role.SALES), House(house.world)
    assert house.call("POST", f"/v1/contacts/{made}/reveal", ORDER, by=seller).status == 404
    assert stranger.call("POST", f"/v1/contacts/{made}/reveal", ORDER).status == 404
    assert house.call("GET", "/v1/audit", query={"action": "reveal"}).json["items"] == []


def test_only_masked_fields_are_revealed_and_only_with_a_reason(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/reveal"
    answer = house.call("POST", path, {"fields": ["owner"], "reason": "because"})
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "not_masked")
    assert house.call("POST", path, {"fields": ["phones"]}).status == 422
    assert house.call("POST", path, {"fields": [], "reason": "because"}).status == 422


def test_a_rehearsal_shows_nothing(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/reveal"
    answer = house.call("POST", path, ORDER, query={"dry_run": "true"})
    assert (answer.status, answer.json["fields"]) == (200, {})
    assert PHONE not in answer.text
    assert house.call("GET", "/v1/audit", query={"action": "reveal"}).json["items"] == []


def test_a_day_has_a_limit_for_each_user(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/reveal"
    policy = house.call("GET", "/v1/privacy-policy").json
    body = {"purposes": policy["purposes"], "reveals_per_day": 2}
    assert house.call("PUT", "/v1/privacy-policy", body).status == 200
    one, other = house.by(Role.SUPPORT), house.by(Role.SUPPORT)
    assert [house.call("POST", path, ORDER, by=one).status for _ in range(3)] == [200, 200, 429]
    refused = house.call("POST", path, ORDER, by=one)
    assert (refused.code, PHONE in refused.text) == ("reveal_limit", False)
    assert house.call("POST", path, ORDER, by=other).status == 200
    house.world.pass_time(timedelta(days=1))
    assert house.call("POST", path, ORDER, by=one).status == 200


def test_racing_reveals_do_not_pass_the_limit(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/reveal"
    policy = house.call("GET", "/v1/privacy-policy").json
    body = {"purposes": policy["purposes"], "reveals_per_day": 3}
    house.call("PUT", "/v1/privacy-policy", body)
    support = house.by(Role.SUPPORT)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: house.call("POST", path, ORDER, by=support), range(8)))
    shown = sum(answer.status == 200 for answer in answers)
    assert shown <= 3
    logged = [i for i in house.items() if i.get("kind") == {"S": AuditEntry.kind}]
    assert len(logged) == shown


def test_a_key_for_idempotency_keeps_nothing_of_the_answer(house: House) -> None:
    made = account(house, phones=[{"number": PHONE}])["id"]
    before = {(i["pk"]["S"], i["sk"]["S"]) for i in house.items()}
    order = {"fields": ["phones"], "reason": "call back"}
    path, headers = f"/v1/accounts/{made}/reveal", {"idempotency-key": "once"}
    assert house.call("POST", path, order, headers=headers).status == 200
    new = [i for i in house.items() if (i["pk"]["S"], i["sk"]["S"]) not in before]
    assert new
    assert PHONE not in str(new)
