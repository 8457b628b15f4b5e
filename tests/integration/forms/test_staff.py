"""What staff do with forms: settings that fit together, rights, owners, replay, removal."""

from datetime import timedelta
from typing import Any

import pytest

from functions.timers.sweeping import sweep as find_due_timers
from shared.domain.access import Role
from shared.storage import keys
from tests.integration.forms.conftest import FIELDS, GOOD, Desk, open_desk

NAME, EMAIL = FIELDS[0], FIELDS[1]


def refused(desk: Desk, **settings: Any) -> dict[str, str]:
    """Path and code of everything that is wrong with these settings."""
    given = {"name": "f", "fields": [NAME, EMAIL], **settings}
    answer = desk.world.call("POST", "/v1/forms", given, by=desk.staff)
    assert answer.status == 422, answer.text
    return {e["path"]: e["code"] for e in answer.json["errors"]}


def test_a_form_is_created_read_listed_and_deleted(desk: Desk) -> None:
    form = desk.form()
    path = f"/v1/forms/{form['id']}"
    assert form["token"].startswith(f"{desk.tenant}.{form['id']}.")
    assert len(form["token"].split(".")[2]) == 32
    assert desk.world.call("GET", path, by=desk.staff).json == form
    listed = desk.world.call("GET", "/v1/forms", by=desk.staff, query={"status": "active"})
    assert [f["id"] for f in listed.json["items"]] == [form["id"]]
    assert desk.world.call("DELETE", path, by=desk.staff).status == 200
    assert desk.world.call("GET", path, by=desk.staff).status == 404
    assert [e.data for e in desk.events("form.created")] == [{}]
    assert len(desk.events("form.deleted")) == 1


def test_a_change_keeps_what_was_not_named_and_tells_what_was(desk: Desk) -> None:
    form = desk.form(rate_limit=7, campaign="old")
    path = f"/v1/forms/{form['id']}"
    change = {"campaign": None, "name": "夏季展会"}
    changed = desk.world.call(
        "PATCH", path, change, by=desk.staff, headers={"If-Match": '"1"'}
    ).json
    assert (changed["name"], changed["campaign"], changed["rate_limit"]) == ("夏季展会", None, 7)
    assert changed["fields"] == form["fields"]
    again = desk.world.call("PATCH", path, change, by=desk.staff)
    assert again.json["version"] == changed["version"]
    stale = desk.world.call(
        "PATCH", path, {"name": "x"}, by=desk.staff, headers={"If-Match": '"1"'}
    )
    assert stale.status == 412
    assert [e.data["fields"] for e in desk.events("form.changed")] == [["campaign", "name"]]


@pytest.mark.parametrize("name", ["name", "fields", "status", "rate_limit", "allowed_origins"])
def test_what_every_form_has_cannot_be_cleared(desk: Desk, name: str) -> None:
    form = desk.form()
    answer = desk.world.call("PATCH", f"/v1/forms/{form['id']}", {name: None}, by=desk.staff)
    assert answer.status == 422


def test_settings_that_do_not_go_together_are_all_named(desk: Desk) -> None:
    fields = [
        {"name": "external_id", "label": "x"},
        {"name": "email", "label": "x", "type": "text"},
        {"name": "custom.a", "label": "x", "type": "select"},
        {"name": "custom.a", "label": "x", "options": [{"value": "1", "label": "1"}]},
        {"name": "custom.m", "label": "x", "type": "money"},
        {
            "name": "urgency",
            "label": "x",
            "type": "select",
            "options": [{"value": "now", "label": "now"}],
        },
    ]
    assert refused(desk, fields=fields, double_opt_in=True, honeypot="email") == {
        "fields.0.name": "unknown_lead_field",
        "fields.1.type": "type_does_not_fit",
        "fields.2.options": "options_do_not_fit",
        "fields.3.options": "options_do_not_fit",
        "fields.3.name": "repeated",
        "fields.4.type": "type_does_not_fit",
        "fields.5.options": "options_do_not_fit",
        "honeypot": "name_taken",
        "double_opt_in": "email_needed",
    }
    assert refused(desk, fields=[{"name": "custom.a", "label": "x"}]) == {
        "fields": "identity_required"
    }


def test_a_change_is_checked_against_the_whole_form(desk: Desk) -> None:
    form = desk.form(double_opt_in=True)
    answer = desk.world.call("PATCH", f"/v1/forms/{form['id']}", {"fields": [NAME]}, by=desk.staff)
    assert [e["code"] for e in answer.json["errors"]] == ["email_needed"]


@pytest.mark.parametrize(
    "origin",
    [
        "http://www.example.cn",
        "https://www.example.cn/path",
        "https://user@www.example.cn",
        "https://a;sandbox",
        "javascript:alert(1)",
        "*",
        "https://*.example.cn",
        "https://",
        "https://www.example.cn:99999",
    ],
)
def test_only_exact_https_origins_are_sites(desk: Desk, origin: str) -> None:
    assert list(refused(desk, allowed_origins=[origin])) == ["allowed_origins.0"]


def test_origins_are_kept_as_browsers_send_them(desk: Desk) -> None:
    given = ["HTTPS://WWW.Example.cn:443/", "https://公司.cn", "http://localhost:3000"]
    kept = desk.form(allowed_origins=given)["allowed_origins"]
    assert kept == ["https://www.example.cn", "https://xn--55qx5d.cn", "http://localhost:3000"]


def test_double_opt_in_needs_a_sender_and_a_public_address(desk: Desk) -> None:
    installed = desk.world.runtime.settings
    desk.world.runtime.settings = installed.model_copy(update={"public_url": ""})
    try:
        assert refused(desk, double_opt_in=True) == {"double_opt_in": "mail_not_set_up"}
    finally:
        desk.world.runtime.settings = installed


def test_only_those_who_set_forms_up_may_change_them_or_see_what_was_sent(desk: Desk) -> None:
    form = desk.form()
    path = f"/v1/forms/{form['id']}"
    for role in set(Role) - {Role.ADMIN, Role.MARKETING, Role.SYSTEM}:
        by = desk.world.principal(role, tenant=desk.tenant)
        assert desk.world.call("PATCH", path, {"name": "x"}, by=by).status == 403
        assert desk.world.call("GET", f"{path}/submissions", by=by).status == 403
        assert desk.world.call("POST", f"{path}/token-rotation", by=by).status == 403


def test_another_tenants_forms_and_submissions_do_not_exist(desk: Desk) -> None:
    other = open_desk(desk.world)
    form, own = desk.form(), other.form()
    desk.send(form, {**GOOD, "email": "no"})
    [kept] = desk.submissions(form)
    path = f"/v1/forms/{form['id']}"
    attempts = [
        ("GET", path),
        ("PATCH", path),
        ("DELETE", path),
        ("GET", f"{path}/snippet"),
        ("POST", f"{path}/token-rotation"),
        ("GET", f"{path}/submissions"),
        ("POST", f"{path}/submissions/{kept['id']}/replay"),
        ("POST", f"/v1/forms/{own['id']}/submissions/{kept['id']}/replay"),
    ]
    for method, address in attempts:
        body = {"name": "x"} if method == "PATCH" else None
        answer = other.world.call(method, address, body, by=other.staff)
        assert (method, address, answer.status) == (method, address, 404)


def test_a_failed_submission_is_replayed_with_corrected_answers_once(desk: Desk) -> None:
    form = desk.form(source="website")
    desk.send(form, {**GOOD, "email": "fang@", "surprise": "x"})
    [failed] = desk.submissions(form)
    path = f"/v1/forms/{form['id']}/submissions/{failed['id']}/replay"
    still = desk.world.call("POST", path, {"answers": {"email": "a@b.cn"}}, by=desk.staff)
    assert [e["path"] for e in still.json["errors"]] == ["answers.surprise"]
    order = {"answers": {"email": "a@b.cn", "surprise": None}}
    done = desk.world.call("POST", path, order, by=desk.staff)
    assert (done.status, done.json["status"]) == (200, "replayed")
    [lead] = desk.leads()
    assert (lead["id"], lead["email"], lead["source"]) == (done.json["lead"], "a@b.cn", "website")
    again = desk.world.call("POST", path, order, by=desk.staff)
    assert (again.status, again.code) == (409, "invalid_state")
    [told] = desk.events("form.submission_replayed")
    assert told.data == {"form": form["id"], "lead": lead["id"]}
    assert len(desk.leads()) == 1


def test_a_rehearsed_replay_stores_nothing(desk: Desk) -> None:
    form = desk.form()
    desk.send(form, {**GOOD, "more_details": "1"})
    [spam] = desk.submissions(form)
    path = f"/v1/forms/{form['id']}/submissions/{spam['id']}/replay"
    said = desk.world.call("POST", path, {}, by=desk.staff, query={"dry_run": "true"})
    assert (said.status, said.json["status"]) == (200, "replayed")
    assert desk.leads() == []
    assert desk.submissions(form)[0]["status"] == "spam"
    assert desk.world.call("POST", path, {}, by=desk.staff).status == 200
    assert len(desk.leads()) == 1


def test_an_accepted_submission_is_not_replayed(desk: Desk) -> None:
    form = desk.form()
    desk.send(form)
    [kept] = desk.submissions(form)
    path = f"/v1/forms/{form['id']}/submissions/{kept['id']}/replay"
    assert desk.world.call("POST", path, {}, by=desk.staff).code == "invalid_state"


def test_a_fixed_owner_gets_the_leads_and_the_load(desk: Desk) -> None:
    owner = desk.house.user("李娜")
    team = desk.house.team([owner])
    form = desk.form(assignment={"by": "owner", "owner": owner.id, "team": team.id})
    desk.send(form)
    [lead] = desk.leads()
    assert (lead["owner"], lead["team"]) == (owner.id, team.id)
    row = desk.world.runtime.table.get(keys.counter(desk.tenant, f"rota#{team.id}", owner.id))
    assert row is not None
    assert row["load"] == {"N": "1"}
    [captured] = desk.events("lead.captured")
    assert captured.data["assign"] is False
    assert [e.data["owner"] for e in desk.events("lead.assigned")] == [owner.id]


def test_when_the_fixed_owner_has_left_the_rules_decide(desk: Desk) -> None:
    owner = desk.house.user("李娜")
    form = desk.form(assignment={"by": "owner", "owner": owner.id})
    desk.house.change(owner, status="deactivated")
    desk.send(form)
    assert desk.leads()[0]["owner"] is None
    assert desk.events("lead.captured")[0].data["assign"] is True


def test_leads_of_a_form_without_owner_wait_unassigned(desk: Desk) -> None:
    form = desk.form(assignment={"by": "nobody"})
    desk.send(form)
    assert desk.events("lead.captured")[0].data["assign"] is False


def test_the_owner_of_a_form_must_work_here(desk: Desk) -> None:
    gone = desk.house.user("x", status="deactivated")
    here = desk.house.user("y")
    for owner in (gone.id, here.id[:-1] + "Z", "usr_x"):
        wanted = {"by": "owner", "owner": owner}
        assert refused(desk, assignment=wanted) == {"assignment.owner": "unknown_user"}
    team = desk.house.team()
    wanted = {"by": "owner", "owner": here.id, "team": team.id}
    assert refused(desk, assignment=wanted) == {"assignment.team": "not_a_member"}


def test_what_became_no_lead_is_removed_in_time_and_leaves_no_history(desk: Desk) -> None:
    form = desk.form()
    desk.send(form, {**GOOD, "more_details": "1"})
    desk.send(form)
    [accepted, spam] = desk.submissions(form)
    desk.world.settle()
    assert history(desk, spam["id"]) == []
    assert accepted["timers"] == {}
    sweep(desk)
    assert len(desk.submissions(form)) == 2
    desk.world.pass_time(timedelta(days=30))
    sweep(desk)
    assert [kept["id"] for kept in desk.submissions(form)] == [accepted["id"]]
    assert history(desk, spam["id"]) == []


def history(desk: Desk, entity_id: str) -> list[Any]:
    """What is kept of an entity besides itself."""
    return desk.world.runtime.store(desk.tenant).rows(keys.entity(desk.tenant, entity_id), "H#")


def sweep(desk: Desk) -> None:
    """What the minute's sweep causes for submissions, without waiting for it."""
    queues = desk.world.queues.waiting
    queues.clear()
    find_due_timers(desk.world.runtime)
    desk.world.release_delayed("submission-timers")
    for queue in set(queues) - {"submission-timers"}:
        del queues[queue]  # of other tenants in the same installation
    desk.world.dead.clear()
    desk.world.settle()
    assert desk.world.dead == []
