"""Plain handlers for the laptop runtime's tests: an API over one table, a stream, a queue."""

import json
import os
import time
from functools import cache

import boto3


@cache
def table():
    """The one table."""
    return boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@cache
def bus():
    """The client of the event bus."""
    return boto3.client("events")


def api(event, context):
    """Echo what came, or read and write items."""
    path, method = event["resource"], event["httpMethod"]
    if path == "/echo/{name}":
        return _answer(201, {"event": event, "left": context.get_remaining_time_in_millis()})
    if path == "/items/special":
        return _answer(200, {"special": True})
    if path == "/healthz":
        return _answer(200, {"stage": os.environ["STAGE"], "url": os.environ["PUBLIC_URL"]})
    key = {"pk": event["pathParameters"]["id"]}
    if method == "PUT":
        item = {**key, "events": event["body"]}
        table().put_item(Item=item)
        return _answer(200, item)
    item = table().get_item(Key=key).get("Item")
    if item is None:
        return _answer(404, {})
    return _answer(200, {**item, "count": int(str(item.get("count", 0)))})


def _answer(status, content):
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(content)}


def who(event, context):
    """Anybody with a token that does not say 'bad'; 'nobody' is refused with 401."""
    token = event["authorizationToken"]
    if token == "nobody":
        raise Exception("Unauthorized")
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if "bad" in token else "Allow",
        "Resource": event["methodArn"].split("/")[0] + "/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": token, "policyDocument": policy, "context": {"tenant": "t1"}}


def publish(event, context):
    """Send what items caused to the bus; 'poison' never works."""
    failures, entries = [], []
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        if image["events"]["S"] == "poison":
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            continue
        detail = json.dumps({"pk": image["pk"]["S"], "what": image["events"]["S"]})
        entry = {"Source": "sample", "DetailType": "item.written.v1", "Detail": detail}
        entries.append({**entry, "EventBusName": os.environ["BUS_NAME"]})
    for start in range(0, len(entries), 10):
        bus().put_events(Entries=entries[start : start + 10])
    return {"batchItemFailures": failures}


def work(event, context):
    """Count each delivery in an item; 'fail' fails always, 'slow' takes its time."""
    failures = []
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        if detail["what"] == "slow":
            time.sleep(1)
        if detail["what"] == "fail":
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        table().update_item(
            Key={"pk": f"done-{detail['pk']}"},
            UpdateExpression="ADD #c :one",
            ExpressionAttributeNames={"#c": "count"},
            ExpressionAttributeValues={":one": 1},
        )
    return {"batchItemFailures": failures}


def tick(event, context):
    """A schedule."""
    table().put_item(Item={"pk": "tick", "at": event["time"]})
