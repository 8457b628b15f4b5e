"""Reads the table's stream: one consumer publishes events, one keeps history and search rows."""

from typing import Any

from chalice.app import DynamoDBEvent

from functions.changes.history import history_row, own_rows
from functions.changes.images import Change, changes_in
from functions.changes.publishing import first_refused
from functions.changes.search_rows import search_changes
from shared.events.publisher import publish
from shared.runtime.app import create_app
from shared.runtime.runtime import runtime
from shared.storage.driver import RowChanges

app = create_app("changes")


@app.on_dynamodb_record(stream_arn="Table", batch_size=100)
def publish_events(event: DynamoDBEvent) -> dict[str, Any]:
    """Put what the stored states caused on the bus; from the first refused one on, again."""
    changes = changes_in(event.to_dict())
    envelopes = [envelope for change in changes for envelope in change.envelopes]
    now = runtime()
    refused = publish(now.client("events"), now.settings.bus_name, envelopes)
    failed = first_refused(changes, refused)
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}


@app.on_dynamodb_record(stream_arn="Table", batch_size=100)
def keep_history(event: DynamoDBEvent) -> dict[str, Any]:
    """Write who changed which field when, and the rows by which texts are found."""
    rows = RowChanges()
    for change in changes_in(event.to_dict()):
        _keep(change, rows)
    rows.apply(runtime().table)
    return {"batchItemFailures": []}


def _keep(change: Change, rows: RowChanges) -> None:
    row = history_row(change)
    if row is not None:
        rows.put(row)
    added, removed = search_changes(change)
    for item in added:
        rows.put(item)
    for key in removed:
        rows.delete(key)
    if change.after is None:
        for key in own_rows(runtime().table, change.image):
            rows.delete(key)
