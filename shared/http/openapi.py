"""The OpenAPI 3.1 document, made from the routes' contracts and nothing else.

The same operations give the same text; components that nothing refers to are left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.http.contract import JSON, Contract, kind_of
from shared.http.openapi_components import HEADERS, PARAMETERS, SECURITY, Json, prune, ref
from shared.http.openapi_refusals import HTML, refusal_page, refusal_responses, refusals
from shared.http.openapi_schemas import Schemas

VERSION = "1"
INFO = {
    "title": "Rapport",
    "version": VERSION,
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "description": (
        "The CRM's API. Bodies are JSON; errors are problem details (RFC 9457) with a stable "
        "`code`. Unknown fields and parameters are refused. Lists answer newest first, a page at "
        "a time: send `cursor` back to go on. `complete` is false when a search word is so common "
        "that not every match was looked at."
    ),
}
_PATH_PARAMETER = re.compile(r"{(\w+)}")
_NO_CONTENT = (204, 205, 304)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: `name` is unique among all, `description` what its view's docstring says."""

    method: str
    path: str
    name: str
    contract: Contract
    description: str = ""

    @property
    def path_parameters(self) -> list[str]:
        """The names in the path's braces."""
        return _PATH_PARAMETER.findall(self.path)


class DuplicateOperation(Exception):
    """Two routes have the same operation id."""


def document(operations: Iterable[Operation]) -> Json:
    """The whole document. Raises DuplicateOperation."""
    ordered = sorted(operations, key=lambda operation: (operation.path, operation.method))
    _refuse_duplicates(ordered)
    schemas = Schemas(operation.contract for operation in ordered)
    paths: Json = {}
    for operation in ordered:
        made = _operation(operation, schemas)
        if operation.contract.status == 201 and (links := _links(operation, ordered)):
            made["responses"]["201"]["links"] = links
        paths.setdefault(operation.path, {})[operation.method.lower()] = made
    components: Json = {
        "schemas": schemas.definitions,
        "responses": refusal_responses(),
        "parameters": PARAMETERS,
        "headers": HEADERS,
    }
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "./", "description": "Where this document came from"}],
        "tags": [{"name": tag} for tag in sorted({_tag(o.contract) for o in ordered})],
        "paths": paths,
        "components": prune(components, paths) | {"securitySchemes": SECURITY},
    }


def _refuse_duplicates(operations: Sequence[Operation]) -> None:
    seen: set[str] = set()
    for operation in operations:
        if operation.name in seen:
            raise DuplicateOperation(f"two routes are called {operation.name}")
        seen.add(operation.name)


def _operation(operation: Operation, schemas: Schemas) -> Json:
    contract = operation.contract
    made: Json = {
        "operationId": operation.name,
        "tags": [_tag(contract)],
        "summary": contract.summary,
        "description": _description(operation),
        "security": [] if contract.public else [{name: []} for name in SECURITY],
    }
    if contract.deprecated:
        made["deprecated"] = True
    if parameters := _parameters(operation, schemas):
        made["parameters"] = parameters
    if contract.body is not None:
        made["requestBody"] = {
            "required": any(f.is_required() for f in contract.body.model_fields.values()),
            "content": {contract.body_media: {"schema": schemas.input(contract.body)}},
        }
    made["responses"] = _responses(operation, schemas)
    return made


def _tag(contract: Contract) -> str:
    return contract.tag[:1].upper() + contract.tag[1:]


def _description(operation: Operation) -> str:
    contract = operation.contract
    parts = [operation.description.strip()]
    if contract.resource is not None and contract.action is not None:
        parts.append(f"Needs the right `{contract.resource}:{contract.action}`.")
    if contract.body is not None:
        parts.append(f"The body may have {contract.body_limit // 1024} KiB.")
    return "\n\n".join(part for part in parts if part)


def _parameters(operation: Operation, schemas: Schemas) -> list[Json]:
    contract = operation.contract
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in operation.path_parameters
    ]
    if contract.query is not None:
        found += schemas.query_parameters(contract.query)
    if contract.writes:
        found.append(ref("parameters", "IdempotencyKey"))
    if contract.writes and contract.rehearsable:
        found.append(ref("parameters", "DryRun"))
    if contract.precondition:
        found.append(ref("parameters", "IfMatch"))
    return found


def _links(creation: Operation, operations: Sequence[Operation]) -> Json:
    """What can be done with a new record: the routes below its collection, by the answered id."""
    if "id" not in getattr(creation.contract.returns, "model_fields", {}):
        return {}
    return {
        below.name: {
            "operationId": below.name,
            "parameters": {below.path_parameters[0]: "$response.body#/id"},
        }
        for below in operations
        if below.path.startswith(creation.path + "/{") and len(below.path_parameters) == 1
    }


def _responses(operation: Operation, schemas: Schemas) -> Json:
    contract = operation.contract
    statuses = [contract.status, *(s for s in contract.other_statuses if s < 400)]
    answers: Json = {str(status): _answer(contract, status, schemas) for status in statuses}
    refused = refusals(contract, found_by_path=bool(operation.path_parameters))
    if contract.media == HTML:
        answers |= {str(status): refusal_page(status) for status, _ in refused}
    else:
        answers |= {str(status): ref("responses", name) for status, name in refused}
    return dict(sorted(answers.items()))


def _answer(contract: Contract, status: int, schemas: Schemas) -> Json:
    headers: Json = {"X-Request-Id": ref("headers", "RequestId")}
    if kind_of(contract.returns) and not contract.listed:
        headers["ETag"] = ref("headers", "ETag")
    if contract.writes:
        headers["Idempotency-Replayed"] = ref("headers", "IdempotencyReplayed")
    answer: Json = {"description": contract.summary, "headers": headers}
    content = None if status in _NO_CONTENT else _content(contract, schemas)
    if content is not None:
        answer["content"] = content
    return answer


def _content(contract: Contract, schemas: Schemas) -> Json | None:
    if contract.returns is None:
        structured = contract.media is not None and contract.media.endswith(("/json", "+json"))
        text: dict[str, Any] = {} if structured else {"type": "string"}
        return {contract.media: {"schema": text}} if contract.media else None
    schema = schemas.page(contract) if contract.listed else schemas.output(contract.returns)
    return {contract.media or JSON: {"schema": schema}}
