"""Conversion where new customers are reviewed first."""

from shared.domain.access import Role
from shared.domain.approval.model import Approval
from shared.domain.tenancy import User
from tests.house import House
from tests.integration.conversion.firm import (
    ask,
    converted,
    lead,
    path,
    stored_account,
    stored_contact,
)


def reviewed(house: House) -> User:
    """New accounts are reviewed by the one who is given back."""
    reviewer = house.user("Ann", Role.ADMIN)
    steps = [{"name": "check", "approvers": [{"by": "user", "value": reviewer.id}]}]
    body = {"enabled": True, "rules": {"steps": steps}}
    answer = house.call("PUT", "/v1/review-policies/account", body)
    assert answer.status == 200, answer.text
    return reviewer


def test_a_new_customer_waits_for_its_review(house: House) -> None:
    reviewed(house)
    lead_id = lead(house)
    done = converted(house, lead_id)
    firm = stored_account(house, done["account"])
    assert firm.hidden
    assert [t["in_review"] for t in done["targets"]] == [True, False]
    assert house.stored(lead_id).status == "converted"
    stranger = house.by(Role.MARKETING)
    assert house.call("GET", f"/v1/accounts/{firm.id}", by=stranger).status == 404
    assert stored_contact(house, done["contact"]).accounts == (firm.id,)


def test_an_opportunity_waits_until_the_customer_is_approved(house: House) -> None:
    reviewer = reviewed(house)
    lead_id = lead(house)
    refused = ask(house, lead_id, {"opportunity": {}})
    assert refused.status == 422
    assert [(e["path"], e["code"]) for e in refused.json["errors"]] == [
        ("opportunity", "customer_in_review")
    ]
    done = converted(house, lead_id)
    early = house.call("POST", path(lead_id, "opportunities"), {})
    assert (early.status, early.json["code"]) == (409, "customer_not_available")
    review = stored_account(house, done["account"]).review
    assert review is not None
    version = stored_account(house, done["account"]).version
    decision = {"action": "approve", "subject_version": version}
    by = house.by(reviewer)
    answer = house.call("POST", f"/v1/approvals/{review.approval}/decision", decision, by=by)
    assert answer.status == 200, answer.text
    assert house.call("POST", path(lead_id, "opportunities"), {}).status == 201


def test_a_customer_in_review_is_not_linked(house: House) -> None:
    reviewed(house)
    made = house.call("POST", "/v1/accounts", {"name": "Waiting GmbH"}).json
    answer = ask(house, lead(house), {"account": {"id": made["id"]}})
    assert [e["code"] for e in answer.json["errors"]] == ["in_review"]


def test_a_conversion_in_review_is_taken_back_with_its_approval(house: House) -> None:
    reviewed(house)
    lead_id = lead(house)
    done = converted(house, lead_id)
    review = stored_account(house, done["account"]).review
    assert review is not None
    answer = house.call("DELETE", path(lead_id))
    assert answer.status == 200, answer.text
    assert set(answer.json["archived"]) == {done["account"], done["contact"]}
    assert house.store.load(Approval, review.approval).state == "withdrawn"
