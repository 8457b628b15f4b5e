"""The table as seven requests over pynamodb's connection: the only place that talks to DynamoDB.

Works on DynamoDB's own attribute maps, so that the hot paths pay for no second object model.
The driver is loaded at the first request, not at import: a cold start that answers 401 or a health
check never pays for botocore. Throttling and outages become Unavailable.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from shared.domain.errors import Unavailable
from shared.storage.keys import INDEXES, Index, Key

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

Item = dict[str, Any]
"""Attribute name -> DynamoDB attribute value such as {"S": "text"}."""

BATCH_GET_LIMIT = 100
BATCH_WRITE_LIMIT = 25
CONFLICT_ATTEMPTS = 6
_RETRYABLE = {
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
}


class ConditionFailed(Exception):
    """A conditional write lost and nothing was written.

    `failed` maps the positions of the actions that did not hold to the item found there (None:
    no item, or not told); `conflict`: another transaction touched an item at this moment.
    """

    def __init__(self, failed: Mapping[int, Item | None], *, conflict: bool = False) -> None:
        super().__init__(f"conditions failed at {sorted(failed)}")
        self.failed = dict(failed)
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class Page:
    """Items of one query request, and the key to continue after (None at the end)."""

    items: list[Item]
    last_key: Item | None


class Table:
    """One DynamoDB table. Thread-safe; share one per process."""

    def __init__(self, name: str, region: str, *, on_request: Callable[[str], None] | None = None):
        """`on_request` is told each operation's name: tests count requests with it."""
        self.name = name
        self._region = region
        self._on_request = on_request

    @cached_property
    def connection(self) -> Any:
        """pynamodb's connection, made at the first request."""
        from pynamodb.connection import Connection
        from pynamodb.connection.base import MetaTable

        connection: Any = Connection(
            region=self._region,
            read_timeout_seconds=10,
            connect_timeout_seconds=3,
            max_retry_attempts=4,
            max_pool_connections=50,
        )
        connection.add_meta_table(MetaTable(_describe(self.name)))
        return connection

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """One item or None."""
        answer = self._call(
            "GetItem",
            {"Key": _key(key), "ConsistentRead": consistent},
        )
        return cast(Item | None, answer.get("Item"))

    def get_many(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """The items that exist among `keys`, in as few requests as possible (100 each)."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        while wanted:
            part, wanted = wanted[:BATCH_GET_LIMIT], wanted[BATCH_GET_LIMIT:]
            request = {"Keys": [_key(key) for key in part], "ConsistentRead": consistent}
            answer = self._batch("BatchGetItem", request)
            for item in answer["Responses"].get(self.name, []):
                found[item["pk"]["S"], item["sk"]["S"]] = item
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            wanted = [(key["pk"]["S"], key["sk"]["S"]) for key in left] + wanted
        return found

    def query(
        self,
        partition: str,
        *,
        index: Index | None = None,
        sort: "Condition | None" = None,
        where: "Condition | None" = None,
        attributes: Sequence[str] | None = None,
        limit: int | None = None,
        after: Item | None = None,
        newest_first: bool = False,
        consistent: bool = False,
    ) -> Page:
        """One request to one partition of the table or an index."""
        self._count("Query")
        answer = self._guarded(
            lambda: self.connection.query(
                self.name,
                partition,
                range_key_condition=sort,
                filter_condition=where,
                attributes_to_get=list(attributes) if attributes else None,
                index_name=index.name if index else None,
                limit=limit,
                exclusive_start_key=after,
                scan_index_forward=not newest_first,
                consistent_read=consistent,
            )
        )
        return Page(answer["Items"], answer.get("LastEvaluatedKey"))

    def write(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """The actions in one request: a single put as PutItem, more as one transaction.

        Raises:
            ConditionFailed: nothing was written.
        """
        if len(actions) == 1 and "Put" in actions[0]:
            self._call("PutItem", dict(actions[0]["Put"]))
            return
        transaction = [
            {kind: {"TableName": self.name, **action} for kind, action in entry.items()}
            for entry in actions
        ]
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self._call("TransactWriteItems", {"TransactItems": transaction}, table=False)
                return
            except ConditionFailed as lost:
                if lost.failed or attempt == CONFLICT_ATTEMPTS - 1:
                    raise
                # Another transaction holds one of the items for some milliseconds.
                time.sleep(random.uniform(0.005, 0.02) * (attempt + 1))

    def update(self, update: Mapping[str, Any]) -> Item:
        """One UpdateItem; gives the new attributes. Raises ConditionFailed."""
        answer = self._call("UpdateItem", {**update, "ReturnValues": "ALL_NEW"})
        return cast(Item, answer.get("Attributes", {}))

    def write_many(self, puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        """Unconditional puts and deletes in batches of 25, repeated until all are taken."""
        requests: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in puts]
        requests += [{"DeleteRequest": {"Key": _key(key)}} for key in deletes]
        while requests:
            part, requests = requests[:BATCH_WRITE_LIMIT], requests[BATCH_WRITE_LIMIT:]
            answer = self._batch("BatchWriteItem", part)
            requests = answer.get("UnprocessedItems", {}).get(self.name, []) + requests

    def _batch(self, operation: str, content: Any) -> dict[str, Any]:
        return self._call(operation, {"RequestItems": {self.name: content}}, table=False)

    def _call(self, operation: str, request: dict[str, Any], *, table: bool = True) -> Item:
        self._count(operation)
        if table:
            request["TableName"] = self.name
        return self._guarded(lambda: self.connection.dispatch(operation, request))

    def _count(self, operation: str) -> None:
        if self._on_request is not None:
            self._on_request(operation)

    def _guarded(self, call: Callable[[], Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError
        from pynamodb.exceptions import PynamoDBException

        try:
            return call()
        except (PynamoDBException, ClientError, BotoCoreError) as error:
            raise _translate(error) from error


class RowChanges:
    """Unconditional puts and deletes collected by key; the last word on a key wins."""

    def __init__(self) -> None:
        self._rows: dict[Key, Item | None] = {}

    def put(self, item: Item) -> None:
        """Write this item."""
        self._rows[item["pk"]["S"], item["sk"]["S"]] = item

    def delete(self, key: Key) -> None:
        """Remove what is at this key."""
        self._rows[key] = None

    def apply(self, table: Table) -> None:
        """Carry everything out, 25 rows a request."""
        table.write_many(
            puts=[item for item in self._rows.values() if item is not None],
            deletes=[key for key, item in self._rows.items() if item is None],
        )


def _translate(error: Exception) -> Exception:
    """Our own error for what DynamoDB said; what is our own fault stays as it is (a 500)."""
    cause: Any = getattr(error, "cause", None) or error
    response: dict[str, Any] = getattr(cause, "response", None) or {}
    code = response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        return ConditionFailed({0: response.get("Item")})
    if code == "TransactionCanceledException":
        reasons = [
            (r.code, r.raw_item) if r else ("None", None) for r in cause.cancellation_reasons
        ]
        failed = {i: item for i, (r, item) in enumerate(reasons) if r == "ConditionalCheckFailed"}
        conflict = any(r == "TransactionConflict" for r, _ in reasons)
        if failed or conflict:
            return ConditionFailed(failed, conflict=conflict)
        return Unavailable("The table is busy.", details={"reasons": [r for r, _ in reasons]})
    if code == "TransactionConflictException":
        return ConditionFailed({}, conflict=True)
    if code in _RETRYABLE or not response:
        return Unavailable("The table does not answer.")
    return error


def _key(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _describe(name: str) -> dict[str, Any]:
    """What DescribeTable would answer, so that no request is spent on asking."""

    def schema(hash_name: str, range_name: str) -> list[dict[str, str]]:
        return [
            {"AttributeName": hash_name, "KeyType": "HASH"},
            {"AttributeName": range_name, "KeyType": "RANGE"},
        ]

    names = ["pk", "sk"] + [n for index in INDEXES.values() for n in (index.hash, index.range)]
    return {
        "TableName": name,
        "KeySchema": schema("pk", "sk"),
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
        "GlobalSecondaryIndexes": [
            {"IndexName": i.name, "KeySchema": schema(i.hash, i.range)} for i in INDEXES.values()
        ],
    }
