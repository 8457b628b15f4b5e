"""Who decides: steps, hand-overs, delegations, queues, and the log that tells it all."""

from datetime import timedelta
from typing import Any

from shared.domain.access import Role
from tests.integration.approvals.conftest import Office
from tests.world import START


def test_steps_are_asked_in_turn_and_each_sees_only_what_waits_for_them(office: Office) -> None:
    manager, ann = {"by": "manager"}, {"by": "user", "value": office.ann.id}
    office.policy({"approvers": [ann]}, {"approvers": [manager]})
    account, approval = office.waiting()
    assert (office.queue(office.ann), office.queue(office.max)) == ([approval], [])
    assert office.approves(office.max, approval).status == 403
    office.approves(office.ann, approval)
    assert (office.queue(office.ann), office.queue(office.max)) == ([], [approval])
    assert office.account(account).hidden
    office.approves(office.max, approval)
    assert not office.account(account).hidden


def test_nobody_approves_their_own_record(office: Office) -> None:
    office.policy({"approvers": [{"by": "team", "value": office.team}]})
    _, approval = office.waiting()
    assert office.queue(office.sue) == []
    answer = office.approves(office.sue, approval)
    assert (answer.status, answer.code) == (403, "not_an_approver")
    cat = office.house.user("Cat")
    dates = {"start": START.isoformat(), "end": (START + timedelta(days=1)).isoformat()}
    lent = office.ask(office.ann, "POST", "/v1/me/delegations", {"to": office.sue.id, **dates})
    assert lent.status == 201, lent.text
    answer = office.approves(office.sue, approval)
    assert (answer.status, answer.code) == (403, "own_submission")
    assert office.approves(cat, approval).status == 404
    assert office.approves(office.ann, approval).status == 200


def test_who_may_not_decide_at_all_is_never_asked(office: Office) -> None:
    reader = office.house.user("Reader", Role.READ_ONLY)
    office.policy({"approvers": [{"by": "user", "value": reader.id}]})
    _, approval = office.waiting()
    step = office.stored(approval).steps[0]
    assert (step.approvers, step.substituted) == ((office.house.admin.id,), True)


def test_the_queue_is_filtered_and_says_what_it_is_about(office: Office) -> None:
    office.policy()
    office.policy(kind="contact")
    one, two = office.waiting()[1], office.waiting(kind="contact", name="李娜")[1]
    assert office.queue(office.ann) == [two, one]
    assert office.queue(office.ann, kind="contact") == [two]
    assert office.queue(office.ann, overdue="true") == []
    assert office.queue(office.sue) == []
    assert office.queue(office.sue, whose="submitted") == [two, one]
    assert office.queue(office.max, whose="all") == [two, one]
    account = office.stored(one).about.id
    assert office.queue(office.max, whose="all", subject=account) == [one]
    assert office.ask(office.ann, "GET", "/v1/approvals", query={"whose": "all"}).status == 403
    row = office.ask(office.ann, "GET", "/v1/approvals").json["items"][0]
    assert (row["label"], row["step"], row["about"]["kind"]) == ("李娜", "check", "contact")
    office.approves(office.ann, one)
    assert office.queue(office.ann) == [two]
    assert office.queue(office.sue, whose="submitted", state="approved") == [one]


def test_a_queue_is_one_request_for_approvals_and_one_for_labels(office: Office) -> None:
    office.policy()
    for _ in range(3):
        office.waiting()
    office.house.world.requests.clear()
    assert len(office.queue(office.ann)) == 3
    assert office.house.world.requests == {"Query": 2, "BatchGetItem": 1}


def test_managers_see_how_much_waits_for_whom(office: Office) -> None:
    office.policy({"hours": 4})
    first = office.waiting()[1]
    office.time_runs_to(START + timedelta(hours=4))
    office.waiting()
    load = office.ask(office.max, "GET", "/v1/approvals/load").json
    counted = {r["user"]: (r["open"], r["overdue"]) for r in load["reviewers"]}
    assert counted[office.ann.id] == counted[office.bob.id] == (2, 1)
    assert (load["open"], load["overdue"], load["complete"]) == (2, 1, True)
    assert office.queue(office.ann, overdue="true") == [first]
    assert office.ask(office.ann, "GET", "/v1/approvals/load").status == 403


def test_a_task_is_handed_on(office: Office) -> None:
    office.policy({"mode": "all"})
    _, approval = office.waiting()
    cat = office.house.user("Cat")
    body = {"to": cat.id, "comment": "出差"}
    assert office.does(office.max, "delegation", approval, **body).status == 403
    assert office.does(office.ann, "delegation", approval, to="usr_x").status == 422
    assert office.does(office.ann, "delegation", approval, to=office.bob.id).status == 422
    assert office.does(office.ann, "delegation", approval, to=office.sue.id).status == 403
    assert office.does(office.ann, "delegation", approval, **body).status == 200
    assert (office.queue(office.ann), office.queue(cat)) == ([], [approval])
    office.approves(cat, approval)
    assert office.approves(office.bob, approval).json["state"] == "approved"


def test_an_administrator_relieves_who_cannot_decide(office: Office) -> None:
    office.policy({"mode": "all"})
    _, approval = office.waiting()
    cat, admin = office.house.user("Cat"), office.house.admin
    body = {"to": cat.id, "instead_of": office.bob.id}
    for person in (office.ann, office.max):
        assert office.does(person, "delegation", approval, **body).status == 403
    nobody = {"to": cat.id, "instead_of": office.sue.id}
    assert office.does(admin, "delegation", approval, **nobody).status == 403
    assert office.does(admin, "delegation", approval, **body).status == 200
    assert (office.queue(office.bob), office.queue(cat)) == ([], [approval])
    entry = office.stored(approval).log[-1]
    assert (entry.by, entry.on_behalf_of, entry.to) == (admin.id, office.bob.id, (cat.id,))


def test_somebody_is_asked_too(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    cat = office.house.user("Cat")
    assert office.does(office.ann, "delegation", approval, to=cat.id, mode="add").status == 200
    assert office.approves(office.ann, approval).json["state"] == "pending"
    assert office.approves(cat, approval).json["state"] == "approved"


def delegation(office: Office, **more: Any) -> Any:
    start, end = START - timedelta(hours=1), START + timedelta(days=2)
    cat = office.house.user("Cat")
    body = {"to": cat.id, "start": start.isoformat(), "end": end.isoformat(), **more}
    return cat, office.ask(office.ann, "POST", "/v1/me/delegations", body)


def test_a_delegate_decides_between_the_dates(office: Office) -> None:
    office.policy({"mode": "all"})
    _, approval = office.waiting()
    cat, made = delegation(office)
    assert made.status == 201, made.text
    assert office.queue(cat) == [approval]
    possible = office.screen(cat, approval)["possible"]
    assert (possible["decide"], possible["on_behalf_of"]) == (True, office.ann.id)
    given = office.ask(office.ann, "GET", "/v1/me/delegations").json["given"]
    received = office.ask(cat, "GET", "/v1/me/delegations").json["received"]
    assert [d["id"] for d in given] == [d["id"] for d in received] == [made.json["id"]]
    office.approves(cat, approval)
    entry = office.stored(approval).log[-1]
    assert (entry.by, entry.on_behalf_of) == (cat.id, office.ann.id)
    office.house.world.now = START + timedelta(days=2)
    _, later = office.waiting()
    assert office.queue(cat) == []
    assert office.approves(cat, later).status == 404


def test_a_delegation_may_be_for_some_kinds_and_is_ended_by_who_gave_it(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    cat, _ = delegation(office, kinds=["contact"])
    assert office.queue(cat, kind="account") == []
    assert office.approves(cat, approval).status == 404
    dan, made = delegation(office)
    path = f"/v1/me/delegations/{made.json['id']}"
    assert office.queue(dan) == [approval]
    assert office.ask(dan, "DELETE", path).status == 404
    assert office.ask(office.ann, "DELETE", path).status == 204
    assert office.queue(dan) == []
    assert office.approves(dan, approval).status == 404


def test_a_delegation_needs_sensible_people_and_dates(office: Office) -> None:
    past = (START - timedelta(minutes=1)).isoformat()
    for wrong in (
        {"to": office.ann.id},
        {"to": "usr_x"},
        {"to": office.house.user("R", Role.READ_ONLY).id},
        {"end": past},
        {"end": (START - timedelta(days=3)).isoformat()},
        {"kinds": ["dinosaur"]},
    ):
        assert delegation(office, **wrong)[1].status == 422, wrong


def test_people_are_reminded_by_the_submitter_and_managers(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    assert office.does(office.ann, "reminder", approval).status == 403
    assert office.does(office.sue, "reminder", approval, comment="请尽快").status == 200
    again = office.does(office.max, "reminder", approval)
    assert (again.status, again.code) == (409, "reminded_already")
    (event,) = office.house.events("approval.reminded")
    assert set(event.data["approvers"]) == {office.ann.id, office.bob.id}


def test_the_log_is_verified_against_what_was_published(office: Office) -> None:
    office.policy()
    _, approval = office.waiting()
    office.approves(office.ann, approval, comment="核对过")
    path = f"/v1/approvals/{approval}/verification"
    told = office.ask(office.sue, "GET", path).json
    assert (told["whole"], told["entries"]) == (True, 2)
    published = office.house.events("approval.granted")[0].data
    assert (published["sealed"], published["entries"]) == (told["sealed"], 2)
    stored = office.stored(approval)
    forged = stored.log[1].model_copy(update={"comment": "同意"})
    office.house.change(stored, log=(stored.log[0], forged))
    told = office.ask(office.sue, "GET", path).json
    assert told["whole"] is False
    assert told["flaw"] == {"seq": 2, "problem": "comment_changed"}


def test_many_are_decided_at_once_and_each_has_its_result(office: Office) -> None:
    office.policy()
    (_, one), (_, two), (edited, three) = (office.waiting() for _ in range(3))
    office.ask(office.sue, "PATCH", f"/v1/accounts/{edited}", {"industry": "other"})
    body = {
        "action": "approve",
        "comment": "一并核对",
        "approvals": [{"id": i, "subject_version": 1} for i in (one, two, three, "apr_x")],
    }
    answer = office.ask(office.ann, "POST", "/v1/approvals/bulk", body).json
    assert [(r["outcome"], r["code"]) for r in answer["results"]] == [
        ("done", None),
        ("done", None),
        ("failed", "content_changed"),
        ("failed", "not_found"),
    ]
    again = office.ask(office.ann, "POST", "/v1/approvals/bulk", body).json
    assert (again["unchanged"], again["failed"]) == (2, 2)
    others = office.ask(office.max, "POST", "/v1/approvals/bulk", body).json["results"]
    assert [r["code"] for r in others[:2]] == ["approval_not_pending"] * 2
    assert office.queue(office.ann) == [three]
    returned = {"action": "return", "approvals": [{"id": three, "subject_version": 1}]}
    assert office.ask(office.ann, "POST", "/v1/approvals/bulk", returned).status == 422
