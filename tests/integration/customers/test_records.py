"""One record: in, read, changed, archived; and what each of it costs."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House
from tests.integration.customers.people import account, contact, items, made, ok, place, read

KINDS = pytest.mark.parametrize("kind", ["account", "contact"])


@KINDS
def test_a_record_costs_one_write_and_bounded_checks(house: House, kind: str) -> None:
    house.world.requests.clear()
    fields = {"phones": [{"number": "13812340101"}], "emails": [{"address": "a@huawei.com"}]}
    record = made(house, kind, name="华为技术有限公司", **fields)
    requests = house.world.requests
    assert requests["TransactWriteItems"] == 1
    assert requests["GetItem"] == 2, "the rules for duplicates and for reviews"
    assert requests["BatchGetItem"] <= 1, "who holds its identities"
    assert requests["Query"] <= 16, "its match keys"
    requests.clear()
    assert read(house, record)["phones"][0]["number"]["e164"] == "+8613812340101"
    assert requests == {"GetItem": 1}


@KINDS
def test_every_bad_field_is_named_at_once(house: House, kind: str) -> None:
    body: dict[str, Any] = {
        "phones": [{"number": "123"}, {"number": "13812340101"}],
        "emails": [
            {"address": "nobody"},
            {"address": "a@b.cn", "since": "2026-02-01", "until": "2026-01-01"},
        ],
        "addresses": [{"country": "CN", "province": "湖南省", "city": "深圳市"}],
        "birthday": "1990-02-30",
        "bogus": 1,
    }
    if kind == "account":
        body["tax_number"] = {"scheme": "uscc", "value": "91110000600037341X"}
    refused = house.call("POST", f"/v1/{kind}s", body)
    assert refused.status == 422
    found = {e["path"]: e["code"] for e in refused.json["errors"]}
    assert found.pop("tax_number.value", None) == (
        "tax_number_invalid" if kind == "account" else None
    )
    assert found == {
        "name": "required",
        "phones.0.number": "phone_invalid",
        "emails.0.address": "email_invalid",
        "emails.1": "value_error",
        "addresses.0.city": "region_contradicts",
        "birthday": "date_parsing",
        "bogus": "unknown_field",
    }


@pytest.mark.parametrize(
    ("scheme", "value", "kept"),
    [
        ("uscc", "91110000600037341L", "91110000600037341L"),
        ("vat", "DE 136 695 976", "DE136695976"),
        ("other", "ab 12", "AB12"),
    ],
)
def test_tax_numbers_are_checked_and_kept_compact(
    house: House, scheme: str, value: str, kept: str
) -> None:
    firm = account(house, tax_number={"scheme": scheme, "value": value})
    assert firm["tax_number"]["value"] == kept


def test_a_birthday_lies_in_the_past_and_one_entry_is_the_primary(house: House) -> None:
    body = {
        "name": "王伟",
        "birthday": "2999-01-01",
        "emails": [{"address": f"{n}@x.cn", "primary": True} for n in range(2)],
    }
    refused = house.call("POST", "/v1/contacts", body)
    assert {e["code"] for e in refused.json["errors"]} == {"in_the_future", "several_primary"}


def test_a_person_is_called_in_the_order_of_their_script(house: House) -> None:
    assert made(house, "contact", given_name="伟", family_name="王")["name"] == "王伟"
    ada = made(house, "contact", given_name="Ada", family_name="Lovelace")
    assert ada["name"] == "Ada Lovelace"
    married = ok(house.call("PATCH", place(ada), {"family_name": "King"}))
    assert married["name"] == "Ada King"


@KINDS
def test_the_named_fields_change_and_null_clears(house: House, kind: str) -> None:
    record = made(house, kind, name="华为", source="fair", custom={"a": 1, "b": 2})
    change = {"source": None, "custom": {"a": None, "c": 3}, "tags": ["vip"]}
    after = ok(house.call("PATCH", place(record), change))
    assert (after["source"], after["custom"], after["tags"]) == (None, {"b": 2, "c": 3}, ["vip"])
    unchanged = ok(house.call("PATCH", place(record), {"tags": ["vip"]}))
    assert unchanged["version"] == after["version"]
    house.world.settle()
    told = house.events(f"{kind}.changed")
    assert [e.data["fields"] for e in told] == [["custom", "source", "tags"]]


@KINDS
def test_the_archive_hides_and_gives_back(house: House, kind: str) -> None:
    record = made(house, kind, name="华为", external_id="X1")
    ok(house.call("DELETE", place(record)))
    assert house.call("GET", place(record)).status == 404
    assert items(house.call("GET", f"/v1/{kind}s")) == []
    archived = items(house.call("GET", f"/v1/{kind}s", query={"archived": "true"}))
    assert [r["id"] for r in archived] == [record["id"]]
    taken = house.call("POST", f"/v1/{kind}s", {"name": "New", "external_id": "X1"})
    assert (taken.status, taken.code) == (409, "already_exists")
    assert taken.json["details"]["restore"] == f"{place(record)}/restoration"
    hidden = house.call(
        "POST", f"/v1/{kind}s", {"name": "New", "external_id": "X1"}, by=house.by(Role.SALES)
    )
    assert (hidden.status, hidden.json["details"]) == (409, {"field": "external_id"})
    ok(house.call("POST", taken.json["details"]["restore"]))
    assert house.call("POST", f"{place(record)}/restoration").status == 409
    assert read(house, record)["name"] == "华为"


@KINDS
def test_lists_filter_and_search_in_both_languages(house: House, kind: str) -> None:
    zh = made(house, kind, name="北京字节跳动科技有限公司", source="fair", tags=["vip"])
    en = made(house, kind, name="Fabrikam Industries", emails=[{"address": "hi@fabrikam.com"}])
    house.world.settle()

    def found(**query: str) -> list[str]:
        return [r["id"] for r in items(house.call("GET", f"/v1/{kind}s", query=query))]

    assert found() == [en["id"], zh["id"]]
    assert found(q="字节跳动") == [zh["id"]]
    assert found(q="abrikam") == [en["id"]]
    assert found(q="hi@fabrikam.com") == [en["id"]]
    assert found(source="fair") == found(tag="vip") == [zh["id"]]
    assert found(owner="none") == [en["id"], zh["id"]]
    assert found(owner="me") == []
    assert found(created_before="2026-03-02T09:00:00Z") == []


@KINDS
def test_what_a_seller_enters_is_their_own(house: House, kind: str) -> None:
    seller = house.user("Seller")
    team = house.team([seller])
    record = made(house, kind, by=house.by(seller), name="华为")
    assert (record["owner"], record["team"]) == (seller.id, team.id)
    assert house.call("GET", place(record), by=house.by(house.user("Other"))).status == 404
    other = {"name": "Fabrikam", "owner": house.admin.id}
    assert house.call("POST", f"/v1/{kind}s", other, by=house.by(seller)).status == 403


@KINDS
def test_an_owner_is_an_active_user_in_their_own_team(house: House, kind: str) -> None:
    seller = house.user("Seller")
    record = made(house, kind, name="华为")
    path = f"{place(record)}/owner"
    after = ok(house.call("PUT", path, {"owner": seller.id}))
    assert after["owner"] == seller.id
    for body, code in (
        ({"owner": "usr_01KJPWD6M00000000000000000"}, "unknown_user"),
        ({"owner": seller.id, "team": house.team().id}, "not_a_member"),
    ):
        assert house.call("PUT", path, body).json["errors"][0]["code"] == code
    house.world.settle()
    assert [e.data["owner"] for e in house.events(f"{kind}.assigned")] == [seller.id]


@KINDS
def test_notes_hang_on_their_record(house: House, kind: str) -> None:
    record, other = made(house, kind, name="华为"), made(house, kind, name="Fabrikam")
    path = f"{place(record)}/notes"
    note = ok(house.call("POST", path, {"text": "打过电话", "channel": "call"}), 201)
    assert [n["text"] for n in items(house.call("GET", path))] == ["打过电话"]
    assert house.call("DELETE", f"{place(other)}/notes/{note['id']}").status == 404
    assert house.call("DELETE", f"{path}/{note['id']}").status == 204
    house.world.settle()
    assert items(house.call("GET", path)) == []
    assert [e.data["channel"] for e in house.events("customer.noted")] == ["call"]
    assert house.store.find(type_of("note"), note["id"], deleted=True) is None


@KINDS
def test_every_contact_records_what_the_tenant_wants_known(house: House, kind: str) -> None:
    record = made(house, kind, name="华为")
    path = f"{place(record)}/notes"
    ok(house.call("POST", path, {"text": "x", "channel": "visit"}), 201)
    standard = {"visit": ["outcome", "participants"], "call": ["next_step"]}
    ok(house.call("PUT", "/v1/touch-standard", standard))
    visit = {"text": "拜访", "channel": "visit"}
    refused = house.call("POST", path, {**visit, "next_at": "2026-03-01T00:00:00Z"})
    assert [(e["path"], e["code"]) for e in refused.json["errors"]] == [
        ("outcome", "required"),
        ("participants", "required"),
        ("next_at", "in_the_past"),
    ]
    facts = {"outcome": "很好", "participants": ["王伟"], "next_at": "2026-03-09T09:00:00Z"}
    note = ok(house.call("POST", path, {**visit, **facts}), 201)
    assert (note["outcome"], note["participants"]) == ("很好", ["王伟"])
    ok(house.call("POST", path, {"text": "nobody was met"}), 201)
    lead = house.lead()["id"]
    called = house.call("POST", f"/v1/leads/{lead}/notes", {"text": "x", "channel": "call"})
    assert [e["path"] for e in called.json["errors"]] == ["next_step"]


def type_of(kind: str) -> Any:
    from shared.domain.notes import Note

    return {"note": Note}[kind]


@KINDS
def test_many_are_changed_with_a_result_for_each(house: House, kind: str) -> None:
    first, second = made(house, kind, name="华为"), made(house, kind, name="Fabrikam")
    ok(house.call("DELETE", place(second)))
    order = {"ids": [first["id"], second["id"]], "action": "tag", "add_tags": ["vip"]}
    answer = ok(house.call("POST", f"/v1/{kind}s/bulk", order))
    assert [r["outcome"] for r in answer["results"]] == ["done", "failed"]
    assert answer["results"][1]["code"] == "not_found"
    again = ok(house.call("POST", f"/v1/{kind}s/bulk", {**order, "ids": [first["id"]]}))
    assert again["unchanged"] == 1
    owner = {"owner": house.user("Seller").id}
    for action, more in (
        ("change", {"change": {"source": "fair"}}),
        ("assign", {"owner": owner}),
        ("delete", {}),
        ("restore", {}),
    ):
        body = {"ids": [first["id"]], "action": action, **more}
        assert ok(house.call("POST", f"/v1/{kind}s/bulk", body))["done"] == 1, action


@KINDS
def test_roles_see_masked_what_reaches_the_customer(house: House, kind: str) -> None:
    identity = [{"channel": "wechat", "value": "wx13812340101"}]
    fields = {"phones": [{"number": "13812340101"}], "emails": [{"address": "wang@huawei.com"}]}
    record = made(house, kind, name="华为", identities=identity, **fields)
    house.world.settle()
    reader = house.by(Role.READ_ONLY)
    pages = [house.call("GET", path, by=reader) for path in (place(record), f"/v1/{kind}s")]
    pages.append(house.call("GET", f"{place(record)}/history", by=reader))
    for answer in pages:
        assert answer.status == 200
        assert "13812340101" not in answer.text
        assert "wang@huawei.com" not in answer.text
        assert "138****0101" in answer.text or "+86****0101" in answer.text
    assert items(house.call("GET", f"/v1/{kind}s", query={"q": "0101"}, by=reader)) == []
    support = house.by(Role.SUPPORT)
    assert house.call("PATCH", place(record), {"phones": []}, by=support).status == 403


def test_a_rehearsal_stores_nothing(house: House) -> None:
    dry = {"dry_run": "true"}
    answer = house.call("POST", "/v1/accounts", {"name": "华为"}, query=dry)
    assert answer.status == 201
    assert items(house.call("GET", "/v1/accounts")) == []


def test_the_same_command_twice_makes_one_record(house: House) -> None:
    for _ in range(2):
        ok(
            house.call("POST", "/v1/accounts", {"name": "华为"}, headers={"Idempotency-Key": "k1"}),
            201,
        )
    assert len(items(house.call("GET", "/v1/accounts"))) == 1


def test_a_likely_duplicate_is_told_before_it_is_made(house: House) -> None:
    first = contact(house, "王伟", phones=[{"number": "13812340101"}])
    body = {"name": "王伟", "phones": [{"number": "+86 138-1234-0101"}]}
    refused = house.call("POST", "/v1/contacts", body)
    assert (refused.status, refused.code) == (409, "duplicates_found")
    assert [c["id"] for c in refused.json["details"]["candidates"]] == [first["id"]]
    allowed = {**body, "allow_duplicate": {"reason": "父子同名"}}
    assert house.call("POST", "/v1/contacts", allowed).status == 201
