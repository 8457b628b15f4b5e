"""The form's own page and the markup for other sites: they work without script, and whatever is
written into a form or its answers stays text."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.integration.forms.conftest import FIELDS, GOOD, SITE, Desk
from tests.world import Answer

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
KNOWN = "html head meta title style body main h1 form input label textarea select option span"
KNOWN += " button div p br"


class Markup(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, name: str) -> dict[str, str | None]:
        """The attributes of the input with this name."""
        return next(a for _, a in self.tags if a.get("name") == name)


def post(desk: Desk, form: Any, values: dict[str, str], **more: Any) -> Answer:
    """What a browser sends without script."""
    headers = {"content-type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
    path = f"/v1/forms/{form['token']}/page"
    raw = urlencode(values).encode()
    return desk.world.call("POST", path, raw=raw, anonymous=True, headers=headers, **more)


def fill(desk: Desk, form: Any, **values: str) -> dict[str, str]:
    """Good values, ten seconds after the page was opened."""
    return {**GOOD, "_started": desk.started(form), **values}


def test_the_page_takes_a_submission_and_thanks(desk: Desk) -> None:
    form = desk.form(title="春季展会", thank_you="谢谢！\n再见")
    page = desk.get(form, "page")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    markup = Markup(page.text)
    assert markup.named("name").keys() >= {"required", "id"}
    assert markup.named("email")["type"] == "email"
    assert markup.named("more_details")["tabindex"] == "-1"
    sent = post(desk, form, fill(desk, form))
    assert (sent.status, sent.headers["Location"], sent.text) == (303, "?done=true", "")
    done = desk.get(form, "page", query={"done": "true"})
    assert "谢谢！<br>再见" in done.text
    [lead] = desk.leads()
    assert lead["name"] == "王芳"


def test_bad_answers_come_back_in_the_page_with_what_was_typed(desk: Desk) -> None:
    form = desk.form(language="en")
    values = fill(desk, form, email="fang@", company_size="")
    answer = post(desk, form, values)
    assert answer.status == 422
    markup = Markup(answer.text)
    assert markup.named("email")["value"] == "fang@"
    assert markup.named("email")["aria-invalid"] == "true"
    assert markup.named("name")["value"] == "王芳"
    assert markup.named("_started")["value"] == values["_started"]
    assert "This is not an e-mail address." in answer.text
    assert len(desk.submissions(form, "failed")) == 1
    assert post(desk, form, {**values, "email": "fang@example.com"}).status == 303


def test_refusals_are_pages_too(desk: Desk) -> None:
    form = desk.form(rate_limit=1, allowed_origins=[SITE])
    values = fill(desk, form)
    assert post(desk, form, values).status == 303
    limited = post(desk, form, values)
    elsewhere = post(desk, form, values, headers={"Origin": "https://evil.example"})
    missing = post(desk, {"token": "x.y.z"}, values)
    for answer, status in ((limited, 429), (elsewhere, 403), (missing, 404)):
        assert answer.status == status
        assert answer.headers["Content-Type"].startswith("text/html")
    assert int(limited.headers["Retry-After"]) > 0


def test_the_page_may_send_from_its_own_origin_whatever_sites_are_named(desk: Desk) -> None:
    form = desk.form(allowed_origins=[SITE])
    values = fill(desk, form)
    own = {"Origin": "https://crm.example.com"}
    assert post(desk, form, values, headers=own).status == 303
    by_host = {"Origin": "https://abc.execute-api.test", "Host": "abc.execute-api.test"}
    assert post(desk, form, values, headers=by_host).status == 303


def test_the_page_takes_only_what_a_form_sends(desk: Desk) -> None:
    form = desk.form()
    json = post(desk, form, GOOD, headers={"content-type": "application/json"})
    assert json.status == 415
    path = f"/v1/forms/{form['token']}/page"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    broken = desk.world.call("POST", path, raw=b"a=%FF", anonymous=True, headers=headers)
    assert broken.status == 400


def test_the_redirect_follows_a_submission_and_is_let_through_by_the_policy(desk: Desk) -> None:
    form = desk.form(redirect="https://例子.cn/谢谢?a=b")
    sent = post(desk, form, fill(desk, form))
    where = "https://xn--fsqu00a.cn/%E8%B0%A2%E8%B0%A2?a=b"
    assert sent.headers["Location"] == where
    policy = desk.get(form, "page").headers["Content-Security-Policy"]
    assert "form-action 'self' https://xn--fsqu00a.cn;" in policy


def test_parameters_fill_hidden_fields_and_nothing_else(desk: Desk) -> None:
    hidden = {"name": "custom.utm_source", "label": "utm", "type": "hidden"}
    form = desk.form(fields=[*FIELDS, hidden])
    query = {"utm_source": 'news"letter', "name": "Mallory", "utm_term": "x"}
    markup = Markup(desk.get(form, "page", query=query).text)
    assert markup.named("custom.utm_source")["value"] == 'news"letter'
    assert markup.named("name")["value"] == ""


def test_nothing_written_into_a_form_or_its_answers_becomes_markup(desk: Desk) -> None:
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "label": ATTACK,
            "placeholder": ATTACK,
            "help": ATTACK,
            "type": kind,
            "options": [{"value": ATTACK, "label": ATTACK}] if kind == "select" else [],
        }
        for name, kind in (
            ("name", "text"),
            ("interest", "textarea"),
            ("custom.s", "select"),
            ("custom.h", "hidden"),
            ("custom.c", "checkbox"),
            ("email", "email"),
        )
    ]
    texts = {"title": ATTACK, "submit_label": ATTACK[:60], "thank_you": ATTACK, "name": ATTACK}
    consent = {"text": ATTACK, "version": "1"}
    form = desk.form(**texts, fields=fields, consent=consent)
    values = {field["name"]: ATTACK for field in fields}
    values |= {"_started": ATTACK, "more_details": "", "_consented": "on", "email": ATTACK}
    pages = [
        desk.get(form, "page", query={"h": ATTACK}),
        desk.get(form, "page", query={"done": "true"}),
        post(desk, form, {**values, "_started": desk.started(form)}),
    ]
    assert [page.status for page in pages] == [200, 200, 422]
    for page in pages:
        for tag, attributes in Markup(page.text).tags:
            assert tag in KNOWN.split()
            assert not [name for name in attributes if name.startswith("on")]
        assert "<script" not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_only_the_named_sites_may_frame_the_page(desk: Desk) -> None:
    named = desk.get(desk.form(allowed_origins=[SITE]), "page")
    assert f"frame-ancestors {SITE}" in named.headers["Content-Security-Policy"]
    anybody = desk.get(desk.form(), "page")
    assert "frame-ancestors *" in anybody.headers["Content-Security-Policy"]


def test_the_snippet_ends_its_script_only_once_and_escapes_titles(desk: Desk) -> None:
    form = desk.form(title=f"</script>{ATTACK}")
    answer = desk.world.call("GET", f"/v1/forms/{form['id']}/snippet", by=desk.staff)
    assert answer.status == 200
    snippet = answer.json
    address = f"https://crm.example.com/v1/forms/{form['token']}"
    assert snippet["page"] == f"{address}/page"
    assert snippet["script"].count("</script>") == 1
    assert f'("{address}")' in snippet["script"]
    tags = [tag for tag, _ in Markup(snippet["script"] + snippet["frame"]).tags]
    assert tags == ["div", "a", "script", "iframe"]


def test_the_snippets_script_never_turns_text_into_markup(desk: Desk) -> None:
    form = desk.form()
    script = desk.world.call("GET", f"/v1/forms/{form['id']}/snippet", by=desk.staff).json["script"]
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in script
    assert "RAPPORT_ADDRESS" not in script


def test_without_a_public_address_the_snippet_uses_the_one_it_was_asked_at(desk: Desk) -> None:
    form = desk.form()
    installed = desk.world.runtime.settings
    desk.world.runtime.settings = installed.model_copy(update={"public_url": ""})
    try:
        path = f"/v1/forms/{form['id']}/snippet"
        headers = {"Host": "abc.execute-api.test"}
        page = desk.world.call("GET", path, by=desk.staff, headers=headers).json["page"]
    finally:
        desk.world.runtime.settings = installed
    assert page == f"https://abc.execute-api.test/prod/v1/forms/{form['token']}/page"
