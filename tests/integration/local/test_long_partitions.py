"""The emulator's queries answer the same, however long a partition is."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ministack.services import dynamodb

from infra.local import long_partitions

Query = Callable[[dict[str, Any]], Any]
PATCHED = ("_query", "_set_item", "_remove_item", "_index_item")
CONDITIONS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    (" AND #1 = :1", {":1": "T#0500#a"}),
    (" AND begins_with (#1, :1)", {":1": "T#05"}),
    (" AND begins_with(#1, :1)", {":1": "nothing"}),
    (" AND #1 BETWEEN :1 AND :2", {":1": "T#0100", ":2": "T#0300"}),
    (" AND #1 < :1", {":1": "T#0050#a"}),
    (" AND #1 <= :1", {":1": "T#0050#a"}),
    (" AND #1 > :1", {":1": "T#0950#a"}),
    (" AND #1 >= :1", {":1": "T#0950#a"}),
]


@pytest.fixture
def plain() -> Iterator[Query]:
    """A table with a long partition; gives the emulator's own query."""
    kept = {name: getattr(dynamodb, name) for name in PATCHED}
    long_partitions.install(dynamodb)
    keys = [("pk", "HASH"), ("sk", "RANGE")], [("o_pk", "HASH"), ("o_sk", "RANGE")]
    schemas = [[{"AttributeName": n, "KeyType": k} for n, k in names] for names in keys]
    dynamodb._create_table(
        {
            "TableName": "t",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for names in keys for name, _ in names
            ],
            "KeySchema": schemas[0],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "owner",
                    "KeySchema": schemas[1],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        }
    )
    for number in range(1000):
        put(number)
    yield kept["_query"]
    dynamodb.reset()
    for name, function in kept.items():
        setattr(dynamodb, name, function)


def put(number: int, **more: str) -> None:
    # Ten rows share each sort key of the index: the keys of the table decide their order.
    sort = {"sk": f"T#{number:04}#a", "o_sk": f"T#{number // 10 * 10:04}#a", **more}
    item = {"pk": "p", "o_pk": "o", **sort}
    dynamodb._put_item({"TableName": "t", "Item": {n: {"S": v} for n, v in item.items()}})


def remove(number: int) -> None:
    key = {"pk": {"S": "p"}, "sk": {"S": f"T#{number:04}#a"}}
    dynamodb._delete_item({"TableName": "t", "Key": key})


def body_of(query: Query, data: dict[str, Any]) -> Any:
    status, _, body = query(data)
    return status, json.loads(body)


def requests() -> Iterator[dict[str, Any]]:
    for index, names in ((None, ("pk", "sk")), ("owner", ("o_pk", "o_sk"))):
        for condition, values in CONDITIONS:
            for limit in (None, 1, 7, 100):
                for forward in (True, False):
                    text = {":0": "p" if index is None else "o", **values}
                    yield {
                        "TableName": "t",
                        "KeyConditionExpression": f"#0 = :0{condition}",
                        "ExpressionAttributeNames": {
                            "#0": names[0],
                            **({"#1": names[1]} if condition else {}),
                        },
                        "ExpressionAttributeValues": {n: {"S": v} for n, v in text.items()},
                        "ScanIndexForward": forward,
                        **({"IndexName": index} if index else {}),
                        **({"Limit": limit} if limit else {}),
                    }


def assert_all_pages_alike(plain: Query, asked: dict[str, Any], most: int = 4) -> None:
    for _ in range(most):
        mine = body_of(dynamodb._query, asked)
        assert mine == body_of(plain, asked), asked
        last = mine[1].get("LastEvaluatedKey")
        if last is None:
            return
        asked = {**asked, "ExclusiveStartKey": last}


def test_every_query_gives_the_same_pages(plain: Query) -> None:
    for asked in requests():
        assert_all_pages_alike(plain, asked)


def test_what_comes_and_goes_is_seen(plain: Query) -> None:
    chance = random.Random(7)
    asked = [r for r in requests() if r.get("Limit") in (None, 7)]
    for request in asked:
        body_of(dynamodb._query, request)
    for _ in range(60):
        number = chance.randrange(1200)
        if chance.random() < 0.5:
            remove(number)
        else:
            put(number, o_sk=f"T#{chance.randrange(1000):04}#a", o_pk=chance.choice("oq"))
        assert_all_pages_alike(plain, chance.choice(asked), most=2)


def test_a_filter_and_a_refused_start_key_stay_as_they_are(plain: Query) -> None:
    asked = next(requests())
    filtered = {
        **asked,
        "Limit": 20,
        "FilterExpression": "o_sk = :o",
        "ExpressionAttributeValues": {":0": {"S": "p"}, ":o": {"S": "T#0010#a"}},
    }
    assert_all_pages_alike(plain, filtered)
    wrong = {**asked, "ExclusiveStartKey": {"pk": {"S": "p"}}}
    assert body_of(dynamodb._query, wrong) == body_of(plain, wrong)
    assert body_of(dynamodb._query, wrong)[0] == 400
