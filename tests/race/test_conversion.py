"""Conversions that meet each other, edits and reversals: nothing lost, nothing twice."""

from collections import Counter
from typing import Any

from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity
from shared.storage import rota
from shared.storage.identities import holders
from shared.storage.record import from_item
from tests.house import House
from tests.race.contest import at_once
from tests.world import Answer

PERSON: dict[str, Any] = {"name": "欧阳娜娜", "company": "华为技术有限公司", "phone": "13812340101"}
DEAL = {"opportunity": {}}


def stored(house: House, kind: Any) -> list[Any]:
    items = [item for item in house.items() if "doc" in item]
    return [from_item(kind, item) for item in items if item["kind"]["S"] == kind.kind]


def where(lead_id: str) -> str:
    return f"/v1/leads/{lead_id}/conversion"


def test_a_conversion_clicked_often_happens_once(house: House) -> None:
    by, lead_id = house.by(), house.lead(**PERSON)["id"]
    answers = at_once(lambda _: house.call("POST", where(lead_id), DEAL, by=by), range(12))
    told = Counter((answer.status, answer.json.get("code")) for answer in answers)
    assert told == {(201, None): 1, (409, "ALREADY_CONVERTED"): 11}
    for kind in (Account, Contact, Opportunity, Conversion):
        assert len(stored(house, kind)) == 1, kind
    (links,) = {str(a.json["details"]["links"]) for a in answers if a.status == 409}
    assert stored(house, Account)[0].id in links


def test_one_key_gives_everybody_the_first_answer(house: House) -> None:
    by, lead_id = house.by(), house.lead(**PERSON)["id"]
    headers = {"idempotency-key": "click"}

    def click(_: int) -> tuple[int, str]:
        answer = house.call("POST", where(lead_id), DEAL, by=by, headers=headers)
        return answer.status, answer.text

    ((status, _),) = set(at_once(click, range(12)))
    assert status == 201
    assert len(stored(house, Account)) == 1


def test_edits_of_the_linked_account_and_the_conversion_both_stand(house: House) -> None:
    by = house.by()
    firm = house.call("POST", "/v1/accounts", {"name": "Huawei"}, by=by).json["id"]
    lead_id = house.lead(**PERSON, website="https://huawei.com", industry="IT")["id"]
    order = {"account": {"id": firm}, "contact": {"mode": "create"}}

    def act(n: int) -> Answer:
        if n == 3:
            return house.call("POST", where(lead_id), order, by=by)
        body = {"custom": {f"w{n}": n}}
        return house.call("PATCH", f"/v1/accounts/{firm}", body, by=by)

    answers = at_once(act, range(7))
    after = house.store.load(Account, firm)
    edits = {f"w{n}": n for n, answer in enumerate(answers) if n != 3 and answer.status == 200}
    assert after.custom == edits
    assert len(edits) >= 3
    if answers[3].status == 201:
        assert (after.website, after.industry) == ("https://huawei.com", "IT")
        assert house.stored(lead_id).status == "converted"
    else:  # five attempts each met an edit: nothing of it was done
        assert (after.website, house.stored(lead_id).status) == (None, "new")


def test_an_account_that_is_archived_meanwhile_gets_no_lead(house: House) -> None:
    by = house.by()
    for n in range(5):
        firm = house.call("POST", "/v1/accounts", {"name": f"Firm {n} GmbH"}, by=by).json["id"]
        lead_id = house.lead(name=f"n{n}", company=f"Firm {n} GmbH")["id"]
        order = {"account": {"id": firm, "mode": "link"}}
        tasks = [("POST", where(lead_id), order), ("DELETE", f"/v1/accounts/{firm}", None)]
        made, gone = at_once(lambda task: house.call(*task, by=by), tasks)
        assert gone.status == 200
        found = house.store.load(Account, firm, deleted=True)
        assert found.deleted_at is not None
        assert made.status in (201, 422)
        assert (house.stored(lead_id).status == "converted") == (made.status == 201)
        if made.status == 422:
            assert [e["code"] for e in made.json["errors"]] == ["archived"]


def test_leads_with_one_identity_make_one_contact(house: House) -> None:
    by = house.by()
    leads = [house.lead(**PERSON)["id"] for _ in range(6)]
    answers = at_once(lambda i: house.call("POST", where(i), DEAL, by=by), leads)
    told = Counter((answer.status, answer.json.get("code")) for answer in answers)
    assert told == {(201, None): 1, (409, "duplicates_found"): 5}
    assert len(stored(house, Contact)) == len(stored(house, Account)) == 1
    assert Counter(lead.status for lead in stored(house, Lead)) == {"converted": 1, "new": 5}


def test_those_that_insist_share_no_identity(house: House) -> None:
    by = house.by()
    leads = [house.lead(**PERSON)["id"] for _ in range(4)]
    order = {"allow_duplicate": {"reason": "twins"}}
    answers = at_once(lambda i: house.call("POST", where(i), order, by=by), leads)
    done = [answer for answer in answers if answer.status == 201]
    assert done
    contacts = stored(house, Contact)
    assert len(contacts) == len(done)
    (holder,) = holders(house.store, [("phone:", "+8613812340101")]).values()
    assert [c.id for c in contacts if not c.contested] == [holder]


def test_a_reversal_and_a_later_edit_never_lose_each_other(house: House) -> None:
    by = house.by()
    for n in range(5):
        person: dict[str, Any] = {
            "name": f"Person {n}",
            "company": f"Firm {n} GmbH",
            "phone": f"1381234000{n}",
        }
        lead_id = house.lead(**person)["id"]
        made = house.call("POST", where(lead_id), by=by)
        firm = made.json["account"]
        edit = ("PATCH", f"/v1/accounts/{firm}", {"industry": "edited"})
        back, edited = at_once(
            lambda task: house.call(*task, by=by), [("DELETE", where(lead_id), None), edit]
        )
        assert back.status == 200
        assert house.stored(lead_id).status == "new"
        kept = house.store.load(Account, firm, deleted=True)
        assert (kept.deleted_at is None) == (edited.status == 200)
        assert (kept.industry == "edited") == (edited.status == 200)
        assert (firm in back.json["archived"]) == (edited.status == 404)


def test_a_reversal_clicked_often_happens_once_and_loads_stay_true(house: House) -> None:
    seller = house.user()
    team = house.team([seller])
    by = house.by()
    leads = [house.owned(seller, name=f"n{n}", company=f"Firm {n} GmbH").id for n in range(3)]
    made = at_once(lambda i: house.call("POST", where(i), by=by).status, leads)
    assert made == [201] * 3
    assert rota.standings(house.store, team.id)[seller.id].load == 0
    answers = at_once(lambda i: house.call("DELETE", where(i), by=by).status, leads * 4)
    assert Counter(answers) == {200: 3, 409: 9}
    assert rota.standings(house.store, team.id)[seller.id].load == 3
    assert {lead.status for lead in stored(house, Lead)} == {"new"}


def test_notes_end_where_the_lead_is_whatever_order_the_work_is_done_in(house: House) -> None:
    by, lead_id = house.by(), house.lead(**PERSON)["id"]
    for n in range(8):
        house.call("POST", f"/v1/leads/{lead_id}/notes", {"text": f"{n}"}, by=by)
    house.call("POST", where(lead_id), by=by)
    house.world.settle(hold="conversion-children")
    messages = house.world.take("conversion-children")

    def act(n: int) -> int:
        if n == 0:
            return house.call("DELETE", where(lead_id), by=by).status
        house.world.deliver("conversion-children", messages)
        return 0

    assert at_once(act, range(4))[0] == 200
    house.world.settle(hold="conversion-children")
    messages += house.world.take("conversion-children")
    house.world.dead.clear()
    house.world.deliver("conversion-children", messages)
    assert not house.world.dead
    items = house.call("GET", f"/v1/leads/{lead_id}/notes", by=by).json["items"]
    assert [item["about"] for item in items] == [lead_id] * 8
