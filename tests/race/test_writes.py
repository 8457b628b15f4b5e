"""One record, many writers: one winner per version, nothing lost, nothing done twice."""

from typing import Any

from shared.domain.leads.model import Lead
from tests.house import House
from tests.race.contest import at_once


def test_the_same_etag_lets_exactly_one_writer_through(house: House) -> None:
    by, lead = house.by(), house.lead()

    def write(n: int) -> int:
        body = {"custom": {f"w{n}": n}}
        headers = {"if-match": '"1"'}
        return house.call("PATCH", f"/v1/leads/{lead['id']}", body, by=by, headers=headers).status

    answers = at_once(write, range(40), threads=40)
    assert sorted(answers) == [200] + [412] * 39
    assert house.stored(lead["id"]).custom == {f"w{answers.index(200)}": answers.index(200)}


def test_two_hundred_parallel_edits_have_one_winner_per_version(house: House) -> None:
    by, lead = house.by(), house.lead()
    path = f"/v1/leads/{lead['id']}"

    def edit(n: int) -> tuple[int, int]:
        seen = house.call("GET", path, by=by).headers["ETag"]
        body = {"custom": {f"w{n}": n}}
        answer = house.call("PATCH", path, body, by=by, headers={"if-match": seen})
        return answer.status, answer.json.get("version", 0)

    answers = at_once(edit, range(90), threads=30) + at_once(edit, range(90, 200), threads=30)
    assert {status for status, _ in answers} == {200, 412}
    winners = [n for n, (status, _) in enumerate(answers) if status == 200]
    versions = sorted(answers[n][1] for n in winners)
    stored = house.stored(lead["id"])
    assert versions == list(range(2, stored.version + 1))
    assert stored.custom == _kept(stored, winners)


def _kept(stored: Lead, winners: list[int]) -> dict[str, Any]:
    assert len(winners) <= 100, "a lead holds a hundred custom fields"
    return {f"w{n}": n for n in winners}


def test_edits_without_a_precondition_lose_nothing_either(house: House) -> None:
    by, lead = house.by(), house.lead()

    def edit(n: int) -> int:
        body = {"custom": {f"w{n}": n}}
        return house.call("PATCH", f"/v1/leads/{lead['id']}", body, by=by).status

    answers = at_once(edit, range(60), threads=6)
    winners = [n for n, status in enumerate(answers) if status == 200]
    stored = house.stored(lead["id"])
    assert stored.custom == {f"w{n}": n for n in winners}
    assert stored.version == 1 + len(winners)
    assert set(answers) <= {200, 412}
    assert len(winners) >= 30


def test_one_key_makes_one_lead_however_often_it_is_sent(house: House) -> None:
    by = house.by()
    headers = {"idempotency-key": "form-7"}

    def send(n: int) -> tuple[int, str]:
        body = {"name": "李娜", "external_id": "x-1"}
        answer = house.call("POST", "/v1/leads", body, by=by, headers=headers)
        return answer.status, answer.text

    answers = set(at_once(send, range(20), threads=20))
    assert len(answers) == 1
    (status, _), *_ = answers
    assert status == 201
    assert len(house.call("GET", "/v1/leads").json["items"]) == 1


def test_one_key_carries_out_a_decision_once(house: House) -> None:
    by, lead = house.by(), house.lead()
    path = f"/v1/leads/{lead['id']}/disqualification"
    headers = {"idempotency-key": "k"}

    def send(n: int) -> tuple[int, str]:
        answer = house.call("POST", path, {"reason": "spam"}, by=by, headers=headers)
        return answer.status, answer.text

    ((status, _),) = set(at_once(send, range(12), threads=12))
    assert status == 200
    assert house.stored(lead["id"]).version == 2


def test_an_outside_id_goes_to_the_first(house: House) -> None:
    by = house.by()

    def send(n: int) -> int:
        body = {"name": f"n{n}", "external_id": "x-1"}
        return house.call("POST", "/v1/leads", body, by=by).status

    assert sorted(at_once(send, range(20), threads=20)) == [201] + [409] * 19
    assert len(house.call("GET", "/v1/leads").json["items"]) == 1
