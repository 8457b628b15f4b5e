"""Leads and customers for the tests of conversion, and the requests about them."""

from typing import Any

from shared.domain.access import Principal
from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.opportunities.model import Opportunity
from tests.house import House
from tests.world import Answer

LEAD = {
    "name": "欧阳娜娜",
    "job_title": "采购总监",
    "company": "华为技术有限公司",
    "website": "https://www.huawei.com",
    "email": "nana@huawei.com",
    "phone": "13812340101",
    "source": "展会",
    "campaign": "spring-2026",
    "interest": "三坐标测量机",
    "budget": {"amount": "1200.50", "currency": "CNY"},
    "urgency": "high",
    "company_size": 350,
    "industry": "通信",
    "country": "CN",
    "region": "广东",
    "city": "深圳",
    "external_id": "old-1",
    "tags": ["vip"],
    "custom": {"machine": "CMM", "floor": 3},
}


def lead(house: House, **more: Any) -> str:
    """The id of a new lead that is all there; None leaves a field out."""
    fields = {name: value for name, value in {**LEAD, **more}.items() if value is not None}
    return house.lead(**{"assign": False, **fields})["id"]


def path(lead_id: str, *parts: str) -> str:
    return "/".join((f"/v1/leads/{lead_id}/conversion", *parts))


def ask(
    house: House, lead_id: str, order: Any = None, *, by: Principal | None = None, **more: Any
) -> Answer:
    """The conversion of a lead, as ordered."""
    return house.call("POST", path(lead_id), order or {}, by=by, **more)


def converted(house: House, lead_id: str, order: Any = None, **more: Any) -> dict[str, Any]:
    """The same, when it must succeed."""
    answer = ask(house, lead_id, order, **more)
    assert answer.status == 201, answer.text
    return answer.json


def reverted(house: House, lead_id: str, **more: Any) -> dict[str, Any]:
    """The answer to taking a conversion back, when it must succeed."""
    answer = house.call("DELETE", path(lead_id), **more)
    assert answer.status == 200, answer.text
    return answer.json


def account(house: House, **fields: Any) -> str:
    """The id of a new account, as the API makes it."""
    return _made(house, "/v1/accounts", {"name": "华为技术有限公司", **fields})


def contact(house: House, **fields: Any) -> str:
    """The id of a new contact."""
    return _made(house, "/v1/contacts", {"name": "欧阳娜娜", **fields})


def opportunity(house: House, **fields: Any) -> str:
    """The id of a new opportunity."""
    return _made(house, "/v1/opportunities", {"name": "测量机", **fields})


def _made(house: House, where: str, body: dict[str, Any]) -> str:
    answer = house.call("POST", where, body)
    assert answer.status == 201, answer.text
    return answer.json["id"]


def stored_account(house: House, account_id: str) -> Account:
    return house.store.load(Account, account_id, deleted=True)


def stored_contact(house: House, contact_id: str) -> Contact:
    return house.store.load(Contact, contact_id, deleted=True)


def stored_deal(house: House, opportunity_id: str) -> Opportunity:
    return house.store.load(Opportunity, opportunity_id, deleted=True)


def record_of(house: House, conversion_id: str) -> Conversion:
    return house.store.load(Conversion, conversion_id, deleted=True)
