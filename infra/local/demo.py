"""The demo tenant: a small company, made through the product's own doors on the first start.

Everything is generated; repeating an interrupted start finds what is there and goes on.
"""

import http.client
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from functions.access.accounts import Accounts
from functions.access.tenants import CreatedTenant, NewTenant, create_tenant
from functions.access.tokens import username
from functions.access.users import add_user
from infra.local.demo_customers import seed_customers
from shared.domain.access import Role
from shared.domain.tenancy import User
from shared.runtime.runtime import Runtime, runtime

COMPANY = "Northwind 北风贸易"
ADMIN = "admin@demo.example"
PEOPLE = (
    ("manager@demo.example", "Chen Jing 陈静", "sales_manager"),
    ("anna@demo.example", "Anna Keller", "sales"),
    ("liwei@demo.example", "李伟", "sales"),
    ("tom@demo.example", "Tom Baker", "sales"),
    ("marketing@demo.example", "Maria Rossi", "marketing"),
    ("reader@demo.example", "Read Only", "read_only"),
)
SELLERS = frozenset({"anna@demo.example", "liwei@demo.example", "tom@demo.example"})
ALL_DAY = {str(day): [{"start": "00:00", "end": "24:00"}] for day in range(1, 8)}
COMPANIES = ("Acme GmbH", "华为技术有限公司", "Blue Ocean Ltd", "上海晨光文具", "Fabrikam")
NAMES = ("Ada Lovelace", "王芳", "Grace Hopper", "张伟", "Linus Berg", "刘洋")
TITLES = ("Purchasing director", "总经理", "Assistant", "CTO", "采购总监", "Consultant")
SOURCES = ("Trade fair", "Web site", "Referral", "转介绍")
URGENCIES = ("low", "normal", "high", "immediate")
LEADS = 24


class DemoFailed(Exception):
    """The demo tenant could not be made; the message names the request."""


@dataclass
class Client:
    """The running API, as its users reach it."""

    base_url: str
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, *, accept: int = 0) -> Any:
        """The JSON answer. Raises DemoFailed unless the status is 2xx or `accept`."""
        place = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, json.dumps(body or {}), headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        if response.status // 100 != 2 and response.status != accept:
            raise DemoFailed(f"{method} {path}: {response.status} {text.decode()[:300]}")
        return json.loads(text) if text else None


def seed(base_url: str) -> dict[str, Any]:
    """Make the demo tenant; gives what `.local/demo.json` tells: address, API key, users."""
    now = runtime()
    password = f"Demo-{secrets.token_urlsafe(9)}-1a"
    tenant = _tenant(now, password)
    admin = Client(base_url)
    admin.token = _sign_in(admin, ADMIN, password)
    team = _team(now, admin, tenant, password)
    _routing(admin, team)
    _form(admin)
    seed_customers(admin.call)
    for number in range(LEADS):
        admin.call("POST", "/v1/leads", _lead(number), accept=409)
    key = admin.call("POST", "/v1/api-keys", {"name": "Demo scripts", "role": "admin"})
    users = [(ADMIN, "admin"), *((email, role) for email, _, role in PEOPLE)]
    return {
        "base_url": base_url,
        "api_key": key["token"],
        "users": [{"email": e, "password": password, "role": r} for e, r in users],
    }


def _tenant(now: Runtime, password: str) -> CreatedTenant:
    given = NewTenant(
        name=COMPANY,
        region="CN",
        admin_email=ADMIN,
        admin_name="Demo Admin",
        admin_password=password,
    )
    return create_tenant(now, given)


def _sign_in(client: Client, email: str, password: str) -> str:
    session = client.call("POST", "/v1/sessions", {"email": email, "password": password})
    return str(session["access_token"])


def _team(now: Runtime, admin: Client, tenant: CreatedTenant, password: str) -> str:
    """The sales team below the company; its sellers work around the clock, as a demo must."""
    calendar = _one(admin, "calendars", "name", "Around the clock") or admin.call(
        "POST",
        "/v1/calendars",
        {"name": "Around the clock", "working": {"zone": "Asia/Shanghai", "week": ALL_DAY}},
    )
    team = _one(admin, "teams", "name", "Sales 销售部") or admin.call(
        "POST", "/v1/teams", {"name": "Sales 销售部", "parent": tenant.team}
    )
    known = {u["email"]: u["id"] for u in admin.call("GET", "/v1/users?limit=100")["items"]}
    members: list[str] = []
    for email, name, role in PEOPLE:
        shift = calendar["id"] if email in SELLERS else None
        user_id = known.get(email) or _person(now, tenant.tenant, email, name, role, shift)
        account = username(tenant.tenant, user_id)
        Accounts.of(now).create(account, email, password, lasting=True)
        if role.startswith("sales"):
            members.append(user_id)
    admin.call("PUT", f"/v1/teams/{team['id']}/members", {"members": members})
    return str(team["id"])


def _person(
    now: Runtime, tenant: str, email: str, name: str, role: str, calendar: str | None
) -> str:
    """A user who needs no invitation: nobody reads the mail of a demo."""
    context = now.system_context(tenant, "demo")
    user = User(
        **User.stamp(context),
        email=email,
        name=name,
        role=Role(role),
        calendar=calendar,
        status="active",
        activated_at=context.now,
    )
    unit = now.store(tenant).begin(context)
    add_user(unit, user)
    unit.commit()
    return user.id


def _one(admin: Client, collection: str, field: str, value: str) -> Any:
    items = admin.call("GET", f"/v1/{collection}?limit=100")["items"]
    return next((item for item in items if item[field] == value), None)


def _routing(admin: Client, team: str) -> None:
    rule = {"id": "everybody", "label": "All leads, in turn", "team": team}
    admin.call("PUT", "/v1/lead-routing", {"rules": [rule]})


def _form(admin: Client) -> None:
    fields = [
        {"name": "name", "label": "Name 姓名", "required": True},
        {"name": "email", "label": "E-mail", "type": "email", "required": True},
        {"name": "phone", "label": "Phone 电话", "type": "phone"},
        {"name": "interest", "label": "How can we help?", "type": "textarea"},
    ]
    if not _one(admin, "forms", "name", "Contact us"):
        form = {"name": "Contact us", "fields": fields, "source": "Web site"}
        admin.call("POST", "/v1/forms", form)


def _lead(number: int) -> dict[str, Any]:
    return {
        "external_id": f"demo-{number:03d}",
        "name": NAMES[number % len(NAMES)],
        "job_title": TITLES[number % 5],
        "company": COMPANIES[number % len(COMPANIES)],
        "email": f"lead{number:03d}@customer.example.com",
        "phone": f"138{number:04d}{(number * 37) % 10000:04d}",
        "source": SOURCES[number % len(SOURCES)],
        "urgency": URGENCIES[number % len(URGENCIES)],
        "company_size": (number * 53) % 900 + 5,
        "budget": {"amount": str(5000 + number * 1250), "currency": "CNY"},
        "tags": ["demo"],
    }
