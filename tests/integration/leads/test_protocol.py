"""What every write keeps: rehearsal, preconditions, repetition. Table-driven over the routes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shared.domain.leads.model import Lead
from shared.domain.tenancy import Team, User
from tests.house import House
from tests.world import Answer, apps


@dataclass
class Scene:
    """A lead that two people of a team could own."""

    house: House
    lead: Lead
    team: Team
    other: User

    def disqualified(self) -> "Scene":
        body = {"reason": "spam"}
        self.house.call("POST", f"/v1/leads/{self.lead.id}/disqualification", body)
        return self

    def deleted(self) -> "Scene":
        self.house.call("DELETE", f"/v1/leads/{self.lead.id}")
        return self

    def noted(self) -> "Scene":
        note = self.house.call("POST", f"/v1/leads/{self.lead.id}/notes", {"text": "x"}).json
        self.note = note["id"]
        return self

    def path(self, template: str) -> str:
        return template.format(lead=self.lead.id, note=getattr(self, "note", ""))


BEHAVIOUR = {"type": "page.visited", "at": "2026-03-01T00:00:00Z"}
Body = Callable[[Scene], Any]
WRITES: dict[tuple[str, str], tuple[Callable[[Scene], Scene], Body]] = {
    ("POST", "/v1/leads"): (lambda s: s, lambda s: {"name": "b", "external_id": "b-1"}),
    ("PATCH", "/v1/leads/{lead}"): (lambda s: s, lambda s: {"city": "x"}),
    ("DELETE", "/v1/leads/{lead}"): (lambda s: s, lambda s: None),
    ("POST", "/v1/leads/{lead}/restoration"): (Scene.deleted, lambda s: None),
    ("POST", "/v1/leads/{lead}/disqualification"): (lambda s: s, lambda s: {"reason": "spam"}),
    ("DELETE", "/v1/leads/{lead}/disqualification"): (Scene.disqualified, lambda s: None),
    ("PUT", "/v1/leads/{lead}/owner"): (lambda s: s, lambda s: {"owner": s.other.id}),
    ("POST", "/v1/leads/{lead}/assignment"): (lambda s: s, lambda s: None),
    ("POST", "/v1/leads/{lead}/behaviours"): (lambda s: s, lambda s: BEHAVIOUR),
    ("POST", "/v1/leads/{lead}/notes"): (lambda s: s, lambda s: {"text": "a", "channel": "call"}),
    ("DELETE", "/v1/leads/{lead}/notes/{note}"): (Scene.noted, lambda s: None),
    ("POST", "/v1/leads/bulk"): (
        lambda s: s,
        lambda s: {"ids": [s.lead.id], "action": "tag", "add_tags": ["x"]},
    ),
    ("PUT", "/v1/scoring-model"): (lambda s: s, lambda s: {"base": 1}),
    ("PUT", "/v1/lead-routing"): (lambda s: s, lambda s: {"rules": []}),
}


def contracts() -> dict[tuple[str, str], Any]:
    routes = apps()["leads"].app.routes
    return {
        (method, path): entry.view_function.contract
        for path, by_method in routes.items()
        for method, entry in by_method.items()
    }


@pytest.fixture
def scene(house: House) -> Scene:
    first, second = house.users(2)
    team = house.team([first, second])
    house.route({"team": team.id})
    lead = house.settled(external_id="a-1")
    other = second if lead.owner == first.id else first
    return Scene(house, lead, team, other)


def send(scene: Scene, route: tuple[str, str], **more: Any) -> Answer:
    method, path = route
    return scene.house.call(method, scene.path(path), WRITES[route][1](scene), **more)


def test_every_write_of_leads_is_tried_here() -> None:
    assert set(WRITES) == {route for route, contract in contracts().items() if contract.writes}


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_a_rehearsal_answers_like_the_deed_and_stores_nothing(
    scene: Scene, route: tuple[str, str]
) -> None:
    WRITES[route][0](scene)
    before = scene.house.items()
    rehearsed = send(scene, route, query={"dry_run": "true"})
    assert rehearsed.status == contracts()[route].status, rehearsed.text
    assert scene.house.items() == before
    done = send(scene, route)
    assert done.status == rehearsed.status
    assert scene.house.items() != before
    if done.text:
        assert done.json.keys() == rehearsed.json.keys()


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_the_same_key_and_body_do_it_once(scene: Scene, route: tuple[str, str]) -> None:
    WRITES[route][0](scene)
    first = send(scene, route, headers={"idempotency-key": "k-1"})
    after = scene.house.items()
    again = send(scene, route, headers={"idempotency-key": "k-1"})
    assert (first.status, first.text) == (again.status, again.text)
    assert first.status == contracts()[route].status, first.text
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers.get("ETag") == again.headers.get("ETag")
    assert scene.house.items() == after


WITH_BODY = [route for route, (_, body) in WRITES.items() if contracts()[route].body]


@pytest.mark.parametrize("route", WITH_BODY, ids=" ".join)
def test_the_same_key_with_another_body_is_409(scene: Scene, route: tuple[str, str]) -> None:
    WRITES[route][0](scene)
    send(scene, route, headers={"idempotency-key": "k-1"})
    after = scene.house.items()
    method, path = route
    body = {**WRITES[route][1](scene)}
    other = {
        name: "other" if isinstance(value, str) and name in ("name", "city", "text") else value
        for name, value in body.items()
    }
    text = f" {json.dumps(other)}"
    answer = scene.house.call(
        method, scene.path(path), raw=text.encode(), headers={"idempotency-key": "k-1"}
    )
    assert (answer.status, answer.code) == (409, "idempotency_key_reused")
    assert scene.house.items() == after


GUARDED = [route for route in WRITES if contracts()[route].precondition]


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_stale_etag_is_412_rehearsed_or_not(scene: Scene, route: tuple[str, str]) -> None:
    WRITES[route][0](scene)
    before = scene.house.items()
    for query in ({"dry_run": "true"}, {}):
        answer = send(scene, route, headers={"if-match": '"99"'}, query=query)
        assert (answer.status, answer.code) == (412, "stale_version")
    assert scene.house.items() == before


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_lost_answer_can_be_asked_for_again_with_its_old_etag(
    scene: Scene, route: tuple[str, str]
) -> None:
    WRITES[route][0](scene)
    version = scene.house.stored(scene.lead.id).version
    seen = f'"{version if "leads/" in route[1] else scene_version(scene, route)}"'
    headers = {"idempotency-key": "k-1", "if-match": seen}
    first, again = send(scene, route, headers=headers), send(scene, route, headers=headers)
    assert (first.status, first.text) == (again.status, again.text)
    assert first.status == contracts()[route].status, first.text


def scene_version(scene: Scene, route: tuple[str, str]) -> int:
    return int(scene.house.call("GET", route[1]).headers["ETag"].strip('"'))
