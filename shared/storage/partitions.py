"""A whole partition, page by page: for background jobs, and for what is small by nature."""

from collections.abc import Iterator
from typing import Any

from shared.storage.driver import Item, Table
from shared.storage.keys import Index


def every(
    table: Table, partition: str, *, prefix: str = "", index: Index | None = None
) -> Iterator[Item]:
    """All items of a partition (of an index: as late as that is), those whose key begins so."""
    from pynamodb.expressions.operand import Path

    sort: Any = Path(["sk"]).startswith(prefix) if prefix else None
    after: Item | None = None
    while True:
        page = table.query(partition, index=index, sort=sort, after=after, consistent=index is None)
        yield from page.items
        after = page.last_key
        if after is None:
            return
