"""Double opt-in: one mail, a link that only its button follows, one lead."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.forms.confirmations import PURPOSE
from functions.forms.mail import confirmation_mail
from shared.domain.signatures import Seal
from tests.integration.forms.conftest import GOOD, Desk
from tests.world import Answer

CONSENT = {"text": "News, please", "version": "7", "channels": ["email"]}


def ask(desk: Desk, **settings: Any) -> Any:
    """A form whose addresses are confirmed, filled in once; the mail is out."""
    form = desk.form(double_opt_in=True, consent=CONSENT, **settings)
    answer = desk.send(form, body={"consented": True})
    assert (answer.status, answer.json["confirmation"]) == (201, True)
    desk.world.settle()
    return form


def link(desk: Desk, number: int = -1) -> str:
    """The path in a mail."""
    text = desk.world.mail.sent[number]["Content"]["Simple"]["Body"]["Text"]["Data"]
    found = re.search(r"https://crm\.example\.com(/v1/forms/confirmations/\S+)", text)
    assert found
    return found[1]


def visit(desk: Desk, method: str, path: str) -> Answer:
    """What a browser gets there."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return desk.world.call(method, path, anonymous=True, headers=headers)


def test_the_lead_is_made_when_the_button_is_pressed_and_not_before(desk: Desk) -> None:
    form = ask(desk)
    assert desk.leads() == []
    [mail] = desk.world.mail.sent
    assert mail["Destination"] == {"ToAddresses": ["Fang.Wang@example.com"]}
    page = visit(desk, "GET", link(desk))
    assert page.status == 200
    assert "<form method=post>" in page.text
    assert desk.leads() == []
    done = visit(desk, "POST", link(desk))
    assert done.status == 200
    [lead] = desk.leads()
    assert lead["phone"]["e164"] == "+8613812345678"
    assert lead["consents"][0]["evidence"].startswith("Confirmed by mail at 2026-03-02T")
    [kept] = desk.submissions(form)
    assert (kept["status"], kept["lead"], kept["timers"]) == ("confirmed", lead["id"], {})
    assert kept["lead_input"] is None
    [told] = desk.events("form.submission_confirmed")
    assert told.data == {"form": form["id"], "lead": lead["id"]}


def test_pressing_twice_or_ten_times_at_once_makes_one_lead(desk: Desk) -> None:
    ask(desk)
    path = link(desk)
    with ThreadPoolExecutor(10) as pool:
        statuses = set(pool.map(lambda _: visit(desk, "POST", path).status, range(10)))
    assert statuses == {200}
    assert visit(desk, "POST", path).status == 200
    assert "<form" not in visit(desk, "GET", path).text
    assert len(desk.leads()) == 1


def test_a_link_is_over_after_seven_days(desk: Desk) -> None:
    ask(desk)
    desk.world.pass_time(timedelta(days=7))
    for method in ("GET", "POST"):
        answer = visit(desk, method, link(desk))
        assert answer.status == 410
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "链接已失效" in answer.text
    assert desk.leads() == []


def test_a_link_that_was_not_signed_for_this_leads_nowhere(desk: Desk) -> None:
    form = ask(desk)
    [kept] = desk.submissions(form)
    path = link(desk)
    text = f"{desk.tenant}.{kept['id']}.99999999999"
    signed_elsewhere = Seal(desk.world.runtime.signing_secret, "form-started").sign(text)
    last = "A" if path[-5] != "A" else "B"
    forged = (path[:-5] + last + path[-4:], f"/v1/forms/confirmations/{signed_elsewhere}")
    for bad in (*forged, "/v1/forms/confirmations/x", f"/v1/forms/confirmations/{form['token']}"):
        assert visit(desk, "POST", bad).status == 404
    assert desk.leads() == []
    good = Seal(desk.world.runtime.signing_secret, PURPOSE).sign(text)
    assert visit(desk, "POST", f"/v1/forms/confirmations/{good}").status == 200


def test_a_link_of_a_deleted_form_is_over(desk: Desk) -> None:
    form = ask(desk)
    desk.world.call("DELETE", f"/v1/forms/{form['id']}", by=desk.staff)
    assert visit(desk, "POST", link(desk)).status == 410
    assert desk.leads() == []


def test_an_event_delivered_twice_sends_one_mail(desk: Desk) -> None:
    ask(desk)
    asked = "form.confirmation_requested.v1"
    entry = [e for e in desk.world.bus.entries if e["DetailType"] == asked][-1]
    body = f'{{"detail-type": "{entry["DetailType"]}", "detail": {entry["Detail"]}}}'
    desk.world.deliver("form-mail", [body, body])
    assert len(desk.world.mail.sent) == 1


def test_a_mail_that_ses_did_not_take_is_sent_when_the_message_comes_again(desk: Desk) -> None:
    desk.world.dead.clear()
    taken, busy = desk.world.mail.send_email, [True]

    def send_email(**message: Any) -> dict[str, str]:
        if busy:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")
        return taken(**message)

    desk.world.fakes["sesv2"] = type("Busy", (), {"send_email": staticmethod(send_email)})
    desk.world.runtime._clients.pop("sesv2", None)
    try:
        ask(desk)
        assert desk.world.mail.sent == []
        [(queue, body)] = [m for m in desk.world.dead if m[0] == "form-mail"]
        busy.clear()
        desk.world.deliver(queue, [body])
        assert len(desk.world.mail.sent) == 1
    finally:
        desk.world.dead.clear()
        desk.world.fakes["sesv2"] = desk.world.mail
        desk.world.runtime._clients.pop("sesv2", None)


def test_nobodys_mailbox_is_filled(desk: Desk) -> None:
    form = desk.form(double_opt_in=True, rate_limit=100)
    body = {"started": desk.started(form)}
    case = [{**GOOD, "email": e} for e in ("a@b.cn", "A@b.cn", "a@B.cn", "a@b.cn", "a@b.cn")]
    assert [desk.send(form, answers, body=body).status for answers in case] == [201] * 5
    assert desk.send(form, case[0], body=body, source_ip="203.0.113.5").status == 429
    assert desk.send(form, {**GOOD, "email": "c@b.cn"}, body=body).status == 201


def test_spam_under_double_opt_in_gets_the_same_answer_and_no_mail(desk: Desk) -> None:
    form = desk.form(double_opt_in=True)
    human, machine = desk.send(form), desk.send(form, {**GOOD, "more_details": "x"})
    assert (human.status, human.text) == (machine.status, machine.text)
    desk.world.settle()
    assert len(desk.world.mail.sent) == 1


def test_a_replayed_submission_still_waits_for_its_confirmation(desk: Desk) -> None:
    form = desk.form(double_opt_in=True)
    desk.send(form, {**GOOD, "more_details": "x"})
    [spam] = desk.submissions(form)
    path = f"/v1/forms/{form['id']}/submissions/{spam['id']}/replay"
    assert desk.world.call("POST", path, {}, by=desk.staff).json["status"] == "pending"
    assert desk.leads() == []
    desk.world.settle()
    assert visit(desk, "POST", link(desk)).status == 200
    assert len(desk.leads()) == 1


def test_a_submission_that_nobody_confirms_is_removed(desk: Desk) -> None:
    form = ask(desk)
    [kept] = desk.submissions(form)
    desk.world.pass_time(timedelta(days=7))
    due = {"tenant": desk.tenant, "kind": "submission", "id": kept["id"]}
    order = '{{"tenant":"{tenant}","kind":"{kind}","id":"{id}","due":"2026-03-09T00:00:00Z"}}'
    desk.world.deliver("submission-timers", [order.format(**due)] * 2)
    assert desk.submissions(form) == []
    assert visit(desk, "POST", link(desk)).status == 410


def test_the_mail_is_in_the_forms_language_as_text_and_html(desk: Desk) -> None:
    ask(desk, language="zh", title="春季<b>展会</b>")
    ask(desk, language="en", title="Spring fair")
    chinese, english = (m["Content"]["Simple"] for m in desk.world.mail.sent)
    assert chinese["Subject"] == {"Data": "请确认您的邮箱地址: 春季<b>展会</b>", "Charset": "UTF-8"}
    assert "春季&lt;b&gt;展会" in chinese["Body"]["Html"]["Data"]
    assert english["Subject"]["Data"] == "Please confirm your address: Spring fair"
    assert "valid for 7 days" in english["Body"]["Text"]["Data"]


@pytest.mark.parametrize("end", ["\r\nBcc: x@y.cn", "\n\nBody", "\u2028Bcc: x@y.cn"])
def test_nothing_written_into_a_form_becomes_a_mail_header(desk: Desk, end: str) -> None:
    form = desk.form(double_opt_in=True, title=f"Fair{end}")
    refused = desk.send(form, {**GOOD, "email": f"a@b.cn{end}"})
    assert refused.status == 422
    desk.send(form, {**GOOD, "name": f"Wang{end}"})
    desk.world.settle()
    [mail] = desk.world.mail.sent
    subject = mail["Content"]["Simple"]["Subject"]["Data"]
    assert len(subject.splitlines()) == 1
    assert mail["Destination"] == {"ToAddresses": ["Fang.Wang@example.com"]}


def test_chinese_mail_domains_are_written_as_ses_takes_them(desk: Desk) -> None:
    from shared.domain.forms.form import Form

    form = Form.model_validate(desk.form())
    mail = confirmation_mail("crm@example.com", "wang@例子.中国", form, "https://x.example/")
    assert mail["Destination"] == {"ToAddresses": ["wang@xn--fsqu00a.xn--fiqs8s"]}
