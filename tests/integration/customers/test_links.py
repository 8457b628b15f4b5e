"""Contacts at accounts, accounts above and beside each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.access import Role
from shared.domain.customers.links import Affiliation, affiliation_id
from shared.domain.errors import StaleVersion
from tests.house import House
from tests.integration.customers.people import account, contact, items, ok, place, read


def test_a_contact_made_with_its_account_stands_for_it(house: House) -> None:
    firm = account(house)
    person = contact(house, account=firm["id"])
    assert person["accounts"] == [firm["id"]]
    found = items(house.call("GET", f"{place(firm)}/contacts"))
    assert [(c["contact"], c["name"], c["primary"]) for c in found] == [
        (person["id"], "王伟", True)
    ]
    found = items(house.call("GET", f"{place(person)}/accounts"))
    assert [(a["account"], a["name"], a["roles"]) for a in found] == [
        (firm["id"], "华为技术有限公司", [])
    ]


def test_a_contact_stands_for_several_accounts_in_different_roles(house: House) -> None:
    first, second = account(house), account(house, "Acme GmbH")
    person = contact(house, account=first["id"])
    path = f"{place(second)}/contacts/{person['id']}"
    order = {"roles": ["decision_maker", "billing"], "title": "Chair", "since": "2025-01-01"}
    link = ok(house.call("PUT", path, order))
    assert link["roles"] == ["decision_maker", "billing"]
    assert read(house, person)["accounts"] == [first["id"], second["id"]]
    assert read(house, person)["account"] == first["id"]
    again = ok(house.call("PUT", path, {"roles": ["user"], "primary": True}))
    assert (again["id"], again["roles"], again["title"]) == (link["id"], ["user"], None)
    assert read(house, person)["account"] == second["id"]
    unchanged = ok(house.call("PUT", path, {"roles": ["user"], "primary": True}))
    assert unchanged["version"] == again["version"]


def test_another_main_account_joins_the_ones_before(house: House) -> None:
    first, second = account(house), account(house, "Acme GmbH")
    person = contact(house, account=first["id"])
    after = ok(house.call("PATCH", place(person), {"account": second["id"]}))
    assert (after["account"], after["accounts"]) == (second["id"], [first["id"], second["id"]])
    house.world.settle()
    found = items(house.call("GET", f"{place(second)}/contacts"))
    assert [(c["contact"], c["primary"]) for c in found] == [(person["id"], True)]
    alone = ok(house.call("PATCH", place(person), {"account": None}))
    assert (alone["account"], len(alone["accounts"])) == (None, 2)


def test_an_ended_affiliation_leaves_nothing_behind(house: House) -> None:
    first, second = account(house), account(house, "Acme GmbH")
    person = contact(house, account=first["id"])
    ok(house.call("PUT", f"{place(second)}/contacts/{person['id']}", {}))
    assert house.call("DELETE", f"{place(first)}/contacts/{person['id']}").status == 204
    house.world.settle()
    after = read(house, person)
    assert (after["account"], after["accounts"]) == (second["id"], [second["id"]])
    assert items(house.call("GET", f"{place(first)}/contacts")) == []
    assert house.call("DELETE", f"{place(first)}/contacts/{person['id']}").status == 404
    kinds = [i["kind"]["S"] for i in house.items() if "doc" in i]
    assert kinds.count("affiliation") == 1
    ended = house.events("affiliation.ended")
    assert [e.concerns for e in ended] == [(first["id"], person["id"])]


def test_an_affiliation_that_ended_can_begin_again(house: House) -> None:
    firm = account(house)
    person = contact(house, account=firm["id"])
    path = f"{place(firm)}/contacts/{person['id']}"
    assert house.call("DELETE", path).status == 204
    assert ok(house.call("PUT", path, {"roles": ["legal"]}))["roles"] == ["legal"]
    house.world.settle()
    assert [c["roles"] for c in items(house.call("GET", f"{place(firm)}/contacts"))] == [["legal"]]


def test_an_affiliation_that_began_again_is_not_swept_away(house: House) -> None:
    firm = account(house)
    person = contact(house, account=firm["id"])
    path = f"{place(firm)}/contacts/{person['id']}"
    assert house.call("DELETE", path).status == 204
    link_id = affiliation_id(firm["id"], person["id"])
    read_before = house.store.load(Affiliation, link_id, deleted=True)
    ok(house.call("PUT", path, {"roles": ["legal"]}))
    unit = house.store.begin(house.world.runtime.system_context(house.tenant, "test"))
    unit.purge(read_before)
    with pytest.raises(StaleVersion):
        unit.commit()
    house.world.settle()
    assert house.store.load(Affiliation, link_id).roles == ("legal",)


def test_accounts_that_are_not_there_are_refused(house: House) -> None:
    gone = account(house)
    ok(house.call("DELETE", place(gone)))
    for other in (gone["id"], "acc_01KJPWD6M00000000000000000", "nonsense"):
        refused = house.call("POST", "/v1/contacts", {"name": "王伟", "account": other})
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_account")
        refused = house.call("POST", "/v1/accounts", {"name": "Acme", "parent": other})
        assert refused.json["errors"][0]["path"] == "parent"


def test_nobody_refers_to_an_account_they_may_not_read(house: House) -> None:
    firm = account(house)
    seller = house.by(Role.SALES)
    body = {"name": "王伟", "account": firm["id"]}
    refused = house.call("POST", "/v1/contacts", body, by=seller)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_account")


def test_what_lies_above_an_account_is_listed_the_nearest_first(house: House) -> None:
    top = account(house, "Holding AG")
    middle = account(house, "Acme GmbH", parent=top["id"])
    low = account(house, "Acme Vertriebs GmbH", parent=middle["id"])
    found = items(house.call("GET", f"{place(low)}/ancestors"))
    assert [a["name"] for a in found] == ["Acme GmbH", "Holding AG"]
    below = items(house.call("GET", "/v1/accounts", query={"parent": top["id"]}))
    assert [a["id"] for a in below] == [middle["id"]]


def test_no_account_lies_below_itself(house: House) -> None:
    top = account(house, "Holding AG")
    middle = account(house, "Acme GmbH", parent=top["id"])
    low = account(house, "Acme Vertriebs GmbH", parent=middle["id"])
    for parent in (top, middle, low):
        refused = house.call("PATCH", place(top), {"parent": parent["id"]} | {})
        assert refused.status == 422, refused.text
        assert refused.json["errors"][0]["path"] == "parent"


def test_two_accounts_moved_below_each_other_at_once_make_no_circle(house: House) -> None:
    one, other = account(house, "Holding AG"), account(house, "Acme GmbH")

    def move(pair: tuple[str, str]) -> int:
        return house.call("PATCH", f"/v1/accounts/{pair[0]}", {"parent": pair[1]}).status

    pairs = [(one["id"], other["id"]), (other["id"], one["id"])]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, pairs)) == [200, 422]


def test_relations_are_seen_from_both_sides(house: House) -> None:
    one, other = account(house, "Acme GmbH"), account(house, "Fabrikam")
    path = f"{place(one)}/relations"
    made = ok(house.call("POST", path, {"other": other["id"], "type": "supplier"}), 201)
    for side in (one, other):
        assert [r["id"] for r in items(house.call("GET", f"{place(side)}/relations"))] == [
            made["id"]
        ]
    again = house.call("POST", path, {"other": other["id"], "type": "supplier"})
    assert (again.status, again.code) == (409, "already_exists")
    noted = ok(house.call("PATCH", f"{path}/{made['id']}", {"note": "自2020年"}))
    assert noted["note"] == "自2020年"
    assert house.call("DELETE", f"{path}/{made['id']}").status == 204
    house.world.settle()
    assert items(house.call("GET", path)) == []
    ok(house.call("POST", path, {"other": other["id"], "type": "supplier"}), 201)


def test_an_account_is_not_related_to_itself(house: House) -> None:
    one = account(house)
    body = {"other": one["id"], "type": "partner"}
    assert house.call("POST", f"{place(one)}/relations", body).status == 422
