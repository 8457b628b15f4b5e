"""The OpenAPI document says what the endpoint contract does."""

import inspect
from typing import Any, cast

import pytest

from shared.domain.entity import Value
from shared.http.contract import Contract
from shared.http.openapi import DuplicateOperation, Operation, document
from tests.unit.http.cards import app


def operations() -> list[Operation]:
    return [
        Operation(
            entry.method,
            entry.uri_pattern,
            entry.view_name,
            cast(Any, entry.view_function).contract,
            inspect.getdoc(entry.view_function) or "",
        )
        for methods in app.routes.values()
        for entry in methods.values()
    ]


@pytest.fixture(scope="module")
def api() -> Any:
    return document(operations())


def parameters(api: Any, method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parameter in api["paths"][path][method].get("parameters", []):
        whole = parameter
        if "$ref" in parameter:
            whole = api["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
        found[whole["name"]] = whole
    return found


def statuses(api: Any, method: str, path: str) -> set[str]:
    return set(api["paths"][path][method]["responses"])


def test_the_order_of_routes_does_not_matter(api: Any) -> None:
    assert document(reversed(operations())) == api
    assert list(document(reversed(operations()))["paths"]) == list(api["paths"])


def test_two_routes_of_one_name_are_refused() -> None:
    with pytest.raises(DuplicateOperation, match="read_card"):
        document([*operations(), *(o for o in operations() if o.name == "read_card")])


def test_a_write_takes_key_rehearsal_and_precondition(api: Any) -> None:
    names = parameters(api, "patch", "/cards/{card_id}")
    assert set(names) == {"card_id", "Idempotency-Key", "dry_run", "If-Match"}
    assert names["card_id"]["required"] is True


def test_only_what_can_be_rehearsed_takes_dry_run(api: Any) -> None:
    assert "dry_run" not in parameters(api, "post", "/cards/{card_id}/mail")
    assert "dry_run" not in parameters(api, "get", "/cards")


def test_query_fields_are_parameters_and_never_null(api: Any) -> None:
    names = parameters(api, "get", "/cards")
    assert names["limit"]["schema"] == {
        "type": "integer", "default": 50, "minimum": 1, "maximum": 200
    }  # fmt: skip
    assert names["tags"]["schema"]["items"] == {"type": "string"}
    assert names["cursor"]["schema"]["type"] == "string"
    assert "default" not in names["cursor"]["schema"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("post", "/cards", "201 400 401 403 409 412 413 415 422 429 500 503"),
        ("get", "/cards", "200 401 403 422 429 500 503"),
        ("get", "/cards/{card_id}", "200 401 403 404 422 429 500 503"),
        ("patch", "/cards/{card_id}", "200 400 401 403 404 409 412 413 415 422 429 500 503"),
        ("get", "/page", "200 422 429 500 503"),
    ],
)
def test_every_status_that_can_occur_is_there(
    api: Any, method: str, path: str, expected: str
) -> None:
    assert statuses(api, method, path) == set(expected.split())


def test_errors_are_problem_details(api: Any) -> None:
    content = api["components"]["responses"]["NotFound"]["content"]
    problem = {"$ref": "#/components/schemas/Problem"}
    assert content == {"application/problem+json": {"schema": problem}}


def test_a_list_is_a_page_of_its_items(api: Any) -> None:
    page = api["components"]["schemas"]["CardPage"]
    assert page["required"] == ["items", "cursor", "complete"]
    assert page["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Card"}


def test_an_entity_is_answered_with_an_etag_and_a_list_is_not(api: Any) -> None:
    one = api["paths"]["/cards/{card_id}"]["get"]["responses"]["200"]["headers"]
    many = api["paths"]["/cards"]["get"]["responses"]["200"]["headers"]
    assert set(one) == {"X-Request-Id", "ETag"}
    assert set(many) == {"X-Request-Id"}


def test_a_public_route_asks_for_no_identity(api: Any) -> None:
    assert api["paths"]["/page"]["get"]["security"] == []
    assert api["paths"]["/cards"]["get"]["security"] == [{"bearer": []}]


def test_a_route_names_its_right(api: Any) -> None:
    assert "`lead:update`" in api["paths"]["/cards/{card_id}"]["patch"]["description"]


def test_an_answer_that_is_not_json_has_its_media_type(api: Any) -> None:
    content = api["paths"]["/page"]["get"]["responses"]["200"]["content"]
    assert content == {"text/html": {"schema": {"type": "string"}}}


def test_a_field_that_a_role_does_not_see_is_not_promised() -> None:
    class Seen(Value):
        name: str
        score: int

    contract = Contract("See", "lead", "read", "cards", returns=Seen, kind="lead")
    api = document([Operation("GET", "/seen", "see", contract)])
    assert api["components"]["schemas"]["Seen"]["required"] == ["name"]


def test_models_that_nothing_refers_to_are_left_out() -> None:
    contract = Contract("Look", None, None, "cards")
    api = document([Operation("GET", "/look", "look", contract)])
    assert set(api["components"]["schemas"]) == {"Problem", "FieldProblem"}
    assert "parameters" not in api["components"]
