"""A tenant's archive: everything in it, readable without the product, and nobody else's."""

import hashlib
import io
import json
import urllib.request
import zipfile
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from functions.offboarding import archiving
from functions.offboarding.model import TenantArchive
from shared.domain.access import Role
from tests.house import House
from tests.integration.offboarding.conftest import FakePool, furnish


def archived(house: House) -> tuple[dict[str, Any], bytes]:
    """The archive's record and its file."""
    asked = house.call("POST", "/v1/tenant/archives")
    assert asked.status == 202, asked.text
    house.world.settle(rounds=200)
    assert not house.world.dead
    view = house.call("GET", f"/v1/tenant/archives/{asked.json['id']}").json
    assert view["status"] == "completed"
    link = house.call("POST", f"/v1/tenant/archives/{view['id']}/link").json
    assert f"archives/{house.tenant}/" in link["url"]
    with urllib.request.urlopen(link["url"]) as file:
        return view, file.read()


def opened(content: bytes) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("manifest.json"))


def test_an_archive_holds_every_record_and_says_what_it_holds(house: House, pool: FakePool) -> None:
    furnish(house, pool, "北风")
    expected = {i["id"]["S"] for i in house.items() if "doc" in i}
    view, content = archived(house)
    assert hashlib.sha256(content).hexdigest() == view["manifest"]["sha256"]
    assert len(content) == view["manifest"]["bytes"]
    archive, manifest = opened(content)
    found: set[str] = set()
    for told in manifest["records"]:
        lines = archive.read(told["file"]).splitlines()
        assert len(lines) == told["count"]
        assert hashlib.sha256(archive.read(told["file"])).hexdigest() == told["sha256"]
        if told["kind"] in ("history", "timeline"):
            continue
        for line in lines:
            document = json.loads(line)
            found.add(document["id"])
            jsonschema.validate(document, told["schema"])
    assert expected <= found
    assert {"account", "contact", "lead", "note", "user", "history"} <= {
        told["kind"] for told in manifest["records"]
    }
    assert view["counts"]["account"] == 3
    assert view["manifest"]["rows"] == sum(view["counts"].values())


def test_uploaded_files_come_along_and_secrets_do_not(house: House, pool: FakePool) -> None:
    furnish(house, pool, "南风")
    archive, manifest = opened(archived(house)[1])
    assert [told["file"] for told in manifest["files"]] == ["files/imports/job/source"]
    assert archive.read("files/imports/job/source") == "南风".encode()
    (key,) = archive.read("data/api_key.ndjson").splitlines()
    assert json.loads(key)["secret_hash"] == ""


def test_nothing_of_another_tenant_is_in_it(house: House, pool: FakePool) -> None:
    other = furnish(House(house.world), pool, "别家")
    furnish(house, pool, "自家")
    archive, _ = opened(archived(house)[1])
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert other.tenant not in text
        assert "别家" not in text


def test_an_archive_in_many_parts_is_the_same(
    house: House, pool: FakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(house, pool, "分段")
    whole, _ = archived(house)
    monkeypatch.setattr(archiving, "PART_LINES", 1)
    monkeypatch.setattr(archiving.WholeTable, "items_of", _small_pages(archiving.WholeTable))
    parted, content = archived(house)
    own = {"tenant_archive", "audit", "history"}
    first, second = (
        {k: v for k, v in a["counts"].items() if k not in own} for a in (whole, parted)
    )
    assert first == second
    opened(content)


def _small_pages(table: Any) -> Any:
    plain = table.items_of

    def items_of(self: Any, tenant: str, **more: Any) -> Any:
        return plain(self, tenant, **{"limit": 40, **more})

    return items_of


def test_a_part_delivered_twice_changes_nothing(house: House, pool: FakePool) -> None:
    furnish(house, pool, "两次")
    asked = house.call("POST", "/v1/tenant/archives").json["id"]
    house.world.settle(rounds=200, hold="tenant-archive-parts")
    orders = house.world.take("tenant-archive-parts")
    house.world.deliver("tenant-archive-parts", orders * 3)
    house.world.settle(rounds=200)
    assert not house.world.dead
    archive = house.store.load(TenantArchive, asked)
    assert (archive.status, archive.counts["account"]) == ("completed", 3)


def test_only_one_archive_is_made_at_a_time(house: House) -> None:
    assert house.call("POST", "/v1/tenant/archives").status == 202
    assert house.call("POST", "/v1/tenant/archives").code == "archive_running"


def test_the_link_is_for_the_tenant_s_administrators_and_for_a_week(house: House) -> None:
    archive, _ = archived(house)
    path = f"/v1/tenant/archives/{archive['id']}"
    for role in (Role.SALES_MANAGER, Role.LEGAL, Role.INTEGRATION, Role.READ_ONLY):
        assert house.call("GET", path, by=house.by(role)).status == 403
        assert house.call("POST", "/v1/tenant/archives", by=house.by(role)).status == 403
    stranger = House(house.world)
    assert stranger.call("GET", path).status == 404
    assert stranger.call("POST", f"{path}/link").status == 404
    trail = house.call("GET", "/v1/audit", query={"action": "tenant_archive"}).json["items"]
    assert [(e["subject"], e["reason"]) for e in trail] == [
        (archive["id"], "link"),
        (archive["id"], ""),
    ]
    house.world.pass_time(timedelta(days=7))
    assert house.call("POST", f"{path}/link").status == 410
