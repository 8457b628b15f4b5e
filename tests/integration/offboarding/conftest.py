"""Two tenants with everything, and a user pool that remembers whom it lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.runtime.files import Folder
from shared.storage import keys
from tests.house import House
from tests.world import World


@dataclass
class FakePool:
    """Cognito, as far as a removal calls it."""

    accounts: set[str] = field(default_factory=set)
    removed: list[str] = field(default_factory=list)

    def admin_delete_user(self, *, UserPoolId: str, Username: str) -> None:
        if Username not in self.accounts:
            raise ClientError({"Error": {"Code": "UserNotFoundException"}}, "AdminDeleteUser")
        self.accounts.remove(Username)
        self.removed.append(Username)


@pytest.fixture
def pool(town: World) -> Iterator[FakePool]:
    """The user pool of the town."""
    made = FakePool()
    town.fakes["cognito-idp"] = made
    yield made
    del town.fakes["cognito-idp"]


NAMES = (
    ("宝山钢铁", "王芳", "Ada Lovelace"),
    ("Blue Ocean Foods", "李强", "Grace Hopper"),
    ("晨光文具", "Tom Baker", "赵敏"),
)
"""Companies and people whom nobody takes for one another."""


def furnish(house: House, pool: FakePool, mark: str) -> House:
    """The house with people who sign in, customers, leads, notes, files and history."""
    for user in list(house.people.values()):
        pool.accounts.add(f"{house.tenant}.{user.id}")
        pk, sk = keys.guard(keys.GLOBAL, "user", "email", user.email)
        row: Any = {"pk": {"S": pk}, "sk": {"S": sk}}
        row |= {"ref": {"S": user.id}, "tenant": {"S": house.tenant}}
        house.world.runtime.table.write_many(puts=[row])
    for company, person, somebody in NAMES:
        account = house.call("POST", "/v1/accounts", {"name": company, "industry": mark}).json["id"]
        contact = {"name": person, "account": account}
        made = house.call("POST", "/v1/contacts", contact).json
        house.call("PATCH", f"/v1/contacts/{made['id']}", {"job_title": mark})
        lead = house.lead(name=somebody, city=mark)["id"]
        house.call("POST", f"/v1/leads/{lead}/notes", {"text": f"{mark} 说了什么"})
    key = house.call("POST", "/v1/api-keys", {"name": mark})
    assert key.status == 201, key.text
    for area in ("imports", "exports", "privacy"):
        Folder(house.world.runtime, area, house.tenant, "job").put("source", mark.encode())
    house.world.settle(rounds=200)
    assert not house.world.dead
    return house
