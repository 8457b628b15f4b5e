"""Accounts and contacts as tests make them: through the API."""

from typing import Any

from tests.house import House
from tests.world import Answer


def made(house: House, kind: str, *, by: Any = None, **fields: Any) -> dict[str, Any]:
    """The record as the API answers its creation."""
    answer = house.call("POST", f"/v1/{kind}s", fields, by=by)
    assert answer.status == 201, answer.text
    return answer.json


def account(house: House, name: str = "华为技术有限公司", **fields: Any) -> dict[str, Any]:
    """A new account."""
    return made(house, "account", name=name, **fields)


def contact(house: House, name: str = "王伟", **fields: Any) -> dict[str, Any]:
    """A new contact."""
    return made(house, "contact", name=name, **fields)


def place(record: dict[str, Any]) -> str:
    """Where the record is found."""
    kinds = {"acc": "accounts", "con": "contacts"}
    return f"/v1/{kinds[record['id'].partition('_')[0]]}/{record['id']}"


def read(house: House, record: dict[str, Any]) -> dict[str, Any]:
    """The record as it is now."""
    answer = house.call("GET", place(record))
    assert answer.status == 200, answer.text
    return answer.json


def ok(answer: Answer, status: int = 200) -> Any:
    """What a successful answer says."""
    assert answer.status == status, answer.text
    return answer.json if answer.text else None


def items(answer: Answer) -> list[Any]:
    """The items of a page."""
    return ok(answer)["items"]
