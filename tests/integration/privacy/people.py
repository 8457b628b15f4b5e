"""Customers to be protected, as the API makes them."""

from typing import Any

from shared.domain.access import Principal
from tests.house import House

PHONE = "13812340101"
EMAIL = "wang.wei@example.com"
NAME = "王伟辰"


def contact(house: House, *, by: Principal | None = None, **fields: Any) -> dict[str, Any]:
    """A contact with all that tells who they are."""
    given = {
        "name": NAME,
        "phones": [{"number": PHONE}],
        "emails": [{"address": EMAIL}],
        "addresses": [{"city": "杭州市", "street": "文三路478号"}],
        "birthday": "1988-04-02",
        **fields,
    }
    return made(house, "/v1/contacts", given, by=by)


def account(house: House, *, by: Principal | None = None, **fields: Any) -> dict[str, Any]:
    """A company."""
    return made(house, "/v1/accounts", {"name": "杭州云栖贸易", **fields}, by=by)


def made(house: House, path: str, body: Any, *, by: Principal | None = None) -> dict[str, Any]:
    """What a creation answers."""
    answer = house.call("POST", path, body, by=by)
    assert answer.status in (201, 202), answer.text
    return answer.json
