"""The public side of a form: what a visitor's submission becomes, and what is turned away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.domain.signatures import Seal
from shared.storage import keys
from tests.integration.forms.conftest import GOOD, SITE, Desk, open_desk


def test_good_answers_become_a_lead_with_the_forms_source_and_campaign(desk: Desk) -> None:
    form = desk.form(source="website", campaign="spring-2026", thank_you="谢谢！")
    answer = desk.send(form)
    assert (answer.status, answer.json) == (
        201,
        {"message": "谢谢！", "redirect": None, "confirmation": False},
    )
    [lead] = desk.leads()
    assert (lead["name"], lead["email"]) == ("王芳", "Fang.Wang@example.com")
    assert lead["phone"]["e164"] == "+8613812345678"
    assert lead["budget"] == {"currency": "CNY", "amount": "12500.50"}
    assert (lead["company_size"], lead["custom"]) == (40, {"channel": "fair"})
    assert (lead["source"], lead["campaign"]) == ("website", "spring-2026")
    assert lead["created_by"] == form["id"]
    [kept] = desk.submissions(form, "accepted")
    assert kept["lead"] == lead["id"]


def test_a_submission_costs_one_read_and_one_write(desk: Desk) -> None:
    form = desk.form()
    body = {"started": desk.started(form)}
    desk.world.requests.clear()
    assert desk.send(form, body=body).status == 201
    assert desk.world.requests == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_lead_and_submission_tell_what_happened(desk: Desk) -> None:
    form = desk.form()
    desk.send(form)
    [captured] = desk.events("lead.captured")
    [submitted] = desk.events("form.submitted")
    assert (captured.data["channel"], captured.data["assign"]) == ("form", True)
    assert submitted.data == {"form": form["id"], "lead": captured.subject.id}
    assert "王芳" not in "".join(entry["Detail"] for entry in desk.world.bus.entries)


def test_the_same_submission_sent_20_times_at_once_is_one_lead(desk: Desk) -> None:
    form = desk.form()
    body = {"started": desk.started(form)}
    headers = {"Idempotency-Key": "5e0b6e9e-visit"}

    def send(_: int) -> tuple[int, str]:
        answer = desk.send(form, body=body, headers=headers)
        return answer.status, answer.text

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert len(desk.leads()) == 1
    assert len(desk.submissions(form)) == 1


def test_a_repeated_submission_is_answered_again_even_when_the_hour_is_used_up(
    desk: Desk,
) -> None:
    form = desk.form(rate_limit=1)
    body, headers = {"started": desk.started(form)}, {"Idempotency-Key": "once"}
    first = desk.send(form, body=body, headers=headers)
    again = desk.send(form, body=body, headers=headers)
    assert (again.status, again.text) == (first.status, first.text) == (201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert desk.send(form, body=body).status == 429
    assert len(desk.leads()) == 1


def test_every_bad_answer_is_named_in_the_forms_language_and_kept(desk: Desk) -> None:
    form = desk.form()
    bad = {"name": " ", "email": "fang@", "phone": "12", "budget": "viel", "surprise": "x"}
    answer = desk.send(form, {**bad, "company_size": "many", "custom.channel": "moon"})
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert {e["path"]: e["code"] for e in answer.json["errors"]} == {
        "answers.surprise": "unknown_field",
        "answers.name": "required",
        "answers.email": "email_invalid",
        "answers.phone": "phone_invalid",
        "answers.budget": "amount_invalid",
        "answers.company_size": "number_invalid",
        "answers.custom.channel": "not_an_option",
    }
    assert "请填写此项。" in {e["message"] for e in answer.json["errors"]}
    assert desk.leads() == []
    [kept] = desk.submissions(form, "failed")
    assert kept["answers"]["email"] == "fang@"
    [failed] = desk.events("form.submission_failed")
    assert "email_invalid" in failed.data["codes"]


def test_a_filled_honeypot_is_answered_as_if_accepted_and_makes_no_lead(desk: Desk) -> None:
    form = desk.form()
    human, machine = desk.send(form), desk.send(form, {**GOOD, "more_details": "1"})
    assert (machine.status, machine.text) == (human.status, human.text)
    assert set(machine.headers) == set(human.headers)
    [kept] = desk.submissions(form, "spam")
    assert kept["spam_reason"] == "honeypot"
    assert len(desk.leads()) == 1


@pytest.mark.parametrize(
    ("seconds", "reason"), [(0, "too_fast"), (1.999, "too_fast"), (2, None), (60, None)]
)
def test_who_is_faster_than_people_is_spam(desk: Desk, seconds: float, reason: str | None) -> None:
    form = desk.form(minimum_seconds=2)
    answer = desk.send(form, body={"started": desk.started(form, seconds)})
    assert answer.status == 201
    [kept] = desk.submissions(form)
    assert kept["spam_reason"] == reason


def test_a_start_that_was_not_given_for_this_form_is_spam(desk: Desk) -> None:
    form, other = desk.form(), desk.form()
    forged = Seal(b"guess", "form-started").sign(f"{form['id']}.0")
    for started in (None, "x", forged, desk.started(other)):
        assert desk.send(form, body={"started": started}).status == 201
    reasons = [kept["spam_reason"] for kept in desk.submissions(form)]
    assert sorted(reasons) == ["forged_start", "forged_start", "forged_start", "no_start"]
    assert desk.leads() == []


def test_without_a_minimum_time_nothing_need_be_known_about_the_start(desk: Desk) -> None:
    form = desk.form(minimum_seconds=0)
    assert desk.send(form, body={"started": None}).status == 201
    assert len(desk.leads()) == 1


def test_a_page_that_was_open_for_days_is_refused_and_the_answers_kept(desk: Desk) -> None:
    form = desk.form()
    answer = desk.send(form, body={"started": desk.started(form, 3 * 86_400)})
    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "stale"
    assert len(desk.submissions(form, "failed")) == 1


def test_an_address_gets_no_more_than_its_share_of_an_hour(desk: Desk) -> None:
    form = desk.form(rate_limit=3)
    bad = {**GOOD, "email": "no"}
    statuses = [desk.send(form).status, desk.send(form, bad).status]
    statuses += [desk.send(form, {**GOOD, "more_details": "1"}).status, desk.send(form).status]
    assert statuses == [201, 422, 201, 429]
    refused = desk.send(form, bad)
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert len(desk.submissions(form)) == 3
    assert desk.send(form, source_ip="203.0.113.9").status == 201
    desk.world.pass_time(timedelta(hours=1))
    assert desk.send(form).status == 201


def test_parallel_submissions_do_not_slip_through_the_limit(desk: Desk) -> None:
    form = desk.form(rate_limit=5)
    body = {"started": desk.started(form)}
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: desk.send(form, body=body).status, range(16)))
    assert sorted(statuses) == [201] * 5 + [429] * 11
    assert len(desk.leads()) == 5


def test_an_ipv6_network_counts_as_one_address_and_is_not_stored(desk: Desk) -> None:
    form = desk.form(rate_limit=1)
    assert desk.send(form, source_ip="2001:db8:1:2::1").status == 201
    assert desk.send(form, source_ip="2001:db8:1:2:ffff::9").status == 429
    assert desk.send(form, source_ip="2001:db8:1:3::1").status == 201
    assert "2001:db8" not in str(desk.submissions(form))


def test_only_the_named_sites_may_use_the_form(desk: Desk) -> None:
    form = desk.form(allowed_origins=[SITE])
    allowed, other = {"Origin": SITE}, {"Origin": "https://www.example.cn.evil.test"}
    assert desk.get(form, "definition", headers=allowed).status == 200
    body = {"started": desk.started(form)}
    accepted = desk.send(form, body=body, headers=allowed)
    assert accepted.status == 201
    assert accepted.headers["Access-Control-Allow-Origin"] == "*"
    for origin in (other, {"Origin": "null"}, {"Origin": "http://www.example.cn"}):
        for answer in (
            desk.get(form, "definition", headers=origin),
            desk.send(form, body=body, headers=origin),
        ):
            assert (answer.status, answer.code) == (403, "origin_not_allowed")
    assert desk.send(form, body=body).status == 201  # a server sends no Origin
    assert len(desk.submissions(form)) == 2


def test_a_form_without_sites_takes_every_origin(desk: Desk) -> None:
    assert desk.send(desk.form(), headers={"Origin": "https://anywhere.example"}).status == 201


def test_errors_can_be_read_by_the_page_that_embeds_the_form(desk: Desk) -> None:
    form = desk.form()
    answer = desk.send(form, {}, headers={"Origin": SITE})
    assert answer.status == 422
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_unknown_tokens_lead_nowhere_and_paused_forms_say_so(desk: Desk) -> None:
    form = desk.form()
    started = desk.started(form)
    path = f"/v1/forms/{form['id']}"
    token = form["token"]
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    tenant, form_id, secret = token.split(".")
    for bad in (wrong, form_id, f"{tenant}.{form_id}", f"{tenant}#x.{form_id}.{secret}", "a", "."):
        answer = desk.send({"token": bad.replace("#", "%23")}, body={"started": started})
        assert (answer.status, answer.code) == (404, "not_found")
    paused = desk.world.call("PATCH", path, {"status": "paused"}, by=desk.staff)
    assert paused.status == 200
    refused = desk.send(form, body={"started": started})
    assert (refused.status, refused.code) == (410, "form_paused")
    assert desk.world.call("DELETE", path, by=desk.staff).status == 200
    assert desk.send(form, body={"started": started}).status == 404


def test_a_renewed_token_replaces_the_old_one(desk: Desk) -> None:
    form = desk.form()
    path = f"/v1/forms/{form['id']}/token-rotation"
    renewed = desk.world.call("POST", path, by=desk.staff).json
    assert renewed["token"] != form["token"]
    assert desk.get(form, "definition").status == 404
    assert desk.send(renewed).status == 201


def test_a_token_opens_nothing_of_another_tenant(desk: Desk) -> None:
    other = open_desk(desk.world)
    mine, theirs = desk.form(), other.form()
    mixed = f"{other.tenant}.{mine['id']}.{mine['token'].split('.')[2]}"
    assert desk.get({"token": mixed}, "definition").status == 404
    mixed = f"{desk.tenant}.{theirs['id']}.{theirs['token'].split('.')[2]}"
    assert desk.get({"token": mixed}, "definition").status == 404
    started = desk.started(mine)
    assert other.send(theirs, body={"started": started}).status == 201
    assert [kept["spam_reason"] for kept in other.submissions(theirs)] == ["forged_start"]
    assert other.leads() == []


def test_a_body_above_32_kb_is_refused(desk: Desk) -> None:
    form = desk.form()
    answer = desk.send(form, {**GOOD, "name": "x" * 33_000})
    assert (answer.status, answer.code) == (413, "payload_too_large")


def test_ticked_consent_is_kept_with_its_evidence(desk: Desk) -> None:
    consent = {"text": "我同意接收邮件。", "version": "2026-03", "channels": ["email", "phone"]}
    form = desk.form(consent=consent)
    refused = desk.send(form)
    assert [e["path"] for e in refused.json["errors"]] == ["consent"]
    assert desk.send(form, body={"consented": True}, headers={"Origin": SITE}).status == 201
    [lead] = desk.leads()
    given = lead["consents"]
    assert [c["channel"] for c in given] == ["email", "phone"]
    assert all(c["granted"] and c["text_version"] == "2026-03" for c in given)
    assert SITE in given[0]["evidence"]
    assert "我同意接收邮件。" in given[0]["evidence"]


def test_a_box_that_was_not_ticked_gives_no_permission(desk: Desk) -> None:
    consent = {"text": "News by mail", "version": "1", "required": False}
    assert desk.send(desk.form(consent=consent)).status == 201
    assert desk.leads()[0]["consents"] == []


def test_the_definition_tells_nothing_that_is_not_for_visitors(desk: Desk) -> None:
    form = desk.form(source="secret-source", campaign="secret-campaign")
    text = desk.get(form, "definition").text
    for hidden in ("secret", "春季展会", form["created_by"], "rate_limit", "minimum"):
        assert hidden not in text


def test_a_tenant_without_a_record_of_its_own_reads_no_national_numbers(desk: Desk) -> None:
    form = desk.form()
    table, key = desk.world.runtime.table, keys.entity(desk.tenant, desk.tenant)
    table.write_many(deletes=[key])
    refused = desk.send(form)
    assert [e["code"] for e in refused.json["errors"]] == ["phone_region_needed"]
    assert desk.send(form, {**GOOD, "phone": "+86 138 1234 5678"}).status == 201
