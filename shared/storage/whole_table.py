"""The one request that nothing else in the product has: a Scan, through all items of one tenant.

For what a tenant takes along when it leaves, and for its removal. Only the use case with the
access `table.scan` (infra/functions.yaml) may import this, as test_no_scan.py proves.
"""

from shared.storage.driver import Item, Page, Table


class WholeTable(Table):
    """A table that can also be read from end to end."""

    @classmethod
    def of(cls, table: Table) -> "WholeTable":
        """The same table over the same connection."""
        whole = cls(table.name, table._region, on_request=table._on_request)
        whole.connection = table.connection
        return whole

    def items_of(
        self,
        tenant: str,
        *,
        after: Item | None = None,
        limit: int | None = None,
        segment: int = 0,
        segments: int = 1,
    ) -> Page:
        """One request: the tenant's items among the next `limit` (or 1 MB) of a segment.

        It is paid for all items that it passes, of every tenant. An empty page is not the end;
        the end is a page without `last_key`.
        """
        request: Item = {
            "FilterExpression": "begins_with(pk, :mine)",
            "ExpressionAttributeValues": {":mine": {"S": f"{tenant}#"}},
            "ConsistentRead": True,
            "Segment": segment,
            "TotalSegments": segments,
        }
        if after is not None:
            request["ExclusiveStartKey"] = after
        if limit is not None:
            request["Limit"] = limit
        answer = self._call("Scan", request)
        return Page(answer["Items"], answer.get("LastEvaluatedKey"))
