"""Review of new customers from entry to approval: who sees what, what is told, what is stored."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.integration.approvals.conftest import Office

WHOLE: dict[str, Any] = {
    "phones": [{"number": "021 6288 1234", "kind": "work", "shared": True}],
    "emails": [{"address": "info@example.com"}],
    "addresses": [{"city": "上海"}],
    "tax_number": {"scheme": "other", "value": "X-12345"},
    "industry": "trade",
    "source": "Canton Fair",
}


def test_without_a_policy_nothing_is_reviewed_and_one_more_read_is_all_it_costs(
    office: Office,
) -> None:
    answer = office.ask(office.sue, "POST", "/v1/accounts", {"name": "甲"})
    made = answer.json
    assert made["review"] is None
    # the policy of duplicates and that of reviews; the record with its match rows
    assert office.house.world.requests == {"GetItem": 2, "TransactWriteItems": 1}
    office.house.world.settle()
    assert [e.name for e in office.house.events() if e.subject.id == made["id"]] == [
        "account.created"
    ]
    assert office.queue(None, whose="all") == []


def test_a_record_in_review_is_told_as_submitted_and_as_created_once_approved(
    office: Office,
) -> None:
    office.policy()
    account, approval = office.waiting()
    names = [e.name for e in office.house.events() if e.subject.id == account]
    assert names == ["account.submitted"]
    done = office.approves(office.ann, approval)
    assert (done.status, done.json["state"]) == (200, "approved")
    names = [e.name for e in office.house.events() if e.subject.id == account]
    assert names == ["account.submitted", "account.created"]
    assert office.house.events("account.created")[-1].data == {"channel": "api", "source": None}
    (granted,) = office.house.events("approval.granted")
    assert granted.concerns == (account,)
    review = office.account(account).review
    assert review is not None
    assert (review.state, review.approval) == ("approved", approval)


def test_decision_and_record_are_one_write(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    office.house.world.requests.clear()
    answer = office.ask(
        office.ann,
        "POST",
        f"/v1/approvals/{approval}/decision",
        {"action": "approve", "subject_version": 1},
    )
    assert answer.status == 200
    requests = office.house.world.requests
    assert requests["TransactWriteItems"] == 1
    assert requests["PutItem"] == 0
    # the approval, the record, the policy, the tenant for its calendar, who holds its identities
    assert requests["GetItem"] + requests["BatchGetItem"] <= 5


def test_only_entrant_and_reviewers_read_it_until_it_is_approved(office: Office) -> None:
    office.policy()
    account, approval = office.waiting()
    path = f"/v1/accounts/{account}"
    other = office.house.user("Other", Role.MARKETING)
    assert office.ask(other, "GET", path).status == 404
    assert office.ask(other, "GET", f"/v1/approvals/{approval}").status == 404
    assert office.ask(office.sue, "GET", path).json["review"]["state"] == "pending"
    assert office.ask(office.max, "GET", path).status == 200
    for reviewer in (office.ann, office.bob, office.max, office.sue):
        assert office.screen(reviewer, approval)["subject"]["id"] == account
    office.approves(office.ann, approval)
    assert office.ask(other, "GET", path).status == 200


def test_a_returned_record_is_corrected_and_the_reviewer_sees_what_changed(
    office: Office,
) -> None:
    office.policy()
    account, approval = office.waiting(website="https://old.example.com")
    back = office.returns(office.bob, approval, "请补充行业")
    assert (back.status, back.json["state"]) == (200, "returned")
    seen = office.ask(office.sue, "GET", f"/v1/accounts/{account}").json["review"]
    assert (seen["state"], seen["reason"]) == ("returned", "请补充行业")
    assert office.queue(office.bob) == []
    change = {"industry": "textiles", "website": None}
    fixed = office.ask(office.sue, "PATCH", f"/v1/accounts/{account}", change)
    assert fixed.status == 200, fixed.text
    again = office.does(office.sue, "resubmission", approval, comment="已补充")
    assert (again.status, again.json["state"], again.json["round"]) == (200, "pending", 2)
    screen = office.screen(office.ann, approval)
    assert screen["changes_complete"]
    changes = {c["field"]: (c["before"], c["after"]) for c in screen["changes"]}
    assert changes == {
        "industry": (None, "textiles"),
        "website": ("https://old.example.com", None),
    }
    assert office.approves(office.ann, approval).json["state"] == "approved"
    actions = [entry["action"] for entry in office.screen(office.ann, approval)["approval"]["log"]]
    assert actions == ["submitted", "returned", "resubmitted", "approved"]


def test_a_complete_unique_and_trusted_record_passes_by_itself(office: Office) -> None:
    office.policy(trusted_sources=["canton fair"])
    assert office.enters(**WHOLE)["review"] is None
    incomplete = office.waiting(name="北京科技", source="Canton Fair")[1]
    assert office.stored(incomplete).reasons == ("incomplete",)
    untrusted = office.waiting(**{**WHOLE, "source": "web", "name": "另一家", "tax_number": None})
    assert "untrusted" in office.stored(untrusted[1]).reasons


def test_what_looks_like_something_known_is_looked_at(office: Office) -> None:
    first = office.enters(by=office.max, **WHOLE)
    office.policy(trust_everybody=True)
    _, approval = office.waiting(**WHOLE)
    assert office.stored(approval).reasons == ("duplicate",)
    (hit, *_) = office.screen(office.max, approval)["duplicates"] or [None]
    assert hit is None  # only those who decide are shown what looks alike
    (hit, *_) = office.screen(office.ann, approval)["duplicates"]
    assert hit == {"kind": "account", "readable": False, "ask": office.max.id}
    assert first["id"] not in str(office.screen(office.ann, approval))


def test_the_screen_says_what_is_missing_and_what_the_caller_may_do(office: Office) -> None:
    office.policy()
    _, approval = office.waiting(industry="trade")
    screen = office.screen(office.ann, approval)
    assert screen["completeness"] == 40
    assert screen["missing"] == ["phones", "addresses", "tax_number", "emails"]
    assert screen["possible"]["decide"]
    assert not screen["possible"]["withdraw"]
    own = office.screen(office.sue, approval)["possible"]
    assert (own["decide"], own["withdraw"], own["resubmit"]) == (False, True, False)


def test_a_withdrawn_record_lies_in_the_archive_and_asks_nobody(office: Office) -> None:
    office.policy()
    account, approval = office.waiting()
    assert office.does(office.ann, "withdrawal", approval).status == 403
    gone = office.does(office.sue, "withdrawal", approval, comment="录错了")
    assert (gone.status, gone.json["state"]) == (200, "withdrawn")
    assert office.account(account).deleted_at is not None
    assert office.account(account).hidden
    assert office.queue(office.ann) == []
    assert office.approves(office.ann, approval).status == 200  # closed: nothing to decide
    assert office.stored(approval).state == "withdrawn"


def test_a_record_archived_while_in_review_asks_nobody_any_more(office: Office) -> None:
    office.policy()
    account, approval = office.waiting()
    assert office.ask(office.sue, "DELETE", f"/v1/accounts/{account}").status == 200
    assert office.stored(approval).state == "withdrawn"
    assert office.queue(office.ann) == []


def test_an_edit_voids_the_verdicts_on_what_was_said_before(office: Office) -> None:
    office.policy({"mode": "all"})
    account, approval = office.waiting()
    assert office.approves(office.ann, approval).json["state"] == "pending"
    assert office.queue(office.ann) == []
    edit = {"industry": "other"}
    assert office.ask(office.sue, "PATCH", f"/v1/accounts/{account}", edit).status == 200
    assert office.queue(office.ann) == [approval]
    assert [e.action for e in office.stored(approval).log] == ["submitted", "approved", "voided"]
    office.approves(office.bob, approval)
    assert office.account(account).hidden
    office.approves(office.ann, approval)
    assert not office.account(account).hidden


def test_a_decision_about_what_was_seen_before_is_refused(office: Office) -> None:
    office.policy()
    account, approval = office.waiting()
    seen = office.screen(office.ann, approval)["subject"]["version"]
    office.ask(office.sue, "PATCH", f"/v1/accounts/{account}", {"industry": "other"})
    answer = office.approves(office.ann, approval, subject_version=seen)
    assert (answer.status, answer.code) == (409, "content_changed")
    assert office.approves(office.ann, approval, subject_version=seen + 1).status == 200


def test_an_identity_held_by_another_is_contested_when_the_record_appears(office: Office) -> None:
    office.policy()
    shop = [{"channel": "shop", "system": "taobao", "value": "buyer-7"}]
    _, first = office.waiting(name="甲公司", identities=shop)
    account, second = office.waiting(name="乙公司", identities=shop)
    office.approves(office.ann, first)
    assert office.approves(office.ann, second).status == 200
    assert office.account(account).contested == ("shop:taobao:buyer-7",)
    assert len(office.house.events("identity.contested")) == 1


def test_contacts_are_reviewed_too_and_join_their_account_when_approved(office: Office) -> None:
    account = office.enters()["id"]
    office.policy(kind="contact")
    contact, approval = office.waiting(kind="contact", name="李娜", account=account)
    assert office.ask(office.max, "GET", f"/v1/contacts/{contact}").status == 200
    assert not office.house.events("affiliation.created")
    office.approves(office.ann, approval)
    assert len(office.house.events("affiliation.created")) == 1
    assert [e.name for e in office.house.events() if e.subject.id == contact][-1] == (
        "contact.created"
    )


@pytest.mark.parametrize("key", ["idempotency-key", None])
def test_a_repeated_decision_changes_nothing(office: Office, key: str | None) -> None:
    office.policy()
    account, approval = office.waiting()
    path, headers = f"/v1/approvals/{approval}/decision", {key: "k"} if key else {}
    body = {"action": "approve", "subject_version": 1}
    answers = [office.ask(office.ann, "POST", path, body, headers=headers) for _ in range(3)]
    assert [a.status for a in answers] == [200, 200, 200]
    assert len({a.json["version"] for a in answers}) == 1
    office.house.world.settle()
    assert len(office.house.events("account.created")) == 1
    assert office.account(account).version == 2


def test_a_dry_run_decides_nothing(office: Office) -> None:
    office.policy()
    account, approval = office.waiting()
    path = f"/v1/approvals/{approval}/decision"
    body = {"action": "approve", "subject_version": 1}
    tried = office.ask(office.ann, "POST", path, body, query={"dry_run": "true"})
    assert tried.json["state"] == "approved"
    assert office.account(account).hidden
    assert office.stored(approval).state == "pending"


def test_an_approval_says_what_was_looked_at_and_a_return_why(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    for body in ({"action": "approve"}, {"action": "return"}, {"action": "maybe"}):
        assert office.does(office.ann, "decision", approval, **body).status == 422
