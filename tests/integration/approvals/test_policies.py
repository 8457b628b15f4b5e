"""Review policies: nothing by default, what they may name, who may change them."""

import json

import pytest

from shared.domain.access import Role
from tests.integration.approvals.conftest import Office
from tests.world import ROOT

PATH = "/v1/review-policies/account"


def test_by_default_nothing_is_reviewed(office: Office) -> None:
    for kind in ("account", "contact"):
        policy = office.ask(None, "GET", f"/v1/review-policies/{kind}").json
        assert (policy["enabled"], policy["version"], policy["record_kind"]) == (False, 0, kind)


def test_a_policy_is_replaced_as_a_whole_and_told(office: Office) -> None:
    first = office.policy(complete_from=50)
    assert first.json["version"] == 1
    office.policy(duplicate_from=None)
    policy = office.ask(None, "GET", PATH).json
    assert (policy["complete_from"], policy["duplicate_from"]) == (80, None)
    office.house.world.settle()
    told = office.house.events("review_policy.changed")
    assert [e.data for e in told] == [{"record_kind": "account", "enabled": True}] * 2


def test_a_policy_seen_before_does_not_replace_a_newer_one(office: Office) -> None:
    office.policy()
    stale = office.house.call("PUT", PATH, {"enabled": False}, headers={"if-match": '"0"'})
    assert stale.status == 412


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            {"rules": {"steps": [{"name": "s", "approvers": [{"by": "user", "value": "usr_x"}]}]}},
            "rules.steps.0.approvers.0",
        ),
        (
            {
                "rules": {
                    "steps": [{"name": "s", "approvers": [{"by": "manager"}]}],
                    "fallback": [{"by": "team", "value": "team_x"}],
                }
            },
            "rules.fallback.0",
        ),
        (
            {
                "rules": {
                    "steps": [{"name": "s", "approvers": [{"by": "manager"}]}],
                    "calendar": "cal_x",
                }
            },
            "rules.calendar",
        ),
        ({"weights": {"shoe_size": 3}}, "weights.shoe_size"),
        (
            {
                "rules": {
                    "steps": [
                        {"name": "s", "approvers": [{"by": "manager"}], "fields": ["shoe_size"]}
                    ]
                }
            },
            "rules.steps.0.fields",
        ),
        (
            {
                "rules": {
                    "steps": [
                        {
                            "name": "s",
                            "approvers": [{"by": "manager"}],
                            "when": {"field": "shoe_size", "op": "exists"},
                        }
                    ]
                }
            },
            "rules.steps.0.when",
        ),
    ],
)
def test_what_does_not_exist_cannot_be_named(office: Office, body: object, path: str) -> None:
    answer = office.house.call("PUT", PATH, body)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]


@pytest.mark.parametrize(
    "body",
    [
        {"complete_from": 101},
        {"weights": {"name": 0}},
        {"rules": {"steps": []}},
        {"rules": {"steps": [{"name": "s", "approvers": []}]}},
        {"rules": {"steps": [{"name": "s", "approvers": [{"by": "role", "value": "system"}]}]}},
        {"rules": {"steps": [{"name": "s", "approvers": [{"by": "manager"}], "hours": 0}]}},
        {"surprise": 1},
    ],
)
def test_nonsense_is_refused(office: Office, body: object) -> None:
    assert office.house.call("PUT", PATH, body).status == 422


def test_only_administrators_change_a_policy(office: Office) -> None:
    for role in (Role.SALES_MANAGER, Role.SALES, Role.INTEGRATION):
        person = office.house.user("P", role)
        assert office.ask(person, "PUT", PATH, {"enabled": True}).status == 403


def test_a_condition_decides_which_step_applies(office: Office) -> None:
    large = {"field": "company_size", "op": "gt", "value": 500}
    office.policy({}, {"approvers": [{"by": "manager"}], "when": large})
    small, big = office.waiting(company_size=10)[1], office.waiting(company_size=1000)[1]
    assert [len(office.stored(a).steps) for a in (small, big)] == [1, 2]


def test_a_policy_without_anybody_to_ask_refuses_the_record_and_stores_nothing(
    office: Office,
) -> None:
    admin = office.house.admin
    office.policy({"approvers": [{"by": "manager"}]})
    before = office.house.items()
    answer = office.ask(admin, "POST", "/v1/accounts", {"name": "X"})
    assert (answer.status, answer.code) == (409, "no_approver")
    assert office.house.items() == before


def test_the_policy_of_the_guide_is_taken_as_it_stands_there(office: Office) -> None:
    guide = (ROOT / "docs" / "guides" / "approvals.md").read_text("utf-8")
    example = guide.split("PUT /v1/review-policies/account\n")[1].split("\n\n")[0]
    answer = office.house.call("PUT", PATH, json.loads(example))
    assert answer.status == 200, answer.text
    assert [step["name"] for step in answer.json["rules"]["steps"]] == ["sales", "finance"]
