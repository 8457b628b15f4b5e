"""Accounts and contacts for tests of duplicates, made through the API."""

from typing import Any

from shared.domain.access import Principal
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from tests.house import House
from tests.world import Answer


def open_house(house: House, mode: str = "queue") -> None:
    """Let everything in: what is looked at is the queue."""
    rules = {kind: {"mode": mode} for kind in ("account", "contact")}
    answer = house.call("PUT", "/v1/duplicate-policy", rules)
    assert answer.status == 200, answer.text


def make(house: House, plural: str, *, by: Principal | None = None, **fields: Any) -> str:
    """The id of a new record."""
    answer = house.call("POST", f"/v1/{plural}", fields, by=by)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def account(house: House, name: str = "华为技术有限公司", **fields: Any) -> str:
    """The id of a new account."""
    return make(house, "accounts", name=name, **fields)


def contact(house: House, name: str = "王小明", **fields: Any) -> str:
    """The id of a new contact."""
    return make(house, "contacts", name=name, **fields)


def merge(house: House, survivor: str, loser: str, **more: Any) -> Answer:
    """A merge; nothing has been moved yet."""
    return house.call("POST", "/v1/merges", {"survivor": survivor, "loser": loser, **more})


def merged(house: House, survivor: str, loser: str, **more: Any) -> str:
    """The id of a merge, everything moved."""
    answer = merge(house, survivor, loser, **more)
    assert answer.status == 201, answer.text
    house.world.settle()
    return str(answer.json["id"])


def state_of(house: House, merge_id: str) -> dict[str, Any]:
    """The merge as it is read."""
    answer = house.call("GET", f"/v1/merges/{merge_id}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def undo(house: House, merge_id: str) -> dict[str, Any]:
    """The merge after its undo, everything back."""
    answer = house.call("DELETE", f"/v1/merges/{merge_id}")
    assert answer.status == 200, answer.text
    house.world.settle()
    return state_of(house, merge_id)


def the_account(house: House, account_id: str) -> Account:
    """The account as the table holds it."""
    return house.store.load(Account, account_id, deleted=True)


def the_contact(house: House, contact_id: str) -> Contact:
    """The contact as the table holds it."""
    return house.store.load(Contact, contact_id, deleted=True)
