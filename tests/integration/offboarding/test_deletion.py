"""The deletion of a tenant: confirmed, after a time of grace, complete, and nobody else's."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.access.authorizer import Authorizer, Unauthorized
from functions.offboarding import removing
from functions.offboarding.messages import RemovalStep
from functions.offboarding.model import TenantRemoval, removal_id
from shared.domain.access import Role
from shared.domain.signatures import Seal
from shared.domain.tenancy import Tenant
from shared.runtime.timers import TimerDue
from shared.storage import keys
from tests.house import House, all_items
from tests.integration.offboarding.conftest import FakePool, furnish

TIMERS, REMOVALS = "tenant_deletion-timers", "tenant-removals"


def ask(house: House, name: str = "House") -> Any:
    return house.call("POST", "/v1/tenant/deletion", {"confirmation": name})


def end_grace(house: House) -> None:
    """Let seven days pass, and the sweeper see it."""
    house.world.pass_time(timedelta(days=7))
    _sweep(house)


def _sweep(house: House) -> None:
    deletion = house.call("GET", "/v1/tenant/deletion").json
    due = TimerDue(
        tenant=house.tenant, kind="tenant_deletion", id=deletion["id"], due=house.world.now
    )
    house.world.deliver(TIMERS, [due.model_dump_json()])


def finish(house: House) -> None:
    """All sweeps, with the time between them."""
    for _ in range(20):
        house.world.settle(rounds=200)
        if not house.world.queues.waiting.get(REMOVALS):
            return
        house.world.release_delayed(REMOVALS)
    raise AssertionError("the removal does not end")


def objects(house: House) -> list[str]:
    bucket = boto3.resource("s3").Bucket(house.world.runtime.settings.files_bucket)
    return [entry.key for entry in bucket.objects.all() if house.tenant in entry.key]


def test_the_name_must_be_confirmed(house: House) -> None:
    refused = ask(house, "house")
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "confirmation_differs")
    assert house.call("GET", "/v1/tenant/deletion").status == 404
    asked = ask(house)
    assert (asked.status, asked.json["status"]) == (202, "scheduled")
    assert asked.json["begins_at"].startswith("2026-03-09T09:00")
    assert ask(house).status == 409


def test_only_administrators_may_delete(house: House) -> None:
    for role in (Role.SALES_MANAGER, Role.LEGAL, Role.INTEGRATION):
        body = {"confirmation": "House"}
        answer = house.call("POST", "/v1/tenant/deletion", body, by=house.by(role))
        assert answer.status == 403


def test_no_program_deletes_a_tenant(house: House) -> None:
    key = house.by(kind="api_key")
    answer = house.call("POST", "/v1/tenant/deletion", {"confirmation": "House"}, by=key)
    assert (answer.status, answer.code) == (403, "people_only")


def test_a_deletion_called_off_does_nothing(house: House, pool: FakePool) -> None:
    furnish(house, pool, "留下")
    ask(house)
    cancelled = house.call("DELETE", "/v1/tenant/deletion")
    assert (cancelled.status, cancelled.json["status"]) == (200, "cancelled")
    assert house.call("DELETE", "/v1/tenant/deletion").status == 409
    before = [i for i in house.items() if "doc" in i]
    end_grace(house)
    finish(house)
    assert [i for i in house.items() if "doc" in i] == before
    assert not pool.removed
    assert ask(house).status == 202


def test_nothing_begins_before_its_time(house: House, pool: FakePool) -> None:
    ask(house)
    house.world.pass_time(timedelta(days=6, hours=23))
    _sweep(house)
    finish(house)
    assert house.call("GET", "/v1/tenant/deletion").json["status"] == "scheduled"
    assert house.store.load(Tenant, house.tenant).closed_at is None


def test_everything_of_the_tenant_goes_and_nothing_of_others(house: House, pool: FakePool) -> None:
    furnish(house, pool, "要走")
    other = furnish(House(house.world), pool, "要留")
    before = [i for i in all_items(house.world) if house.tenant not in str(i)]
    theirs = objects(other)
    accounts = {name for name in pool.accounts if name.startswith(house.tenant)}
    records = [i for i in house.items() if "doc" in i]
    ask(house)
    house.world.settle(rounds=200)
    end_grace(house)
    finish(house)
    assert house.items() == []
    assert objects(house) == []
    assert set(pool.removed) == accounts
    after = all_items(house.world)
    proof = removal_id(house.tenant)
    assert [i for i in after if proof not in str(i)] == before, "row by row"
    assert objects(other) == theirs
    assert not house.world.dead
    removed = house.world.runtime.store(keys.GLOBAL).load(TenantRemoval, proof)
    assert removed.status == "completed"
    assert removed.counts["account"] == 3
    assert removed.counts["accounts"] == len(accounts)
    assert removed.counts["objects"] == 3
    kinds = sum(count for name, count in removed.counts.items() if name not in _ROWS)
    assert kinds >= len(records)


_ROWS = {"rows", "accounts", "objects"}


def test_the_proof_is_sealed(house: House, pool: FakePool) -> None:
    furnish(house, pool, "凭证")
    ask(house)
    end_grace(house)
    finish(house)
    runtime = house.world.runtime
    proof = runtime.store(keys.GLOBAL).load(TenantRemoval, removal_id(house.tenant))
    seal = Seal(runtime.signing_secret, removing.SEAL)
    assert proof.signature == seal.digest(proof.statement())
    bent = proof.model_copy(update={"counts": {**proof.counts, "lead": 0}})
    assert proof.signature != seal.digest(bent.statement())
    assert proof.requested_by == house.admin.id


def test_from_the_end_of_grace_nobody_gets_in(house: House, pool: FakePool) -> None:
    key = house.call("POST", "/v1/api-keys", {"name": "program"}).json["token"]
    authorizer = Authorizer(house.world.runtime)
    header, arn = f"Bearer {key}", "arn:aws:execute-api:eu-central-1:1:api/prod/GET/v1/me"
    assert authorizer.admit(header, arn)["context"]["tenant"] == house.tenant
    ask(house)
    end_grace(house)
    with pytest.raises(Unauthorized):
        authorizer.admit(header, arn)


def test_addresses_are_free_again(house: House, pool: FakePool) -> None:
    furnish(house, pool, "地址")
    emails = [user.email for user in house.people.values()]
    ask(house)
    end_grace(house)
    finish(house)
    guards = [keys.guard(keys.GLOBAL, "user", "email", email) for email in emails]
    assert house.world.runtime.table.get_many(guards) == {}


def test_every_step_may_come_twice(
    house: House, pool: FakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "PAGES_AT_ONCE", 1)
    furnish(house, pool, "重复")
    ask(house)
    house.world.settle(rounds=200)
    house.world.pass_time(timedelta(days=7))
    _sweep(house)
    for _ in range(30):
        orders = house.world.take(REMOVALS)
        house.world.deliver(REMOVALS, [order for order in orders for _ in range(2)])
        house.world.settle(rounds=200, hold=REMOVALS)
        if not house.world.queues.waiting.get(REMOVALS):
            break
    assert house.items() == []
    proof = house.world.runtime.store(keys.GLOBAL).load(TenantRemoval, removal_id(house.tenant))
    assert (proof.status, proof.counts["account"], proof.counts["contact"]) == ("completed", 3, 3)
    assert not house.world.dead


def test_a_stray_order_removes_nothing(house: House, pool: FakePool) -> None:
    furnish(house, pool, "误投")
    before = house.items()
    house.world.deliver(REMOVALS, [RemovalStep(tenant=house.tenant).model_dump_json()])
    house.world.deliver(REMOVALS, [json.dumps({"tenant": house.tenant, "sweep": 1})])
    assert house.items() == before
    assert not pool.removed
