"""A tenant's rules: the scoring model with its background work, assignment rules and the clock."""

from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.calendars import WorkingCalendar
from tests.house import House

MODEL = {
    "base": 5,
    "fit": [
        {
            "id": "south",
            "label": "华南",
            "points": 40,
            "when": {"field": "region", "op": "eq", "value": "广东"},
        }
    ],
}


def test_a_tenant_starts_with_the_default_model(house: House) -> None:
    model = house.call("GET", "/v1/scoring-model").json
    assert model["version"] == 0
    assert {rule["id"] for rule in model["model"]["fit"]} >= {"has-phone", "decision-maker"}


def test_new_rules_score_open_leads_again_in_the_background(house: House) -> None:
    south, north = house.settled(region="广东"), house.settled(region="北京")
    closed = house.settled(region="广东")
    house.call("POST", f"/v1/leads/{closed.id}/disqualification", {"reason": "spam"})
    answer = house.call("PUT", "/v1/scoring-model", MODEL)
    assert (answer.status, answer.json["model"]["version"]) == (200, 2)
    house.world.settle()
    assert (house.stored(south.id).score, house.stored(north.id).score) == (45, 5)
    assert house.stored(closed.id).score == closed.score
    assert house.settled(region="广东").score == 45
    scoring = house.stored(south.id).scoring
    assert scoring is not None
    assert scoring.model_version == 2
    assert not house.world.dead


def test_many_leads_are_scored_again_in_chunks(house: House) -> None:
    ids = [house.lead(region="广东")["id"] for _ in range(103)]
    house.world.settle()
    house.call("PUT", "/v1/scoring-model", MODEL)
    house.world.settle()
    assert {house.stored(lead_id).score for lead_id in ids} == {45}


def test_scoring_again_twice_changes_nothing(house: House) -> None:
    lead = house.settled(region="广东")
    house.call("PUT", "/v1/scoring-model", MODEL)
    house.world.settle()
    before = house.items()
    job = f'{{"tenant":"{house.tenant}","ids":["{lead.id}","lead_00000000000000000000000000"]}}'
    house.world.deliver("lead-rescoring-chunks", [job, job])
    assert house.items() == before
    assert not house.world.dead


def test_the_model_has_an_etag(house: House) -> None:
    seen = house.call("GET", "/v1/scoring-model").headers["ETag"]
    assert house.call("PUT", "/v1/scoring-model", MODEL, headers={"if-match": seen}).status == 200
    stale = house.call("PUT", "/v1/scoring-model", MODEL, headers={"if-match": seen})
    assert (stale.status, stale.code) == (412, "stale_version")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"fit": [{**MODEL["fit"][0], "points": 101}]}, "fit.0.points"),
        ({"fit": [MODEL["fit"][0]] * 2}, ""),
        ({"tiers": {"hot": 10, "warm": 20}}, "tiers"),
        ({"fit": [{**MODEL["fit"][0], "when": {"field": "x", "op": "near"}}]}, None),
        ({"fit": [{**MODEL["fit"][0], "when": {"all": "x"}}]}, None),
        ({"version": 7}, "version"),
        ({"behaviour": [{"id": "a", "label": "a", "type": "A B", "points": 1}]}, None),
    ],
)
def test_a_bad_model_is_422(house: House, body: dict[str, Any], path: str | None) -> None:
    answer = house.call("PUT", "/v1/scoring-model", body)
    assert answer.status == 422
    assert path is None or path in {error["path"] for error in answer.json["errors"]}
    assert house.call("GET", "/v1/scoring-model").json["version"] == 0


def test_rules_need_teams_and_calendars_that_exist(house: House) -> None:
    team = house.team()
    answer = house.route(
        {"team": team.id},
        {"team": "team_00000000000000000000000000"},
        first_touch={"calendar": "x"},
    )
    assert answer.status == 422
    assert [(e["path"], e["code"]) for e in answer.json["errors"]] == [
        ("rules.1.team", "unknown_team"),
        ("first_touch.calendar", "unknown_calendar"),
    ]
    foreign = House(house.world).team()
    assert house.route({"team": foreign.id}).json["errors"][0]["code"] == "unknown_team"


@pytest.mark.parametrize(
    "rule", [{"id": "A B"}, {"id": "twice"}, {"strategy": "random"}, {"label": ""}, {"extra": 1}]
)
def test_bad_rules_are_422(house: House, rule: dict[str, Any]) -> None:
    team = house.team()
    answer = house.route({"team": team.id, "id": "twice"}, {"team": team.id, **rule})
    assert answer.status == 422


def test_the_first_touch_policy_is_bounded(house: House) -> None:
    calendar = house.calendar(WorkingCalendar.weekdays("Europe/Berlin"))
    assert house.route(first_touch={"hot": 0}).status == 422
    assert house.route(first_touch={"hot": 30, "calendar": calendar}).status == 200
    policy = house.call("GET", "/v1/lead-routing").json["first_touch"]
    assert (policy["hot"], policy["warm"], policy["calendar"]) == (30, 240, calendar)


def test_owned_leads_stay_where_they_are_when_rules_change(house: House) -> None:
    seller = house.user()
    house.route({"team": house.team([seller]).id})
    lead = house.settled()
    house.route({"team": house.team(house.users(1)).id})
    house.world.settle()
    assert house.stored(lead.id) == lead


def test_rules_are_for_those_who_may(house: House) -> None:
    assert house.call("PUT", "/v1/scoring-model", MODEL, by=house.by(Role.SALES)).status == 403
    assert house.call("PUT", "/v1/lead-routing", {}, by=house.by(Role.MARKETING)).status == 403
    assert house.call("PUT", "/v1/scoring-model", MODEL, by=house.by(Role.MARKETING)).status == 200
