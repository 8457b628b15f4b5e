"""One identity, one customer: newcomers are told, nothing is merged, races are decided once."""

from concurrent.futures import ThreadPoolExecutor

from shared.domain.access import Role
from tests.house import House
from tests.integration.customers.people import account, contact, items, ok, place, read

MOBILE = [{"number": "138 1234 0101"}]
WECOM = [{"channel": "wecom", "value": "wmABC"}]


def test_a_second_customer_with_an_identity_is_told_and_keeps_it_contested(house: House) -> None:
    first = contact(house, "王伟", phones=MOBILE)
    second = contact(house, "李娜", phones=MOBILE, allow_duplicate={"reason": "家人"})
    house.world.settle()
    assert read(house, second)["contested"] == ["phone::+8613812340101"]
    assert read(house, first)["contested"] == []
    told = house.events("identity.contested")
    assert [(e.subject.id, e.data["holder"], e.data["channel"]) for e in told] == [
        (second["id"], first["id"], "phone")
    ]


def test_accounts_and_contacts_share_their_identities(house: House) -> None:
    shop = [{"channel": "shop", "system": "tmall", "value": "u1"}]
    first = account(house, "Acme GmbH", identities=shop)
    second = contact(house, "Ada Lovelace", identities=shop)
    assert second["contested"] == ["shop:tmall:u1"]
    found = ok(
        house.call(
            "GET",
            "/v1/customers/resolve",
            query={"channel": "shop", "system": "tmall", "value": "u1"},
        )
    )
    assert (found["kind"], found["id"]) == ("account", first["id"])
    assert found["location"] == place(first)


def test_the_same_id_in_another_shop_is_another_identity(house: House) -> None:
    account(house, "Acme GmbH", identities=[{"channel": "shop", "system": "a", "value": "u1"}])
    other = account(
        house, "Fabrikam", identities=[{"channel": "shop", "system": "b", "value": "u1"}]
    )
    assert other["contested"] == []


def test_switchboards_and_invalid_addresses_identify_nobody(house: House) -> None:
    switchboard = [{"number": "+86 10 6552 9988", "kind": "work"}]
    gone = [{"address": "gone@example.com", "validity": "invalid"}]
    shared = [{"number": "13812340101", "shared": True}]
    for name in ("王伟", "Ada Lovelace"):
        made = contact(house, name, phones=[*switchboard, *shared], emails=gone)
        assert made["contested"] == []


def test_what_its_holder_gave_up_goes_to_the_next_who_shows_it(house: House) -> None:
    first = contact(house, "王伟", identities=WECOM)
    second = contact(house, "Ada Lovelace", identities=WECOM)
    assert second["contested"] == ["wecom::wmABC"]
    ok(house.call("PATCH", place(first), {"identities": []}))
    changed = {"identities": [*WECOM, {"channel": "wechat", "value": "x"}]}
    assert ok(house.call("PATCH", place(second), changed))["contested"] == []


def test_a_change_that_shows_no_identity_costs_no_lookup(house: House) -> None:
    first = account(house, identities=WECOM)
    house.world.requests.clear()
    ok(house.call("PATCH", place(first), {"industry": "IT"}))
    assert house.world.requests == {"GetItem": 1, "PutItem": 1}


def test_of_many_at_the_same_moment_one_holds_the_identity(house: House) -> None:
    def enter(number: int) -> int:
        fields = {"name": f"Racer {number}", "identities": WECOM}
        allowed = {"allow_duplicate": {"reason": "race"}}
        return house.call("POST", "/v1/contacts", fields | allowed).status

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(enter, range(5))) == [201] * 5
    found = items(house.call("GET", "/v1/contacts"))
    assert sorted(len(c["contested"]) for c in found) == [0, 1, 1, 1, 1]


def test_numbers_and_addresses_are_resolved_as_they_are_typed(house: House) -> None:
    person = contact(house, phones=MOBILE, emails=[{"address": "Wang@Example.com"}])
    house.world.requests.clear()
    for channel, value in (("phone", "0086-138-1234-0101"), ("email", "wang@EXAMPLE.com")):
        query = {"channel": channel, "value": value}
        assert ok(house.call("GET", "/v1/customers/resolve", query=query))["id"] == person["id"]
    assert house.world.requests == {"BatchGetItem": 2, "GetItem": 2}


def test_nobody_resolves_what_they_may_not_see(house: House) -> None:
    contact(house, phones=MOBILE)
    query = {"channel": "phone", "value": "13812340101"}
    masked = house.call("GET", "/v1/customers/resolve", query=query, by=house.by(Role.READ_ONLY))
    assert masked.status == 403
    foreign = house.call("GET", "/v1/customers/resolve", query=query, by=house.by(Role.SALES))
    assert foreign.status == 404
    nobody = house.call("GET", "/v1/customers/resolve", query={**query, "value": "13900000000"})
    assert nobody.status == 404
    assert nobody.json["detail"] == foreign.json["detail"]
