"""A tenant with people for tests: users, teams, calendars and rules, put into the table."""

import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from shared.domain.access import Principal, Role
from shared.domain.calendars import WorkingCalendar
from shared.domain.entity import Entity
from shared.domain.events.base import Envelope
from shared.domain.ids import make_id
from shared.domain.leads.model import Lead
from shared.domain.tenancy import Calendar, Team, Tenant, User
from shared.storage.store import Store
from tests.world import START, Answer, World

E = TypeVar("E", bound=Entity)
_numbers = itertools.count(10**9)


def fresh_id(prefix: str) -> str:
    """An id that no other test uses."""
    return make_id(prefix, START, next(_numbers).to_bytes(10, "big"))


class House:
    """One tenant in a world that it may share with others."""

    def __init__(self, world: World, **defaults: Any) -> None:
        self.world = world
        self.tenant = fresh_id("ten")
        self.parents: dict[str, str | None] = {}
        self.people: dict[str, User] = {}
        self._system = Principal(self.tenant, "system", Role.SYSTEM, kind="system")
        stamp = Tenant.stamp(world.runtime.context(self._system), self.tenant)
        self.save(Tenant(**stamp, name="House", **defaults))
        self.admin = self.user("Admin", Role.ADMIN)

    @property
    def store(self) -> Store:
        """The table as this tenant sees it."""
        return self.world.runtime.store(self.tenant)

    def save(self, *entities: Entity) -> None:
        """Store them without more ado."""
        unit = self.store.begin(self.world.runtime.context(self._system))
        for entity in entities:
            unit.put(entity)
        unit.commit()

    def change(self, entity: E, **changes: Any) -> E:
        """Store an entity with other values; gives it as stored."""
        found = self.store.load(type(entity), entity.id, deleted=True)
        self.save(found.evolve(self.world.runtime.context(self._system), **changes))
        return self._known(self.store.load(type(entity), entity.id, deleted=True))

    def make(self, entity_type: type[E], **fields: Any) -> E:
        """A stored entity of any kind."""
        entity_id = fresh_id(entity_type.prefix)
        stamp = entity_type.stamp(self.world.runtime.context(self._system), entity_id)
        self.save(entity_type(**{**stamp, **fields}))
        return self._known(self.store.load(entity_type, entity_id))

    def _known(self, entity: E) -> E:
        if isinstance(entity, User):
            self.people[entity.id] = entity
        return entity

    def calendar(self, working: WorkingCalendar) -> str:
        """The id of a new calendar."""
        number = next(_numbers)
        return self.make(Calendar, name=f"Calendar {number}", working=working).id

    def user(self, name: str = "Li Na", role: Role = Role.SALES, **more: Any) -> User:
        """An active user."""
        email = f"user{next(_numbers)}@example.com"
        return self.make(User, **{"email": email, "name": name, "role": role, **_active, **more})

    def users(self, count: int, **more: Any) -> list[User]:
        """Some active sales people."""
        return [self.user(f"Seller {n}", **more) for n in range(count)]

    def team(self, members: Iterable[User] = (), **more: Any) -> Team:
        """A team; its members know of it."""
        people = list(members)
        name = f"Team {next(_numbers)}"
        team = self.make(Team, **{"name": name, "members": tuple(u.id for u in people), **more})
        self.parents[team.id] = team.parent
        for user in people:
            self.change(user, teams=(*self.people[user.id].teams, team.id))
        return team

    def by(self, who: User | Role | None = None, **more: Any) -> Principal:
        """The caller as the authorizer would describe them."""
        if isinstance(who, Role):
            who = self.user(who.value, who)
        user = self.people[(who or self.admin).id]
        tree = tuple(t for t in self.parents if self._lies_below(t, user.teams))
        fields: dict[str, Any] = {"teams": user.teams, "tree": tree, "region": "CN"}
        return Principal(self.tenant, user.id, user.role, **{**fields, **more})

    def _lies_below(self, team: str | None, tops: tuple[str, ...]) -> bool:
        while team is not None:
            if team in tops:
                return True
            team = self.parents.get(team)
        return False

    def call(
        self, method: str, path: str, body: Any = None, *, by: Principal | None = None, **more: Any
    ) -> Answer:
        """A request, by default of the admin."""
        return self.world.call(method, path, body, by=by or self.by(), **more)

    def lead(self, *, by: Principal | None = None, **fields: Any) -> dict[str, Any]:
        """A lead as the API answers its creation; nothing has followed yet."""
        answer = self.call("POST", "/v1/leads", {"name": "王伟", **fields}, by=by)
        assert answer.status == 201, answer.text
        return answer.json

    def settled(self, **fields: Any) -> Lead:
        """A lead after everything that follows from its creation."""
        made = self.lead(**fields)
        self.world.settle()
        return self.stored(made["id"])

    def owned(self, owner: User, **fields: Any) -> Lead:
        """A lead that a person owns."""
        lead_id = self.settled(**{"assign": False, **fields}).id
        answer = self.call("PUT", f"/v1/leads/{lead_id}/owner", {"owner": owner.id})
        assert answer.status == 200, answer.text
        self.world.settle()
        return self.stored(lead_id)

    def stored(self, lead_id: str) -> Lead:
        """The lead as the table holds it, in the bin too."""
        return self.store.load(Lead, lead_id, deleted=True)

    def route(
        self, *rules: Mapping[str, Any], first_touch: Mapping[str, Any] | None = None
    ) -> Answer:
        """Replace the assignment rules, which the admin may."""
        body = {
            "rules": [
                {"id": f"rule-{n}", "label": f"Rule {n}", "priority": n, **rule}
                for n, rule in enumerate(rules)
            ],
            "first_touch": dict(first_touch or {}),
        }
        return self.call("PUT", "/v1/lead-routing", body)

    def events(self, name: str | None = None) -> list[Envelope]:
        """This tenant's events on the bus."""
        return [e for e in self.world.events(name) if e.tenant == self.tenant]

    def items(self) -> list[dict[str, Any]]:
        """Everything the table holds of this tenant, keys in order."""
        mine = {
            "FilterExpression": "begins_with(pk, :mine)",
            "ExpressionAttributeValues": {":mine": {"S": self.tenant + "#"}},
        }
        return all_items(self.world, **mine)


_active = {"status": "active", "activated_at": START}


def bus_message(envelope: Envelope) -> str:
    """The queue message by which a consumer receives this event."""
    detail = json.loads(envelope.model_dump_json())
    return json.dumps({"detail-type": envelope.detail_type(), "detail": detail})


def scheduled(world: World) -> dict[str, Any]:
    """The event of a schedule at the present time."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": world.now.isoformat(),
        "region": "eu-central-1",
        "resources": [],
        "detail": {},
    }


def all_items(world: World, **filters: Any) -> list[dict[str, Any]]:
    """Everything the table holds, keys in order."""
    import boto3

    pages = (
        boto3.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=world.runtime.settings.table_name, **filters)
    )
    found: list[Any] = [item for page in pages for item in page["Items"]]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
