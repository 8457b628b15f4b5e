"""The script for other sites: it draws the form as text, submits it once, shows what is wrong."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import functions.forms

NODE = shutil.which("node")
SCRIPT = (Path(functions.forms.__path__[0]) / "embed.js").read_text("utf-8")
PAGE = Path(__file__).parent / "page.js"
ADDRESS = "https://crm.example.com/v1/forms/t"
ATTACK = "<img src=x onerror=alert(1)>"
DEFINITION: dict[str, Any] = {
    "title": ATTACK,
    "language": "en",
    "fields": [
        {"name": "name", "label": ATTACK, "type": "text", "required": True, "options": []},
        {
            "name": "custom.s",
            "label": "S",
            "type": "select",
            "help": "Why we ask",
            "options": [{"value": "a", "label": ATTACK}],
        },
        {"name": "custom.utm", "label": "", "type": "hidden", "options": []},
    ],
    "honeypot": "more_details",
    "consent": {"text": "I agree", "required": True},
    "started": "signed",
    "texts": {
        "submit": "Send",
        "sending": "Sending",
        "unavailable": "Later",
        "choose": "Choose",
        "correct": "Please check",
    },
}

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js runs the script")


def run(*answers: dict[str, Any], presses: int = 1, search: str = "", **values: Any) -> Any:
    """What a visitor with these values sees and sends; `answers` are the server's."""
    assert NODE
    visit = {"answers": answers, "presses": presses, "search": search, "values": values}
    script = SCRIPT.replace("RAPPORT_ADDRESS", json.dumps(ADDRESS))
    given = json.dumps({"script": script, "definition": DEFINITION, "visit": visit})
    command = [NODE, str(PAGE)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def elements(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """The element and all below it."""
    return [drawn, *(e for child in drawn["children"] for e in elements(child))]


def accepted(**more: Any) -> dict[str, Any]:
    """The server took it."""
    return {"status": 201, "body": {"message": "Thanks", "redirect": None, **more}}


@needs_node
def test_every_input_has_a_label_and_texts_stay_texts() -> None:
    drawn = elements(run(presses=0)["drawn"])
    labels = {e["attributes"]["for"]: e["text"] for e in drawn if e["tag"] == "label"}
    inputs = [e for e in drawn if e["tag"] in ("input", "select")]
    visible = [e for e in inputs if e["attributes"]["name"] not in ("more_details", "custom.utm")]
    assert [labels[e["attributes"]["id"]] for e in visible] == [f"{ATTACK} *", "S", "I agree"]
    known = "div form h2 label input select option span p button"
    assert {e["tag"] for e in drawn} == set(known.split())
    assert [e["text"] for e in drawn if e["tag"] == "option"] == ["Choose", ATTACK]


@needs_node
def test_the_honeypot_is_out_of_sight_and_reach() -> None:
    drawn = elements(run(presses=0)["drawn"])
    [holder] = [e for e in drawn if e["hidden"]]
    assert holder["attributes"] == {"aria-hidden": "true"}
    assert holder["children"][0]["attributes"]["tabindex"] == "-1"


@needs_node
def test_a_submission_is_sent_as_the_server_expects_it() -> None:
    values = {"name": "Wang", "custom.s": "a", "consent": True}
    said = run(accepted(), search="?utm=news", **values)
    request = said["requests"][1]
    assert request["address"] == f"{ADDRESS}/submissions"
    assert re.fullmatch(r"[\x21-\x7e]{20,}", request["options"]["headers"]["Idempotency-Key"])
    assert json.loads(request["options"]["body"]) == {
        "answers": {"name": "Wang", "custom.s": "a", "custom.utm": "news", "more_details": ""},
        "consented": True,
        "started": "signed",
        "page": "https://site.example/p",
    }
    assert [e["text"] for e in elements(said["after"]) if e["tag"] == "p"] == ["Thanks"]


@needs_node
def test_an_attempt_without_answer_is_repeated_under_the_same_key() -> None:
    said = run(presses=2)
    keys = [r["options"]["headers"]["Idempotency-Key"] for r in said["requests"][1:]]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert "Later" in [e["text"] for e in elements(said["after"])]


@needs_node
def test_errors_stand_at_their_fields_and_a_corrected_attempt_has_a_new_key() -> None:
    errors = [
        {"path": "answers.name", "code": "required", "message": "Fill in"},
        {"path": "consent", "code": "required", "message": "Tick"},
    ]
    refusal = {"status": 422, "body": {"errors": errors}}
    said = run(refusal, refusal, presses=2)
    wrong = [e for e in elements(said["after"]) if "aria-invalid" in e["attributes"]]
    assert [e["attributes"]["name"] for e in wrong] == ["name", "consent"]
    assert said["focused"] == "name"
    texts = {e["attributes"].get("id"): e["text"] for e in elements(said["after"])}
    assert texts[wrong[0]["attributes"]["aria-describedby"].split()[0]] == "Fill in"
    keys = {r["options"]["headers"]["Idempotency-Key"] for r in said["requests"][1:]}
    assert len(keys) == 2


@needs_node
def test_a_redirect_is_followed() -> None:
    assert run(accepted(redirect="https://site.example/thanks"))["went"] == (
        "https://site.example/thanks"
    )


def test_the_script_needs_nothing_but_its_address() -> None:
    assert SCRIPT.count("RAPPORT_ADDRESS") == 1
    assert "</" not in SCRIPT
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", SCRIPT)
