"""What the tests of tags and segments share: a tenant whose records can be put into segments."""

from typing import Any

import pytest

from shared.domain.segments.membership import Membership, membership_id
from shared.domain.segments.segment import Segment
from shared.storage.segments import count_members
from tests.house import House


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    """A condition with one comparison."""
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


class Board:
    """Segments of one tenant, as the API gives them."""

    def __init__(self, house: House) -> None:
        self.house = house

    def make(self, condition: Any = None, *, settle: bool = True, **fields: Any) -> str:
        """The id of a new segment, with its members found."""
        body: dict[str, Any] = {"name": f"Segment {self.number()}", "record_kind": "lead", **fields}
        if condition is not None:
            body["condition"] = condition
        answer = self.house.call("POST", "/v1/segments", body)
        assert answer.status == 201, answer.text
        if settle:
            self.house.world.settle(rounds=200)
        return answer.json["id"]

    def tag(self, name: str, *, settle: bool = True, **fields: Any) -> str:
        """The id of a new tag."""
        answer = self.house.call("POST", "/v1/tags", {"name": name, **fields})
        assert answer.status == 201, answer.text
        if settle:
            self.house.world.settle(rounds=200)
        return answer.json["id"]

    def lead(self, *, settle: bool = True, **fields: Any) -> str:
        """The id of a new lead."""
        made = self.house.lead(**{"assign": False, **fields})["id"]
        if settle:
            self.house.world.settle(rounds=200)
        return made

    def change(self, lead: str, **fields: Any) -> None:
        """Change a lead and let everything follow."""
        answer = self.house.call("PATCH", f"/v1/leads/{lead}", fields)
        assert answer.status == 200, answer.text
        self.house.world.settle(rounds=200)

    def members(self, segment: str, **more: Any) -> list[str]:
        """The ids of all members, page by page."""
        found: list[str] = []
        query: dict[str, str] = {"limit": "50"}
        while True:
            answer = self.house.call("GET", f"/v1/segments/{segment}/members", query=query, **more)
            assert answer.status == 200, answer.text
            found += [item["id"] for item in answer.json["items"]]
            if answer.json["cursor"] is None:
                return found
            query["cursor"] = answer.json["cursor"]

    def count(self, segment: str) -> int:
        """The live count."""
        return int(self.house.call("GET", f"/v1/segments/{segment}/count").json["count"])

    def recount(self, target: str) -> int:
        """The rows there really are, counted by hand."""
        partition = f"{self.house.tenant}#R#segment#{target}"
        return sum(item["pk"]["S"] == partition for item in self.house.items())

    def holds(self, target: str, *ids: str) -> bool:
        """Whether rows, count and memberships all say that just these records are in."""
        rows = [
            item["sk"]["S"]
            for item in self.house.items()
            if item["pk"]["S"] == f"{self.house.tenant}#R#segment#{target}"
        ]
        inside = [i for i in ids if target in self.membership(i).targets]
        counted = count_members(self.house.store, target)
        return sorted(rows) == sorted(ids) == sorted(inside) and counted == len(ids)

    def membership(self, record: str) -> Membership:
        """To what a record belongs, as stored."""
        return self.house.store.load(Membership, membership_id(record))

    def stored(self, segment: str) -> Segment:
        """The segment, a deleted one too."""
        return self.house.store.load(Segment, segment, deleted=True)

    def number(self) -> int:
        """A number not used before."""
        self._number = getattr(self, "_number", 0) + 1
        return self._number


@pytest.fixture
def board(house: House) -> Board:
    """The segments of a fresh tenant."""
    return Board(house)
