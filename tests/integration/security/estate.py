"""A tenant that owns one of everything, marked so that any leak of it is seen."""

import itertools
from collections import Counter
from typing import Any

from shared.domain.access import Principal, Role
from shared.domain.audit import AuditEntry
from shared.domain.tenancy import User
from shared.runtime.runtime import Runtime
from tests.house import House
from tests.integration.imports.office import Office, csv_file
from tests.integration.security.approvals import add_approvals
from tests.integration.security.conversion import add_conversions
from tests.integration.security.customers import QUERIES, add_customers
from tests.integration.security.duplicates import add_duplicates
from tests.integration.security.privacy import add_departure, add_privacy
from tests.integration.security.routes import BODIES, SEGMENT, Route
from tests.world import Answer

CANARY = "绝密Zyzzyva"
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
_fresh = itertools.count(1)


class Estate:
    """The victim. `ids` holds a record of its own for every path parameter there is, `instead` that
    of a route which needs a record in another state."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.admin = house.by(house.user(CANARY, Role.ADMIN))
        self.owner: User = house.user(f"{CANARY} owner")
        self.other_account = ""
        self.certificate: dict[str, Any] = {}
        self.ids: dict[str, str] = {"user_id": self.owner.id}
        self.instead: dict[str, dict[str, str]] = {}
        self._people()
        self._trail()
        add_customers(self, CANARY)
        add_approvals(self, CANARY)
        add_duplicates(self, CANARY)
        self._leads()
        add_conversions(self, CANARY)
        add_privacy(self, CANARY)
        self._segments()
        add_departure(self, CANARY)
        self._forms()
        self._imports()
        house.world.settle(rounds=200)
        house.world.dead.clear()

    @property
    def runtime(self) -> Runtime:
        return self.house.world.runtime

    def fresh_name(self) -> str:
        """A name that nothing has yet."""
        return f"Name {next(_fresh)}"

    def fresh_address(self) -> str:
        """An address that nobody has yet."""
        return f"fresh{next(_fresh)}@example.com"

    def ask(
        self, route: Route, by: Principal | None, *, at: dict[str, str] | None = None, **more: Any
    ) -> Answer:
        """The route asked properly, about this estate's records unless `at` says otherwise."""
        ids = {**self.ids, **self.instead.get(str(route), {}), **(at or {})}
        path = route.path.format(**ids)
        body = BODIES.get(str(route), lambda _: None)(self)
        world = self.house.world
        query = {**QUERIES.get(str(route), {}), **more.pop("query", {})}
        anonymous = by is None
        return world.call(
            route.method, path, body, by=by, anonymous=anonymous, query=query or None, **more
        )

    def written(self) -> Counter[str]:
        """The write requests since the counter was last cleared."""
        requests = self.house.world.requests
        return Counter({name: requests[name] for name in WRITES if requests[name]})

    def made(self, path: str, body: Any, status: int = 201) -> Any:
        """What the API answers to its admin who makes this."""
        return self.changed("POST", path, body, status)

    def changed(self, method: str, path: str, body: Any, status: int = 200) -> Any:
        """What the API answers to its admin who changes this."""
        answer = self.house.world.call(method, path, body, by=self.admin)
        assert answer.status == status, answer.text
        return answer.json

    def _made(self, path: str, body: Any) -> Any:
        answer = self.house.world.call("POST", path, body, by=self.admin)
        assert answer.status in (201, 202), answer.text
        return answer.json

    def _people(self) -> None:
        for part in ("a", "b"):
            name = f"{CANARY} {part}"
            members = [self.owner.id] if part == "b" else []
            self.ids["team_id"] = self._made("/v1/teams", {"name": name, "members": members})["id"]
            hours = {"1": [{"start": "09:00", "end": "18:00"}]}
            working = {"zone": "Asia/Shanghai", "week": hours}
            calendar = self._made("/v1/calendars", {"name": name, "working": working})
            self.ids["calendar_id"] = calendar["id"]
            self.ids["key_id"] = self._made("/v1/api-keys", {"name": name})["id"]

    def _trail(self) -> None:
        for outcome in ("ok", "refused"):
            self.house.make(
                AuditEntry,
                action="sign_in",
                outcome=outcome,
                actor=self.owner.id,
                subject=self.owner.id,
                user_agent=CANARY,
                at=self.house.world.now,
            )

    def _leads(self) -> None:
        for part in ("a", "b"):
            lead = self._made("/v1/leads", {"name": f"{CANARY} {part}", "city": CANARY})["id"]
            self.ids["lead"] = lead
            for text in ("one", "two"):
                note = {"text": f"{CANARY} {text}"}
                self.ids["note"] = self._made(f"/v1/leads/{lead}/notes", note)["id"]
            order = {"owner": self.owner.id, "team": self.ids["team_id"]}
            path = f"/v1/leads/{lead}/owner"
            answer = self.house.world.call("PUT", path, order, by=self.admin)
            assert answer.status == 200, answer.text

    def _segments(self) -> None:
        for part in ("a", "b"):
            self.other_tag = self.ids.get("tag", "")
            self.ids["tag"] = self._made("/v1/tags", {"name": f"{CANARY} {part}"})["id"]
            segment = {"name": f"{CANARY} {part}", **SEGMENT}
            self.ids["segment"] = self._made("/v1/segments", segment)["id"]
        self.ids["record"] = self.ids["lead"]

    def _forms(self) -> None:
        fields = [
            {"name": "name", "label": CANARY},
            {"name": "email", "label": "E", "type": "email"},
        ]
        for part in ("a", "b"):
            form = self._made("/v1/forms", {"name": f"{CANARY} {part}", "fields": fields})
            self.ids["form"] = form["id"]
            for _ in range(2):
                answers = {"answers": {"name": CANARY, "email": "no address"}}
                path = f"/v1/forms/{form['token']}/submissions"
                self.house.world.call("POST", path, answers, anonymous=True)
        kept = self.house.world.call(
            "GET", f"/v1/forms/{self.ids['form']}/submissions", by=self.admin
        )
        self.ids["submission"] = kept.json["items"][0]["id"]

    def _imports(self) -> None:
        office = Office(self.house, self.admin)
        names = [f"{CANARY} {n}" for n in range(3)] + ["too long" * 100]
        rows = csv_file([(name,) for name in names], header=("Name",))
        fields = [{"field": "name", "columns": ["Name"]}]
        office.imported(rows, fields, f"{CANARY}.csv")
        undone = office.imported(rows, fields, f"{CANARY}.csv")["id"]
        office.call("POST", f"/v1/imports/{undone}/undo", status=202)
        self.house.world.settle(rounds=200)
        self.ids["import_id"] = undone
        for part in ("a", "b"):
            mapping = {"fields": [{"field": "name", "columns": [CANARY]}]}
            saved = self._made("/v1/import-mappings", {"name": part + CANARY, "mapping": mapping})
            self.ids["mapping"] = saved["id"]
            self.ids["export"] = self._made("/v1/exports", {"format": "csv"})["id"]
