"""The API in front of the functions, where it differs from just calling them."""

import base64
import json
from typing import Any

import pytest

from infra.local.apis import Authorizer, Route
from infra.local.gateway import Gateway
from infra.local.plan import Plan
from infra.local.proxy import HttpRequest, HttpResponse

FIXED = {"statusCode": 204, "headers": {"Access-Control-Allow-Origin": "*"}, "body": ""}


def plan_of(*routes: Route, **changes: Any) -> Plan:
    plan = Plan(routes=list(routes))
    for name, value in changes.items():
        setattr(plan, name, value)
    return plan


def get(path: str, function: str, authorizer: str | None = None) -> Route:
    return Route("GET", path, function, authorizer)


def ask(gateway: Gateway, path: str, method: str = "GET", body: bytes = b"") -> HttpResponse:
    headers = [("Content-Type", "image/png"), ("X-One", "1"), ("X-One", "2")]
    return gateway.answer(HttpRequest(method, path, "", headers, body, "127.0.0.1"))


def say_name(name: str, event: Any) -> Any:
    return {"statusCode": 200, "body": json.dumps([name, event["pathParameters"]])}


@pytest.mark.parametrize(
    ("path", "function", "parameters"),
    [
        ("/v1/leads", "List", None),
        ("/v1/leads/", "List", None),
        ("/v1/leads/bulk", "Bulk", None),
        ("/v1/leads/l1", "Read", {"id": "l1"}),
        ("/v1/leads/l1/notes", "Notes", {"id": "l1"}),
        ("/files/a/b.txt", "Files", {"path": "a/b.txt"}),
        ("/a.c", "Dots", None),
    ],
)
def test_the_most_specific_path_is_chosen(path: str, function: str, parameters: Any) -> None:
    routes = [
        get("/v1/leads/{id}", "Read"),
        get("/files/{path+}", "Files"),
        get("/v1/leads/{id}/notes", "Notes"),
        get("/v1/leads", "List"),
        get("/v1/leads/bulk", "Bulk"),
        get("/a.c", "Dots"),
    ]
    response = ask(Gateway(plan_of(*routes), say_name), path)
    assert json.loads(response.body) == [function, parameters]


@pytest.mark.parametrize(("method", "path"), [("POST", "/known"), ("GET", "/abc"), ("GET", "/")])
def test_an_unknown_method_or_path_gets_the_gateways_answer(method: str, path: str) -> None:
    response = ask(Gateway(plan_of(get("/known", "F"), get("/a.c", "F")), say_name), path, method)
    assert response.status == 403
    assert json.loads(response.body) == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    "answer", [None, "text", {"body": "no status"}, {"statusCode": 200, "body": {"not": "text"}}]
)
def test_an_answer_that_is_none_is_a_502(answer: Any) -> None:
    gateway = Gateway(plan_of(get("/x", "F")), lambda name, event: answer)
    assert ask(gateway, "/x").status == 502


def test_a_raising_function_is_a_502_in_the_templates_words() -> None:
    def fail(name: str, event: Any) -> Any:
        raise RuntimeError("secret detail")

    own = {
        "DEFAULT_5XX": {
            "responseTemplates": {"application/json": '{"id": "$context.requestId"}'},
            "responseParameters": {"gatewayresponse.header.X-Kind": "'problem'"},
        }
    }
    response = ask(Gateway(plan_of(get("/x", "F"), gateway_responses=own), fail), "/x")
    assert response.status == 502
    assert dict(response.headers)["X-Kind"] == "problem"
    assert b"secret" not in response.body
    assert json.loads(response.body)["id"] == dict(response.headers)["x-amzn-RequestId"]


def test_bodies_of_binary_types_travel_as_base64_both_ways() -> None:
    picture = bytes(range(256))

    def echo(name: str, event: Any) -> Any:
        assert event["isBase64Encoded"]
        assert base64.b64decode(event["body"]) == picture
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": True}

    routes = [Route("PUT", "/picture", "F", None)]
    gateway = Gateway(plan_of(*routes, binary_types=("image/png",)), echo)
    assert ask(gateway, "/picture", "PUT", picture).body == picture


def test_headers_may_be_said_several_times_both_ways() -> None:
    def echo(name: str, event: Any) -> Any:
        assert event["multiValueHeaders"]["X-One"] == ["1", "2"]
        assert event["headers"]["X-One"] == "2"
        single, several = {"A": "0", "B": 1}, {"a": ["1", "2"]}
        return {"statusCode": 200, "headers": single, "multiValueHeaders": several}

    response = ask(Gateway(plan_of(get("/x", "F")), echo), "/x")
    assert response.headers[:-1] == [("B", "1"), ("a", "1"), ("a", "2")]


def test_a_fixed_answer_needs_no_function() -> None:
    gateway = Gateway(plan_of(Route("OPTIONS", "/x", None, None, FIXED)), say_name)
    response = ask(gateway, "/x", "OPTIONS")
    assert (response.status, response.headers) == (204, [("Access-Control-Allow-Origin", "*")])


def test_a_function_learns_who_calls_from_the_authorizer() -> None:
    def invoke(name: str, event: Any) -> Any:
        if name == "Who":
            statement = {"Action": "*", "Effect": "Allow", "Resource": "*"}
            policy = {"Statement": [statement]}
            return {"principalId": "p", "policyDocument": policy, "context": {"tenant": "t"}}
        return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}

    gates = {"caller": Authorizer("caller", "Who", "X-One", 0.0, None)}
    gateway = Gateway(plan_of(get("/x", "F", "caller"), authorizers=gates), invoke)
    caller = json.loads(ask(gateway, "/x").body)
    assert caller == {"principalId": "p", "integrationLatency": 0, "tenant": "t"}
