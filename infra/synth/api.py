"""The REST API: its body in OpenAPI 3.0.1 as API Gateway reads it, and the right to call functions.

The gateway's document only routes: what bodies mean stands in the served OpenAPI document.
"""

import re
from typing import Any

from chalice.app import CORSConfig

from infra.synth.gateway_responses import GATEWAY_RESPONSES
from infra.synth.names import Resources, arn, function_id, sub
from infra.synth.registry import AuthorizerTrigger, Route, UseCase
from infra.synth.sizing import API

AUTHORIZER = "caller"
ROLE = "ApiRole"


def definition(cases: list[UseCase]) -> dict[str, Any]:
    """The `DefinitionBody` of the API."""
    paths: dict[str, dict[str, Any]] = {}
    for case in cases:
        for route in case.routes:
            path = paths.setdefault(route.path, {})
            path[route.method.lower()] = _operation(case, route)
            if route.cors is not None:
                path.setdefault("options", _preflight(route.cors))
    body: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "Rapport", "version": "1"},
        "paths": {path: paths[path] for path in sorted(paths)},
        "x-amazon-apigateway-gateway-responses": GATEWAY_RESPONSES,
    }
    schemes = _security_schemes(cases)
    if schemes:
        body["components"] = {"securitySchemes": schemes}
    return body


def role(cases: list[UseCase]) -> Resources:
    """The one role by which the API calls what serves it, instead of a permission per function."""
    names = [function_id(case.name, API) for case in cases if case.routes]
    names += [function_id(case.name, name) for case in cases for name in _authorizers(case)]
    assumed = {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    called = {
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": [arn(name) for name in names],
    }
    properties = {
        "Description": "The functions that the API may call",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [assumed]},
        "Policies": [
            {
                "PolicyName": "calls",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [called]},
            }
        ],
    }
    return {ROLE: {"Type": "AWS::IAM::Role", "Properties": properties}}


def _operation(case: UseCase, route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{case.name}_{route.name}",
        "parameters": _path_parameters(route.path),
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": _invocation(function_id(case.name, API)),
            "credentials": arn(ROLE),
            "passthroughBehavior": "when_no_match",
        },
    }
    if not route.public:
        operation["security"] = [{AUTHORIZER: []}]
    return operation


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)\+?}", path)
    ]


def _preflight(cors: CORSConfig) -> dict[str, Any]:
    headers = {"Access-Control-Allow-Methods": "*", **cors.get_access_control_headers()}
    return {
        "responses": {
            "204": {
                "description": "What a browser may send from another site",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {
                        f"method.response.header.{name}": f"'{value}'"
                        for name, value in headers.items()
                    },
                }
            },
        },
    }


def _security_schemes(cases: list[UseCase]) -> dict[str, Any]:
    schemes: dict[str, Any] = {}
    for case in cases:
        for name, trigger in _authorizers(case).items():
            schemes[AUTHORIZER] = {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {
                    "type": "token",
                    "authorizerUri": _invocation(function_id(case.name, name)),
                    "authorizerCredentials": arn(ROLE),
                    "authorizerResultTtlInSeconds": trigger.ttl,
                },
            }
    return schemes


def _authorizers(case: UseCase) -> dict[str, AuthorizerTrigger]:
    return {
        handler.name: handler.trigger
        for handler in case.handlers
        if isinstance(handler.trigger, AuthorizerTrigger)
    }


def _invocation(function: str) -> dict[str, Any]:
    gateway = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return sub(f"{gateway}/${{{function}.Arn}}/invocations")
