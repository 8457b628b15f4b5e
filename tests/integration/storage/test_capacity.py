"""Capacity units, computed from what is stored: an item's size decides what it costs."""

import math
from typing import Any

from shared.storage import keys
from tests.house import House

TYPICAL = {
    "name": "欧阳娜娜",
    "job_title": "采购总监",
    "company": "华为技术有限公司",
    "email": "nana@example.com",
    "phone": "13812340101",
    "source": "展会",
    "interest": "三坐标测量机",
    "budget": {"amount": "1200.50", "currency": "CNY"},
    "urgency": "high",
    "company_size": 350,
    "country": "CN",
    "city": "深圳",
    "tags": ["vip"],
}


def size(item: dict[str, Any]) -> int:
    """Bytes as DynamoDB counts them: names and values."""
    total = 0
    for name, value in item.items():
        total += len(name.encode())
        ((kind, content),) = value.items()
        if kind == "SS":
            total += sum(len(text.encode()) for text in content)
        elif kind == "BOOL":
            total += 1
        else:
            total += len(str(content).encode())
    return total


def projected(item: dict[str, Any], index: keys.Index, attributes: set[str]) -> dict[str, Any]:
    wanted = attributes | {"pk", "sk", index.hash, index.range}
    return {name: value for name, value in item.items() if name in wanted}


def stored(house: House, lead_id: str) -> dict[str, Any]:
    key = keys.entity(house.tenant, lead_id)
    return next(i for i in house.items() if (i["pk"]["S"], i["sk"]["S"]) == key)


def write_units(item: dict[str, Any]) -> int:
    """Units to put a new item: itself and its entry in each index it appears in."""
    from tests.integration.storage.test_table import projection

    parts = [item]
    parts += [
        projected(item, index, projection(index.name))
        for index in keys.INDEXES.values()
        if index.hash in item
    ]
    return sum(math.ceil(size(part) / 1024) for part in parts)


def test_a_new_lead_costs_eight_write_units_or_fewer(house: House) -> None:
    lead = house.lead(**TYPICAL)
    assert write_units(stored(house, lead["id"])) <= 8


def test_a_scored_and_owned_lead_costs_at_most_four_units_a_place(house: House) -> None:
    house.route({"team": house.team(house.users(1)).id})
    lead = house.settled(**TYPICAL)
    item = stored(house, lead.id)
    assert {i.hash for i in keys.INDEXES.values()} <= item.keys()
    assert size(item) <= 4 * 1024
    assert write_units(item) <= 18


def test_a_page_of_fifty_costs_at_most_twenty_five_read_units(house: House) -> None:
    from tests.integration.storage.test_table import projection

    house.route({"team": house.team(house.users(1)).id})
    item = stored(house, house.settled(**TYPICAL).id)
    entry = size(projected(item, keys.COLLECTION, projection("collection")))
    assert math.ceil(51 * entry / 4096) / 2 <= 25


def test_searchable_text_costs_one_unit_a_suffix(house: House) -> None:
    lead = house.settled(**TYPICAL)
    rows = [i for i in house.items() if "#S#lead#" in i["pk"]["S"]]
    assert all(size(row) <= 1024 for row in rows)
    assert {row["ref"]["S"] for row in rows} == {lead.id}
    assert 20 <= len(rows) <= 60
