"""Requests of data subjects, as a privacy officer enters and carries them out."""

import io
import json
import urllib.request
import zipfile
from typing import Any

import boto3

from tests.house import House
from tests.integration.privacy.people import made

STEPS = "privacy-steps"


def ask(house: House, kind: str, subject: str, **more: Any) -> str:
    """The id of a new request."""
    return made(house, "/v1/privacy-requests", {"type": kind, "subject": subject, **more})["id"]


def execute(house: House, request: str, body: Any = None) -> None:
    """Carry it out to its end."""
    answer = house.call("POST", f"/v1/privacy-requests/{request}/execution", body or {})
    assert answer.status == 202, answer.text
    finish(house)


def finish(house: House) -> None:
    """Until no step is left, with the time between them."""
    for _ in range(30):
        house.world.settle(rounds=300)
        if not house.world.queues.waiting.get(STEPS):
            break
        house.world.release_delayed(STEPS)
    assert not house.world.dead, house.world.dead


def answered(house: House, kind: str, subject: str, **more: Any) -> dict[str, Any]:
    """A request that was carried out, as it reads afterwards."""
    request = ask(house, kind, subject)
    execute(house, request, more or None)
    found = house.call("GET", f"/v1/privacy-requests/{request}").json
    assert found["status"] == "completed", found
    return found


def file_of(house: House, request: str) -> bytes:
    """The file of an export."""
    link = house.call("POST", f"/v1/privacy-requests/{request}/link")
    assert link.status == 200, link.text
    assert f"privacy/{house.tenant}/{request}/" in link.json["url"]
    with urllib.request.urlopen(link.json["url"]) as file:
        return bytes(file.read())


def pack_of(house: House, view: dict[str, Any]) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """The parts of an export, and its page."""
    archive = zipfile.ZipFile(io.BytesIO(file_of(house, view["id"])))
    parts = {
        name.removeprefix("data/").removesuffix(".json"): json.loads(archive.read(name))
        for name in archive.namelist()
        if name.startswith("data/")
    }
    return parts, archive.read("index.html").decode()


def objects(house: House) -> dict[str, bytes]:
    """Every object of the tenant in the files bucket."""
    bucket = boto3.resource("s3").Bucket(house.world.runtime.settings.files_bucket)
    mine = [entry for entry in bucket.objects.all() if f"/{house.tenant}/" in entry.key]
    return {entry.key: entry.get()["Body"].read() for entry in mine}
