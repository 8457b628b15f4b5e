"""A tenant with an open form, and a visitor who fills it in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.access import Principal, Role
from shared.domain.events.base import Envelope
from tests.house import House
from tests.world import START, Answer, World

FIELDS: list[dict[str, Any]] = [
    {"name": "name", "label": "姓名", "required": True},
    {"name": "email", "label": "邮箱", "type": "email", "required": True},
    {"name": "phone", "label": "电话", "type": "phone"},
    {"name": "budget", "label": "预算", "type": "money"},
    {"name": "company_size", "label": "人数", "type": "number"},
    {
        "name": "custom.channel",
        "label": "渠道",
        "type": "select",
        "options": [{"value": "fair", "label": "展会"}, {"value": "web", "label": "网络"}],
    },
]
GOOD: dict[str, Any] = {
    "name": "王芳",
    "email": "Fang.Wang@Example.com",
    "phone": "138 1234 5678",
    "budget": "12,500.5",
    "company_size": "40",
    "custom.channel": "fair",
    "more_details": "",
}
SITE = "https://www.example.cn"


@dataclass
class Desk:
    """One tenant's marketing person, and what visitors do on its forms."""

    world: World
    house: House
    staff: Principal

    @property
    def tenant(self) -> str:
        """Its id."""
        return self.house.tenant

    def form(self, **settings: Any) -> Any:
        """A new form as the API answers it."""
        given = {"name": "春季展会", "fields": FIELDS, "language": "zh", **settings}
        answer = self.world.call("POST", "/v1/forms", given, by=self.staff)
        assert answer.status == 201, answer.text
        return answer.json

    def started(self, form: Any, seconds: float = 10, **more: Any) -> str:
        """Open the form, then let some time pass."""
        answer = self.get(form, "definition", **more)
        assert answer.status == 200, answer.text
        self.world.pass_time(timedelta(seconds=seconds))
        return str(answer.json["started"])

    def get(self, form: Any, part: str, **more: Any) -> Answer:
        """A public part of the form."""
        return self.world.call("GET", f"/v1/forms/{form['token']}/{part}", anonymous=True, **more)

    def send(self, form: Any, answers: Any = None, *, body: Any = None, **more: Any) -> Answer:
        """Submit; by default good answers, ten seconds after opening the form."""
        content: dict[str, Any] = {"answers": GOOD if answers is None else answers, **(body or {})}
        if "started" not in content:
            content["started"] = self.started(form)
        path = f"/v1/forms/{form['token']}/submissions"
        return self.world.call("POST", path, content, anonymous=True, **more)

    def submissions(self, form: Any, status: str | None = None) -> list[Any]:
        """What is kept, newest first."""
        query = {"status": status} if status else {}
        path = f"/v1/forms/{form['id']}/submissions"
        answer = self.world.call("GET", path, by=self.staff, query=query)
        assert answer.status == 200, answer.text
        return answer.json["items"]

    def events(self, name: str) -> list[Envelope]:
        """What went over the bus about this tenant, after everything has moved."""
        self.world.settle()
        return [e for e in self.world.events(name) if e.tenant == self.tenant]

    def leads(self) -> list[Any]:
        """The tenant's leads."""
        admin = self.world.principal(Role.ADMIN, tenant=self.tenant)
        return self.world.call("GET", "/v1/leads", by=admin).json["items"]


def open_desk(world: World) -> Desk:
    """A tenant of its own, with a marketing person."""
    house = House(world)
    return Desk(world, house, world.principal(Role.MARKETING, tenant=house.tenant))


@pytest.fixture
def desk(town: World) -> Desk:
    """A tenant in the shared installation, at the time at which every test begins."""
    town.now = START
    town.settle()
    town.mail.sent.clear()
    return open_desk(town)
