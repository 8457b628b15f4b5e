"""A schedule and two readers of the table's stream."""

from typing import Any

from chalice.app import Chalice, Rate

app = Chalice("clocks")


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: Any) -> None:
    return None


@app.on_dynamodb_record(stream_arn="Table", batch_size=100)
def publish(event: Any) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": []}
