"""The table of the template and the keys of the code are the same table."""

from typing import Any

from infra.local.template import load
from shared.storage import keys
from tests.world import ROOT


def properties() -> dict[str, Any]:
    return load(ROOT / "infra" / "base.yaml").resources["Table"]["Properties"]


def projection(index: str) -> set[str]:
    """The attributes an index carries besides its keys."""
    found = next(i for i in properties()["GlobalSecondaryIndexes"] if i["IndexName"] == index)
    return set(found["Projection"].get("NonKeyAttributes", ()))


def test_every_index_of_the_code_stands_in_the_template() -> None:
    told = {
        index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
        for index in properties()["GlobalSecondaryIndexes"]
    }
    assert told == {name: (i.hash, i.range) for name, i in keys.INDEXES.items()}


def test_list_indexes_carry_all_that_filters_and_answers_need() -> None:
    needed = {"doc", "id", "status", "owner", "team", "source", "score", "tags", "deleted"}
    for name in ("collection", "state", "owner", "relation"):
        assert projection(name) >= needed
    assert projection("due") == set()


def test_the_table_survives_mistakes() -> None:
    table = properties()
    assert table["DeletionProtectionEnabled"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["SSESpecification"]["SSEEnabled"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
