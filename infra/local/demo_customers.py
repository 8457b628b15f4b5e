"""The customers of the demo tenant: companies in two languages, who works there, what ties them."""

from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]

_HOLDING, _HUAWEI, _CHENGUANG, _ACME, _OCEAN = range(5)
ACCOUNTS: tuple[dict[str, Any], ...] = (
    {"name": "Northern Lights Holding AG", "industry": "Holding", "website": "northern.example"},
    {
        "name": "星河技术有限公司",
        "aliases": ["Xinghe Technologies"],
        "industry": "Telecom",
        "company_size": 4200,
        "addresses": [
            {
                "country": "CN",
                "province": "广东省",
                "city": "深圳市",
                "district": "南山区",
                "street": "科技园路1号",
            }
        ],
        "phones": [{"number": "0755-26770001", "kind": "work", "shared": True}],
    },
    {
        "name": "上海晨曦文具有限公司",
        "industry": "Retail",
        "company_size": 160,
        "addresses": [
            {"country": "CN", "province": "上海市", "city": "上海市", "district": "浦东新区"}
        ],
    },
    {
        "name": "Acme Maschinenbau GmbH",
        "industry": "Machinery",
        "company_size": 750,
        "tax_number": {"scheme": "vat", "value": "DE136695976"},
        "addresses": [{"country": "DE", "city": "Stuttgart", "street": "Hauptstr. 1"}],
    },
    {"name": "Blue Ocean Logistics Ltd", "industry": "Logistics", "company_size": 90},
)
PARENTS = ((_ACME, _HOLDING), (_OCEAN, _HOLDING))
CONTACTS: tuple[tuple[int, str, str, tuple[str, ...]], ...] = (
    (_HUAWEI, "陈思远", "采购总监", ("decision_maker",)),
    (_HUAWEI, "林晓梅", "工程师", ("technical", "user")),
    (_CHENGUANG, "赵国强", "总经理", ("decision_maker", "billing")),
    (_ACME, "Jonas Weber", "Head of purchasing", ("decision_maker",)),
    (_ACME, "Clara Schmidt", "Controller", ("billing",)),
    (_OCEAN, "Olivia Brown", "Operations manager", ("influencer",)),
)
GRADING = {
    "rules": [
        {
            "label": "500 people or more",
            "grade": "A",
            "when": {"field": "company_size", "op": "gte", "value": 500},
        },
        {
            "label": "100 people or more",
            "grade": "B",
            "when": {"field": "company_size", "op": "gte", "value": 100},
        },
    ],
    "otherwise": "C",
}


def seed_customers(call: Call) -> None:
    """Make them through the API; `call` is its (method, path, body, accept=) as the admin.

    What an interrupted start made already is refused as taken, and found again by its number.
    """
    call("PUT", "/v1/grading-rules", GRADING)
    accounts = [_account(call, number, fields) for number, fields in enumerate(ACCOUNTS)]
    for child, parent in PARENTS:
        call("PATCH", f"/v1/accounts/{accounts[child]}", {"parent": accounts[parent]})
    for number, (at, name, title, roles) in enumerate(CONTACTS):
        contact = _contact(call, number, name, title, accounts[at])
        path = f"/v1/accounts/{accounts[at]}/contacts/{contact}"
        call("PUT", path, {"roles": roles, "primary": True})


def _account(call: Call, number: int, fields: dict[str, Any]) -> str:
    outside = f"demo-account-{number}"
    body = {**fields, "external_id": outside, "source": "Demo", "tags": ["demo"]}
    return _made(call, "accounts", body, fields["name"])


def _contact(call: Call, number: int, name: str, title: str, account: str) -> str:
    body = {
        "name": name,
        "job_title": title,
        "account": account,
        "external_id": f"demo-contact-{number}",
        "emails": [{"address": f"contact{number}@customer.example.com"}],
        "phones": [{"number": f"139{number:04d}{(number * 53) % 10000:04d}"}],
        "source": "Demo",
        "tags": ["demo"],
    }
    return _made(call, "contacts", body, name)


def _made(call: Call, plural: str, body: dict[str, Any], name: str) -> str:
    record = call("POST", f"/v1/{plural}", body, accept=409)
    if "id" in record:
        return str(record["id"])
    listed = call("GET", f"/v1/{plural}?tag=demo&limit=100")["items"]
    return next(str(known["id"]) for known in listed if known["name"] == name)
