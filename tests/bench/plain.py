"""Rival one: a hand-written boto3 handler with native attributes and json.dumps.

It does the same DynamoDB calls on the same table layout, and nothing else: no rights, no
validation beyond JSON, no conditional answer mapping.
"""

import json
import os
import time
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from tests.bench.rows import store

_TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def _answer(status: int, body: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body, default=_plain)}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """GET one, GET a list of 50, POST."""
    tenant = event["requestContext"]["authorizer"]["tenant"]
    if event["httpMethod"] == "POST":
        return _create(tenant, json.loads(event["body"], parse_float=Decimal))
    if event["pathParameters"]:
        lead_id = event["pathParameters"]["lead"]
        key = {"pk": f"{tenant}#{lead_id}", "sk": "#"}
        return _answer(200, _TABLE.get_item(Key=key, ConsistentRead=True)["Item"])
    page = _TABLE.query(
        IndexName="collection",
        KeyConditionExpression=Key("c_pk").eq(f"{tenant}#plain"),
        ScanIndexForward=False,
        Limit=51,
    )
    return _answer(200, {"items": page["Items"][:50], "cursor": None})


def _create(tenant: str, body: dict[str, Any]) -> dict[str, Any]:
    lead_id = f"plain_{time.time_ns()}"
    item = {
        **{name: value for name, value in body.items() if value is not None},
        "pk": f"{tenant}#{lead_id}",
        "sk": "#",
        "id": lead_id,
        "kind": "plain",
        "tenant": tenant,
        "version": 1,
        "c_pk": f"{tenant}#plain",
        "c_sk": lead_id,
        "s_pk": f"{tenant}#plain#new",
        "s_sk": lead_id,
    }
    store(_TABLE, item, tenant, body)
    return _answer(201, item)
