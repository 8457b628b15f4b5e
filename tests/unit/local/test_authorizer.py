"""The gate in front of the routes: who comes through, and how long an answer is kept."""

from typing import Any

import pytest

from infra.local.apis import Authorizer
from infra.local.authorizer import AccessDenied, AuthorizerFailure, Gate, Unauthorized
from infra.local.proxy import HttpRequest

SETTINGS = Authorizer("caller", "Who", "Authorization", 60.0, None)
EVERYTHING = "arn:aws:execute-api:*"


def request(token: str | None, method: str = "GET", path: str = "/v1/leads") -> HttpRequest:
    headers = [("Authorization", token)] if token is not None else []
    return HttpRequest(method, path, "", headers, b"", "127.0.0.1")


def policy(*statements: tuple[str, str], **context: Any) -> dict[str, Any]:
    return {
        "principalId": "me",
        "policyDocument": {
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
                for effect, resource in statements
            ]
        },
        "context": context,
    }


class Asked:
    """Answers with what it was given and counts the questions."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []

    def __call__(self, function: str, event: Any) -> Any:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_the_function_is_told_the_token_and_the_method_arn() -> None:
    asked = Asked(policy(("Allow", EVERYTHING), tenant="t1", second=True, level=3))
    caller = Gate(SETTINGS, asked).admit(request("Bearer x"))
    assert asked.events[0]["type"] == "TOKEN"
    assert asked.events[0]["authorizationToken"] == "Bearer x"
    assert asked.events[0]["methodArn"].endswith("/local/GET/v1/leads")
    assert caller["principalId"] == "me"
    assert (caller["tenant"], caller["second"], caller["level"]) == ("t1", "true", "3")


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_nobody_is_asked(token: str | None) -> None:
    asked = Asked(policy(("Allow", EVERYTHING)))
    with pytest.raises(Unauthorized):
        Gate(SETTINGS, asked).admit(request(token))
    assert asked.events == []


def test_a_token_of_another_form_is_refused_without_asking() -> None:
    settings = Authorizer("caller", "Who", "Authorization", 60.0, "Bearer .+")
    asked = Asked(policy(("Allow", EVERYTHING)))
    with pytest.raises(Unauthorized):
        Gate(settings, asked).admit(request("Basic x"))
    assert asked.events == []


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [("Deny", EVERYTHING)],
        [("Allow", EVERYTHING), ("Deny", "*/GET/v1/leads")],
        [("Allow", "*/POST/v1/leads")],
        [("Allow", "*/GET/v1/lead")],
    ],
)
def test_a_policy_that_does_not_allow_the_call_denies_it(statements: list[Any]) -> None:
    with pytest.raises(AccessDenied):
        Gate(SETTINGS, Asked(policy(*statements))).admit(request("x"))


def test_an_answer_is_kept_for_its_time_and_judged_for_each_call() -> None:
    now = [0.0]
    asked = Asked(policy(("Allow", "*/GET/v1/leads")))
    gate = Gate(SETTINGS, asked, lambda: now[0])
    gate.admit(request("x"))
    gate.admit(request("x"))
    with pytest.raises(AccessDenied):
        gate.admit(request("x", method="POST"))
    assert len(asked.events) == 1
    gate.admit(request("y"))
    now[0] = 61.0
    gate.admit(request("x"))
    assert len(asked.events) == 3


def test_nothing_is_kept_when_the_template_says_so() -> None:
    asked = Asked(policy(("Allow", EVERYTHING)))
    gate = Gate(Authorizer("caller", "Who", "Authorization", 0.0, None), asked)
    gate.admit(request("x"))
    gate.admit(request("x"))
    assert len(asked.events) == 2


def test_a_failing_authorizer_is_no_refusal() -> None:
    with pytest.raises(Unauthorized):
        Gate(SETTINGS, Asked(Exception("Unauthorized"))).admit(request("x"))
    for wrong in (ValueError("broken"), None, {"principalId": "me"}):
        with pytest.raises(AuthorizerFailure):
            Gate(SETTINGS, Asked(wrong)).admit(request("x"))
