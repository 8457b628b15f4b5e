"""The API's part of the plan: routes, authorizers and answers of the gateway itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.template import TemplateError, points_at


@dataclass(frozen=True)
class Route:
    """A method on a path: a function behind an optional authorizer, or a fixed answer."""

    method: str
    path: str
    function: str | None
    authorizer: str | None
    fixed: dict[str, Any] | None = None


@dataclass(frozen=True)
class Authorizer:
    """A TOKEN authorizer; `ttl` seconds an answer is kept for."""

    name: str
    function: str
    header: str
    ttl: float
    pattern: str | None


@dataclass(frozen=True)
class Api:
    """All that an `AWS::Serverless::Api` says."""

    routes: list[Route]
    authorizers: dict[str, Authorizer]
    gateway_responses: dict[str, Any]
    binary_types: tuple[str, ...]


def read(properties: dict[str, Any]) -> Api:
    """What the API's definition says. Raises TemplateError for what cannot be served."""
    body = properties.get("DefinitionBody")
    if not isinstance(body, dict):
        raise TemplateError("the API has no DefinitionBody")
    schemes = (body.get("components") or {}).get("securitySchemes") or {}
    return Api(
        routes=list(_routes(body)),
        authorizers={name: _authorizer(name, scheme) for name, scheme in schemes.items()},
        gateway_responses=body.get("x-amazon-apigateway-gateway-responses") or {},
        binary_types=tuple(properties.get("BinaryMediaTypes") or ()),
    )


def _authorizer(name: str, scheme: dict[str, Any]) -> Authorizer:
    setting = scheme["x-amazon-apigateway-authorizer"]
    if setting["type"].lower() != "token":
        raise TemplateError(f"authorizer {name}: only the type 'token' is served locally")
    return Authorizer(
        name=name,
        function=points_at(setting["authorizerUri"]),
        header=scheme.get("name", "Authorization"),
        ttl=float(setting.get("authorizerResultTtlInSeconds", 300)),
        pattern=setting.get("identityValidationExpression"),
    )


_METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


def _routes(body: dict[str, Any]) -> Iterator[Route]:
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if method.lower() in _METHODS:
                yield _route(method.upper(), path, operation, body.get("security") or [])


def _route(method: str, path: str, operation: dict[str, Any], default: list[Any]) -> Route:
    integration = operation.get("x-amazon-apigateway-integration") or {}
    security = operation.get("security", default)
    authorizer = next((name for requirement in security for name in requirement), None)
    kind = str(integration.get("type", "")).lower()
    if kind == "mock":
        return Route(method, path, None, authorizer, _fixed(integration))
    if kind != "aws_proxy":
        raise TemplateError(f"{method} {path}: integration '{kind}' is not served locally")
    return Route(method, path, points_at(integration["uri"]), authorizer)


def _fixed(integration: dict[str, Any]) -> dict[str, Any]:
    answer = (integration.get("responses") or {}).get("default") or {}
    headers = {
        re.sub(r"^method\.response\.header\.", "", name): str(value).strip("'")
        for name, value in (answer.get("responseParameters") or {}).items()
    }
    return {"statusCode": int(answer.get("statusCode", 200)), "headers": headers, "body": ""}
