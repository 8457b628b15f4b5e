"""Deliveries that come twice, crashes, pauses and stops: the same outcomes, no row lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.imports import outcomes as listing
from functions.imports import splitting, writing
from shared.domain.imports import ImportJob
from shared.storage.driver import Table
from tests.integration.imports.office import Office, csv_file, outcomes, people

UPSERT = {"mode": "upsert", "keys": ["external_id"]}
CHUNKS = "import-chunks"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 8 rows and transactions of 4 actions, so that few rows make many of both."""
    monkeypatch.setattr(splitting, "CHUNK_ROWS", 8)
    monkeypatch.setattr(writing, "TOGETHER", 4)


class Crash(Exception):
    """The process dies here."""


@pytest.fixture
def crashing(office: Office) -> Iterator[Any]:
    """Lets the table die at the n-th write transaction from now."""
    runtime = office.house.world.runtime
    sound = runtime.table

    def after(transactions: int) -> None:
        left = [transactions]

        def count(operation: str) -> None:
            if operation == "TransactWriteItems":
                left[0] -= 1
                if left[0] < 0:
                    raise Crash

        settings = runtime.settings
        runtime.table = Table(settings.table_name, settings.region, on_request=count)

    def recover() -> None:
        runtime.table = sound

    after.recover = recover  # type: ignore[attr-defined]
    yield after
    recover()


def orders_of(office: Office, job: str, **order: Any) -> list[str]:
    """The first chunk orders of a run."""
    office.start(job, **order)
    office.house.world.settle(hold=CHUNKS)
    return office.house.world.take(CHUNKS)


def leads(office: Office) -> dict[str, Any]:
    """Every lead of the house by its outside id, without what background rules add."""
    items = [i for i in office.house.items() if i.get("kind") == {"S": "lead"} and "doc" in i]
    found = [office.house.stored(item["id"]["S"]) for item in items]
    return {lead.external_id or lead.id: (lead.name, lead.email) for lead in found}


def test_a_chunk_delivered_twice_changes_nothing(office: Office) -> None:
    job = office.mapped(csv_file(people(40)), **UPSERT)
    world = office.house.world
    orders = orders_of(office, job)
    for _ in range(20):
        world.deliver(CHUNKS, [*orders, *orders])
        world.settle(hold=CHUNKS)
        orders = world.take(CHUNKS)
    after = office.read(job)
    assert outcomes(after) == {"created": 40}
    assert len(leads(office)) == 40
    assert len(office.house.events("import.completed")) == 1
    assert len(office.house.events("lead.captured")) == 40
    assert world.dead == []


@pytest.mark.parametrize("transactions", [0, 1, 2])
def test_a_crash_in_the_middle_of_creating_ends_with_the_same_counts(
    office: Office, crashing: Any, transactions: int
) -> None:
    job = office.mapped(csv_file(people(30)))
    world = office.house.world
    orders = orders_of(office, job)
    crashing(transactions)
    world.deliver(CHUNKS, orders)
    assert len(world.dead) == 2
    crashing.recover()
    world.dead.clear()
    world.deliver(CHUNKS, orders)
    world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"created": 30}
    assert {row["outcome"] for row in office.rows(job)} == {"created"}
    assert len(office.house.events("lead.captured")) == 30
    assert world.dead == []


def test_a_crash_in_the_middle_of_updating_ends_with_the_same_counts(
    office: Office, crashing: Any
) -> None:
    office.imported(csv_file(people(30)))
    changed = [(i, name.upper(), mail) for i, name, mail in people(30)]
    job = office.mapped(csv_file(changed), **UPSERT)
    world = office.house.world
    orders = orders_of(office, job)
    crashing(1)
    world.deliver(CHUNKS, orders)
    crashing.recover()
    assert len(world.dead) == 2
    world.dead.clear()
    world.deliver(CHUNKS, orders)
    world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"updated": 30}
    assert leads(office)["P7"] == ("PERSON 7", "person7@example.com")


def test_what_people_edit_between_crash_and_redelivery_stands(
    office: Office, crashing: Any
) -> None:
    created = office.imported(csv_file(people(8)))
    ids = {row["line"]: row["id"] for row in office.rows(created["id"])}
    changed = [(i, name.upper(), mail) for i, name, mail in people(8)]
    job = office.mapped(csv_file(changed), **UPSERT)
    world = office.house.world
    orders = orders_of(office, job)
    crashing(1)
    world.deliver(CHUNKS, orders)
    crashing.recover()
    world.dead.clear()
    done = next(i for i in ids.values() if (office.house.stored(i).name or "").isupper())
    office.call("PATCH", f"/v1/leads/{done}", {"name": "Edited since"})
    world.deliver(CHUNKS, orders)
    world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"updated": 8}
    assert office.house.stored(done).name == "Edited since"


def test_a_start_delivered_twice_runs_once(office: Office) -> None:
    job = office.mapped(csv_file(people(20)))
    office.start(job)
    world = office.house.world
    world.settle(hold="import-start")
    orders = world.take("import-start")
    world.deliver("import-start", [*orders, *orders])
    world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"created": 20}
    assert len(office.house.events("import.completed")) == 1


def test_a_paused_run_stands_still_and_resumes_where_it_was(office: Office) -> None:
    job = office.mapped(csv_file(people(60)))
    world = office.house.world
    world.deliver(CHUNKS, orders_of(office, job))
    office.call("POST", f"/v1/imports/{job}/pause")
    world.settle(rounds=200)
    paused = office.read(job)
    assert paused["status"] == "paused"
    assert 0 < paused["progress"]["done"] < 60
    world.settle(rounds=200)
    assert office.read(job)["progress"] == paused["progress"]
    office.call("POST", f"/v1/imports/{job}/resume")
    world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"created": 60}


def test_a_stopped_run_counts_the_rest_as_skipped(office: Office) -> None:
    job = office.mapped(csv_file(people(60)))
    world = office.house.world
    world.deliver(CHUNKS, orders_of(office, job))
    office.call("POST", f"/v1/imports/{job}/stop")
    world.settle(rounds=200)
    after = office.read(job)
    assert after["status"] == "stopped"
    assert outcomes(after) == {"created": 16, "skipped": 44}
    rows = office.rows(job)
    assert len(rows) == 60
    assert {r.get("reason") for r in rows if r["outcome"] == "skipped"} == {"stopped"}
    assert len(office.rows(job, "skipped")) == 44
    assert len(office.house.events("import.stopped")) == 1


def test_a_run_stopped_while_paused_ends_at_once(office: Office) -> None:
    job = office.mapped(csv_file(people(60)))
    world = office.house.world
    world.deliver(CHUNKS, orders_of(office, job))
    for order in ("pause", "stop"):
        office.call("POST", f"/v1/imports/{job}/{order}")
        world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"created": 16, "skipped": 44}


def test_a_chunk_that_began_before_a_stop_is_finished(office: Office, crashing: Any) -> None:
    job = office.mapped(csv_file(people(30)))
    world = office.house.world
    orders = orders_of(office, job)
    crashing(1)
    world.deliver(CHUNKS, orders)
    crashing.recover()
    world.dead.clear()
    office.call("POST", f"/v1/imports/{job}/stop")
    world.deliver(CHUNKS, orders)
    world.settle(rounds=200)
    after = office.read(job)
    assert outcomes(after) == {"created": 16, "skipped": 14}
    assert len(leads(office)) == 16


def test_repeated_keys_have_the_same_outcome_whatever_chunk_they_are_in(office: Office) -> None:
    rows = [(f"P{n % 20}", f"Person {n}", f"person{n}@example.com") for n in range(60)]
    job = office.imported(csv_file(rows), **UPSERT)
    assert outcomes(job) == {"created": 20, "duplicate": 40}
    repeats = {r["line"]: r["duplicate_of"] for r in office.rows(job["id"], "duplicate")}
    assert repeats == {n + 2: f"line:{n % 20 + 2}" for n in range(20, 60)}
    again = office.imported(csv_file(rows), **UPSERT, on_duplicate="update")
    assert outcomes(again) == {"unchanged": 20, "updated": 40}
    assert leads(office)["P7"] == ("Person 47", "person47@example.com")


def test_a_rehearsal_says_what_a_run_does_and_writes_nothing(office: Office) -> None:
    office.imported(csv_file(people(10)))
    rows = [("P1", "Renamed", "x@example.com"), *people(20, 2), ("P99", "", "no mail")]
    rows += [("P30", "Again", "again@example.com"), ("P30", "Again", "again@example.com")]
    job = office.mapped(csv_file(rows), **UPSERT)
    before = leads(office)
    captured = len(office.house.events("lead.captured"))
    rehearsed = office.run(job, dry_run=True)
    assert rehearsed["status"] == "rehearsed"
    assert leads(office) == before
    assert len(office.house.events("lead.captured")) == captured
    after = office.run(job)
    assert after["counts"] == rehearsed["rehearsal"]
    assert outcomes(after) == {
        "updated": 1,
        "unchanged": 9,
        "created": 12,
        "failed": 1,
        "duplicate": 1,
    }


def test_two_jobs_on_the_same_keys_account_for_every_row(office: Office) -> None:
    first = office.mapped(csv_file(people(24)), **UPSERT)
    second = office.mapped(csv_file(people(24)), **UPSERT)
    office.start(first)
    office.start(second)
    office.house.world.settle(rounds=200)
    one, two = (office.stored(job).counts for job in (first, second))
    assert one is not None
    assert two is not None
    assert (one + two).created == 24
    assert (one + two).unchanged == 24


def test_a_job_that_was_deleted_or_rerun_ignores_old_orders(office: Office) -> None:
    job = office.mapped(csv_file(people(8)))
    orders = orders_of(office, job, dry_run=True)
    office.house.world.deliver(CHUNKS, orders)
    office.house.world.settle(rounds=100)
    office.run(job)
    office.house.world.deliver(CHUNKS, orders)
    assert office.house.world.dead == []
    assert office.house.store.load(ImportJob, job).counts == office.stored(job).counts


def test_a_run_whose_orders_were_lost_goes_on_after_a_pause(office: Office) -> None:
    job = office.mapped(csv_file(people(20)))
    orders_of(office, job)
    world = office.house.world
    for order in ("pause", "resume"):
        office.call("POST", f"/v1/imports/{job}/{order}")
        world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"created": 20}


def test_a_run_that_stands_still_can_be_stopped(office: Office) -> None:
    job = office.mapped(csv_file(people(20)))
    orders_of(office, job)
    office.call("POST", f"/v1/imports/{job}/stop")
    office.house.world.settle(rounds=200)
    assert outcomes(office.read(job)) == {"skipped": 20}


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_rare_outcomes_are_found_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(listing, "MOST_CHUNKS", 3)
    bad = {5, 6, 70, 99}
    rows = [("", "", f"no mail {n}" if n in bad else "") for n in range(100)]
    fields = [{"field": "email", "columns": ["Email"]}]
    named = [(str(n), f"N{n}", mail) for n, (_, _, mail) in enumerate(rows)]
    job = office.mapped(csv_file(named), [*fields, {"field": "name", "columns": ["Name"]}])
    office.run(job, dry_run=True)
    found: list[int] = []
    query = {"limit": str(limit), "outcome": "failed"}
    while True:
        page = office.call("GET", f"/v1/imports/{job}/rows", query=query)
        assert len(page["items"]) <= limit
        found += [row["line"] for row in page["items"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert found == [n + 2 for n in sorted(bad)]
