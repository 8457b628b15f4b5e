"""Search finds a lead by any part of what identifies it, in any script, and nobody else's."""

import pytest

from shared.domain.access import Principal, Role
from tests.house import House
from tests.world import World


def stocked(house: House) -> House:
    """A house with three leads, searchable."""
    house.lead(
        name="John Smith",
        company="华为技术有限公司",
        email="john.smith@example.com",
        phone="138 1234 0101",
        external_id="CRM-0017",
    )
    house.lead(name="欧阳娜娜", company="Müller & Söhne GmbH", phone="+49 30 901820")
    house.lead(name="Ｊｏｈａｎｎａ", company="東京商事")
    house.world.settle()
    return house


@pytest.fixture(scope="module")
def library(town: World) -> House:
    """For tests that only read."""
    return stocked(House(town))


@pytest.fixture
def found(house: House) -> House:
    """For tests that change what is found."""
    return stocked(house)


def search(house: House, text: str, by: Principal | None = None, **query: str) -> list[str]:
    answer = house.call("GET", "/v1/leads", query={"q": text, **query}, by=by)
    assert answer.status == 200, answer.text
    return sorted(lead["name"] for lead in answer.json["items"])


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("John", ["John Smith"]),
        ("joh", ["John Smith", "Ｊｏｈａｎｎａ"]),
        ("SMITH", ["John Smith"]),
        ("mith", ["John Smith"]),
        ("smith john", ["John Smith"]),
        ("smith zzz", []),
        ("华为", ["John Smith"]),
        ("技术", ["John Smith"]),
        ("司", ["John Smith"]),
        ("术技", []),
        ("娜", ["欧阳娜娜"]),
        ("欧阳", ["欧阳娜娜"]),
        ("muller", ["欧阳娜娜"]),
        ("Söhne", ["欧阳娜娜"]),
        ("johanna", ["Ｊｏｈａｎｎａ"]),
        ("商事", ["Ｊｏｈａｎｎａ"]),
        ("0101", ["John Smith"]),
        ("13812340101", ["John Smith"]),
        ("+8613812340101", ["John Smith"]),
        ("901820", ["欧阳娜娜"]),
        ("john.smith@example.com", ["John Smith"]),
        ("example", ["John Smith"]),
        ("xampl", ["John Smith"]),
        ("crm-0017", ["John Smith"]),
        ("0017", ["John Smith"]),
        ("Acme", []),
        ("%%", []),
    ],
)
def test_any_part_finds_the_lead(library: House, text: str, hits: list[str]) -> None:
    assert search(library, text) == hits


def test_a_search_is_filtered_like_a_list(library: House) -> None:
    assert search(library, "smith", status="new") == ["John Smith"]
    assert search(library, "smith", status="working") == []
    assert search(library, "smith", created_from="2026-03-03T00:00:00Z") == []
    assert search(library, "smith", owner="none") == ["John Smith"]


def test_new_text_is_found_and_old_text_is_not(found: House) -> None:
    lead_id = found.call("GET", "/v1/leads", query={"q": "john smith"}).json["items"][0]["id"]
    found.call("PATCH", f"/v1/leads/{lead_id}", {"company": "小米"})
    found.world.settle()
    assert search(found, "小米") == ["John Smith"]
    assert search(found, "华为") == []


def test_a_lead_in_the_bin_is_found_only_there(found: House) -> None:
    lead_id = found.call("GET", "/v1/leads", query={"q": "john smith"}).json["items"][0]["id"]
    found.call("DELETE", f"/v1/leads/{lead_id}")
    found.world.settle()
    assert search(found, "john smith") == []
    assert search(found, "john smith", deleted="true") == ["John Smith"]


def test_nobody_finds_what_they_may_not_read(library: House) -> None:
    assert search(library, "john", by=library.by(Role.SALES)) == []
    assert search(House(library.world), "john") == []


def test_masked_fields_cannot_be_guessed_by_searching(library: House) -> None:
    reader = library.by(Role.READ_ONLY)
    assert search(library, "0101", by=reader) == []
    assert search(library, "example", by=reader) == []
    assert search(library, "smith", by=reader) == ["John Smith"]


def test_search_continues_page_by_page(house: House) -> None:
    for n in range(5):
        house.lead(name=f"Anna {n}")
    house.world.settle()
    seen: list[str] = []
    query = {"q": "anna", "limit": "2"}
    while True:
        page = house.call("GET", "/v1/leads", query=query).json
        seen += [lead["name"] for lead in page["items"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert sorted(seen) == [f"Anna {n}" for n in range(5)]
    assert len(seen) == 5
