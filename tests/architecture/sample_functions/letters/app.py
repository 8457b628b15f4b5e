"""Routes, a subscribed queue, one that follows records, and a plain queue."""

from typing import Any

from chalice.app import Chalice

from tests.architecture.sample_functions.contracts import consumes, endpoint, follows

app = Chalice("letters")


@app.route("/v1/letters", methods=["GET"])
@endpoint()
def list_letters() -> dict[str, str]:
    return {}


@app.route("/v1/letters", methods=["POST"])
@endpoint()
def post_letter() -> dict[str, str]:
    return {}


@app.route("/v1/letters/{letter_id}", methods=["GET"])
@endpoint()
def read_letter(letter_id: str) -> dict[str, str]:
    return {"id": letter_id}


@app.route("/v1/boxes/{token}/letters", methods=["POST"], cors=True)
@endpoint(public=True)
def drop_letter(token: str) -> dict[str, str]:
    return {"token": token}


@app.on_sqs_message(queue="letter-posted", batch_size=10, maximum_batching_window_in_seconds=1)
@consumes("letter.posted.v1", "letter.dropped.v1")
def deliver(event: Any) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": []}


@app.on_sqs_message(queue="letter-timers", batch_size=5)
@consumes()
def remind(event: Any) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": []}


@app.on_sqs_message(queue="letter-file", batch_size=10)
@follows("str_", "hou_")
def keep_on_file(event: Any) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": []}
