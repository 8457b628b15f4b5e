"""What is in review leaks nowhere: every route, asked about it by all who are not to know."""

import copy
import json
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from shared.domain.access import ASSIGNABLE_ROLES, Principal, Role
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.tenancy import User
from tests.integration.security.estate import Estate
from tests.integration.security.routes import OUTSIDE, PRIVATE, Route

SECRET = "未审Quexley"
PHONE = "+8613988887777"
MARKS = (SECRET, "quexley", "13988887777", "91110000600037341L")
"""Whatever of these shows, the record showed."""

OTHERS = [role for role in ASSIGNABLE_ROLES if role is not Role.ADMIN]
READERS = (Role.SALES_MANAGER, Role.MARKETING, Role.SUPPORT_LEAD, Role.READ_ONLY, Role.INTEGRATION)
"""Those who read most; the other roles read less of the same."""


@dataclass
class Hidden:
    """An account and a contact in review, and the estate as if they were what routes are about."""

    estate: Estate
    shadow: Estate
    entrant: User
    reviewer: User
    account: str
    contact: str
    approvals: tuple[str, str]
    notes: tuple[str, ...]
    colleagues: dict[Role, Principal]

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.account, self.contact, *self.approvals, *self.notes)

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.estate.house.world.call(method, path, body, **more)

    def shown_in(self, text: str) -> list[str]:
        """Which marks or ids of the hidden records a text shows."""
        return [mark for mark in (*MARKS, *self.ids) if mark in text]


@pytest.fixture(scope="module")
def hidden(estate: Estate) -> Hidden:
    house = estate.house
    entrant, reviewer = house.user("Eve"), house.user("Rita")
    house.team([entrant])
    rule = {"by": "user", "value": reviewer.id}
    policy = {"enabled": True, "rules": {"steps": [{"name": "s", "approvers": [rule]}]}}
    for kind in ("account", "contact"):
        assert house.call("PUT", f"/v1/review-policies/{kind}", policy).status == 200
    made: dict[str, Any] = {}
    common = {"name": SECRET, "phones": [{"number": PHONE}], "tags": [SECRET]}
    common["emails"] = [{"address": "boss@quexley.example"}]
    common["identities"] = [{"channel": "wechat", "value": "quexley"}]
    number = {"scheme": "uscc", "value": "91110000600037341L"}
    bodies = {
        "account": {**common, "tax_number": number, "parent": estate.ids["account"]},
        "contact": {**common, "account": estate.ids["account"], "external_id": "quexley"},
    }
    by = house.by(entrant)
    for kind, body in bodies.items():
        # The parent is another's, so the entrant may not name it; the admin puts it in afterwards.
        entered = {k: v for k, v in body.items() if k not in ("parent", "account")}
        answer = house.world.call("POST", f"/v1/{kind}s", entered, by=by)
        assert answer.status == 201, answer.text
        made[kind] = answer.json
        links = {k: v for k, v in body.items() if k in ("parent", "account")}
        linked = house.call("PATCH", f"/v1/{kind}s/{made[kind]['id']}", links)
        assert linked.status == 200, linked.text
    notes: dict[str, str] = {}
    for kind in ("account", "contact"):
        house.call("PUT", f"/v1/review-policies/{kind}", {"enabled": False})
        path = f"/v1/{kind}s/{made[kind]['id']}/notes"
        note = house.world.call("POST", path, {"text": SECRET, "channel": "call"}, by=by)
        assert note.status == 201, note.text
        notes[f"{kind}_note"] = note.json["id"]
    house.world.settle(rounds=200)
    shadow = copy.copy(estate)
    approvals = tuple(made[kind]["review"]["approval"] for kind in ("account", "contact"))
    shadow.ids = {**estate.ids, "account": made["account"]["id"], "contact": made["contact"]["id"]}
    shadow.ids |= {"approval": approvals[0], **notes}
    colleagues: dict[Role, Principal] = {}
    for role in OTHERS:
        person = house.user(f"colleague {role}", role)
        team = house.team([person])
        colleagues[role] = house.by(person, tree=(team.id,))
    return Hidden(
        estate,
        shadow,
        entrant,
        reviewer,
        made["account"]["id"],
        made["contact"]["id"],
        (approvals[0], approvals[1]),
        tuple(notes.values()),
        colleagues,
    )


def stored(hidden: Hidden) -> tuple[Any, Any]:
    """Both records as they lie in the table."""
    store = hidden.estate.house.store
    return store.load(Account, hidden.account), store.load(Contact, hidden.contact)


def concerned(hidden: Hidden, route: Route) -> bool:
    """Whether the route is about one of the hidden records."""
    return bool({"account", "contact", "approval"} & set(route.parameters))


@pytest.mark.parametrize("role", OTHERS, ids=str)
def test_whoever_is_not_to_know_it_reaches_it_by_no_route(hidden: Hidden, role: Role) -> None:
    by, before = hidden.colleagues[role], stored(hidden)
    for route in PRIVATE:
        if str(route) in OUTSIDE or not concerned(hidden, route):
            continue
        hidden.estate.house.world.requests.clear()
        answer = hidden.shadow.ask(route, by)
        assert answer.status in (403, 404), f"{route} {answer.status} {answer.text}"
        assert not hidden.shown_in(answer.text), f"{route} {answer.text}"
        assert not hidden.shadow.written(), route
    assert stored(hidden) == before


@pytest.mark.parametrize("role", READERS, ids=str)
def test_no_list_search_or_overview_shows_it(hidden: Hidden, role: Role) -> None:
    by = hidden.colleagues[role]
    for route in PRIVATE:
        if route.method != "GET" or route.parameters or str(route) in OUTSIDE:
            continue
        fields = set(route.contract.query.model_fields) if route.contract.query else set[str]()
        queries: list[dict[str, str]] = [{}]
        queries += [{"q": mark} for mark in MARKS if "q" in fields]
        for name, value in (
            ("tag", SECRET),
            ("account", hidden.account),
            ("subject", hidden.account),
        ):
            queries += [{name: value}] if name in fields else []
        if "parent" in fields:
            queries.append({"parent": hidden.estate.ids["account"]})
        for query in queries:
            answer = hidden.call("GET", route.path, by=by, query=query)
            assert answer.status < 500
            if answer.status == 200:
                assert not hidden.shown_in(answer.text), f"{route} {query} {answer.text}"


@pytest.mark.parametrize("role", [Role.ADMIN, *READERS], ids=str)
def test_the_records_it_belongs_to_do_not_speak_of_it(hidden: Hidden, role: Role) -> None:
    """Also to the admin, who may review: what is in review is in no timeline, list or overview."""
    by = hidden.estate.admin if role is Role.ADMIN else hidden.colleagues[role]
    for route in PRIVATE:
        if route.method != "GET" or not {"account", "contact"} & set(route.parameters):
            continue
        answer = hidden.estate.ask(route, by)
        if answer.status == 200:
            assert not hidden.shown_in(answer.text), f"{route} {answer.text}"
    for path in ("/v1/accounts", "/v1/contacts", "/v1/leads"):
        for query in ({}, {"q": SECRET}, {"q": "13988887777"}, {"tag": SECRET}):
            answer = hidden.call("GET", path, by=by, query=query)
            if answer.status == 200:
                assert not hidden.shown_in(answer.text), f"{path} {query}"


def test_a_body_that_names_it_learns_and_changes_nothing(hidden: Hidden) -> None:
    before = stored(hidden)
    for role in READERS:
        by = hidden.colleagues[role]
        for route in PRIVATE:
            if route.contract.body is None or concerned(hidden, route) or str(route) in OUTSIDE:
                continue
            query = {"dry_run": "true"} if route.contract.writes else {}
            answer = hidden.shadow.ask(route, by, query=query)
            assert answer.status < 500, f"{route} {answer.text}"
            seen = [mark for mark in MARKS if mark in answer.text]
            assert not seen, f"{role} {route} {answer.text}"
    assert stored(hidden) == before


def test_nobody_refers_to_it(hidden: Hidden) -> None:
    by = hidden.colleagues[Role.MARKETING]
    for path, body in (
        ("/v1/contacts", {"name": "X", "account": hidden.account}),
        ("/v1/accounts", {"name": "Y", "parent": hidden.account}),
    ):
        answer = hidden.call("POST", path, body, by=by)
        assert answer.status == 422, answer.text


def test_the_same_again_meets_nothing(hidden: Hidden) -> None:
    """Neither a duplicate check nor a natural key tells that it is there."""
    same: dict[str, Any] = {
        "name": SECRET,
        "phones": [{"number": PHONE}],
        "emails": [{"address": "boss@quexley.example"}],
        "identities": [{"channel": "wechat", "value": "quexley"}],
        "external_id": "quexley",
    }
    by = hidden.colleagues[Role.MARKETING]
    for path in ("/v1/contacts", "/v1/accounts"):
        answer = hidden.call("POST", path, same, by=by, query={"dry_run": "true"})
        assert answer.status == 201, answer.text
        assert answer.json["contested"] == []


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_no_export_holds_it(hidden: Hidden, kind: str) -> None:
    world = hidden.estate.house.world
    for by in (hidden.estate.admin, hidden.colleagues[Role.MARKETING]):
        order = {"format": "ndjson", "kind": kind}
        answer = hidden.call("POST", "/v1/exports", order, by=by)
        assert answer.status in (201, 202), answer.text
        world.settle(rounds=200)
        link = hidden.call("POST", f"/v1/exports/{answer.json['id']}/link", by=by)
        assert link.status == 200, link.text
        with urllib.request.urlopen(link.json["url"]) as file:
            assert not hidden.shown_in(file.read().decode())


def test_no_segment_has_it(hidden: Hidden) -> None:
    world, admin = hidden.estate.house.world, hidden.estate.admin
    for kind in ("account", "contact"):
        everything = {"field": "name", "op": "exists"}
        body = {"name": f"all {kind}s", "record_kind": kind, "condition": everything}
        answer = hidden.call("POST", "/v1/segments", body, by=admin)
        assert answer.status in (201, 202), answer.text
        world.settle(rounds=200)
        members = f"/v1/segments/{answer.json['id']}/members"
        shown = hidden.call("GET", members, by=admin, query={"limit": "100"})
        assert shown.status == 200, shown.text
        assert shown.json["items"]
        assert not hidden.shown_in(shown.text)


def test_the_table_holds_it_apart(hidden: Hidden) -> None:
    """By construction: only its own partition and its approval's speak of it."""
    own = {f"{hidden.estate.house.tenant}#{record}" for record in hidden.ids}
    for item in hidden.estate.house.items():
        partition = item["pk"]["S"]
        text = json.dumps(item, ensure_ascii=False)
        if partition in own or "#IDEM#" in partition or not hidden.shown_in(text):
            continue
        pytest.fail(f"{partition} {item['sk']['S']}: {text[:300]}")
    for item in hidden.estate.house.items():
        if item["pk"]["S"] in own and item["sk"]["S"] == "#" and "hidden" in item:
            places = {n: item[n]["S"] for n in ("c_pk", "s_pk", "o_pk", "r_pk") if n in item}
            assert places.keys() == {"c_pk", "o_pk"}
            assert all("#review" in place for place in places.values())
            assert "texts" not in item


def test_its_events_concern_nobody(hidden: Hidden) -> None:
    told = [e for e in hidden.estate.house.events() if e.subject.id in hidden.ids]
    assert {e.name for e in told} >= {"account.submitted", "contact.submitted"}
    assert not [e.name for e in told if e.concerns]
    assert not {"account.created", "contact.created"} & {e.name for e in told}


def test_entrant_reviewer_and_admin_know_it(hidden: Hidden) -> None:
    """Otherwise that nobody else does would prove nothing; and once approved, everybody does."""
    house = hidden.estate.house
    for approval in hidden.approvals:
        for person in (hidden.entrant, hidden.reviewer, None):
            answer = house.call("GET", f"/v1/approvals/{approval}", by=house.by(person))
            assert SECRET in answer.text
    for kind, record in (("account", hidden.account), ("contact", hidden.contact)):
        for person in (hidden.entrant, None):
            assert SECRET in house.call("GET", f"/v1/{kind}s/{record}", by=house.by(person)).text
    for approval in hidden.approvals:
        path = f"/v1/approvals/{approval}/decision"
        body = {"action": "approve", "subject_version": 2}
        assert house.call("POST", path, body, by=house.by(hidden.reviewer)).status == 200
    house.world.settle(rounds=200)
    for kind, record in (("account", hidden.account), ("contact", hidden.contact)):
        by = hidden.colleagues[Role.MARKETING]
        assert record in house.call("GET", f"/v1/{kind}s", by=by, query={"q": SECRET}).text
        assert house.call("GET", f"/v1/{kind}s/{record}", by=by).status == 200
