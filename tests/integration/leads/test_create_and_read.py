"""A lead comes in through the API: what is taken, what is refused, what is answered."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House

FULL = {
    "name": "欧阳娜娜",
    "job_title": "采购总监",
    "company": "华为技术有限公司",
    "website": "https://example.cn",
    "email": "Nana.Ouyang@Example.CN",
    "phone": "138 1234 0101",
    "source": "展会",
    "campaign": "spring",
    "interest": "三坐标测量机\n两台",
    "budget": {"amount": "1200.5", "currency": "CNY"},
    "urgency": "high",
    "company_size": 350,
    "industry": "电子",
    "country": "CN",
    "region": "广东",
    "city": "深圳",
    "external_id": "crm-17",
    "consents": [
        {
            "channel": "email",
            "granted": True,
            "at": "2026-03-01T08:00:00Z",
            "evidence": "展台签字",
        }
    ],
    "tags": ["vip", "vip", "华南"],
    "custom": {"floor": 3, "note": "二楼", "gone": None},
}


def test_everything_said_about_a_lead_is_kept(house: House) -> None:
    answer = house.call("POST", "/v1/leads", FULL)
    made = answer.json
    assert answer.status == 201
    assert answer.headers["Location"] == f"/v1/leads/{made['id']}"
    assert answer.headers["ETag"] == '"1"'
    for name in ("name", "company", "interest", "source", "campaign", "city", "external_id"):
        assert made[name] == FULL[name]
    assert made["email"] == "Nana.Ouyang@example.cn"
    assert made["phone"]["e164"] == "+8613812340101"
    assert made["phone"]["typed"] == "138 1234 0101"
    assert made["budget"] == {"amount": "1200.50", "currency": "CNY"}
    assert made["tags"] == ["vip", "华南"]
    assert made["custom"] == {"floor": 3, "note": "二楼"}
    assert made["consents"][0]["evidence"] == "展台签字"
    assert made["first_touch"] == made["last_touch"]
    assert made["first_touch"]["source"] == "展会"
    assert (made["status"], made["version"]) == ("new", 1)


def test_what_was_created_is_read_back_byte_for_byte(house: House) -> None:
    made = house.call("POST", "/v1/leads", FULL)
    read = house.call("GET", f"/v1/leads/{made.json['id']}")
    assert (read.status, read.text) == (200, made.text)
    assert read.headers["ETag"] == made.headers["ETag"]


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({}, "name", "identity_required"),
        ({"source": "web"}, "name", "identity_required"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": "x", "unknown": 1}, "unknown", "unknown_field"),
        ({"email": "not an address"}, "email", "email_invalid"),
        ({"phone": "12"}, "phone", None),
        ({"name": "x", "budget": {"amount": "1", "currency": "XXQ"}}, "budget.currency", None),
        ({"name": "x", "budget": {"amount": "a", "currency": "CNY"}}, "budget.amount", None),
        ({"name": "x", "urgency": "soon"}, "urgency", "literal_error"),
        ({"name": "x", "company_size": -1}, "company_size", "greater_than_equal"),
        ({"name": "x", "company_size": 1.5}, "company_size", None),
        ({"name": "x", "tags": ["t"] * 51}, "tags", "too_long"),
        ({"name": "x", "tags": [""]}, "tags.0", "too_short"),
        ({"name": "x", "custom": {"Bad Name": 1}}, "custom.Bad Name.[key]", None),
        ({"name": "x", "custom": {"a": [1]}}, None, None),
        ({"name": "x", "external_id": ""}, "external_id", "too_short"),
        ({"name": "x", "owner": "usr_1"}, "owner", "unknown_field"),
        ({"name": "x", "status": "qualified"}, "status", "unknown_field"),
        ({"name": "x", "score": 100}, "score", "unknown_field"),
        ({"name": "x", "consents": [{"channel": "email"}]}, "consents.0.granted", "required"),
        (
            {
                "name": "x",
                "consents": [
                    {
                        "channel": "sms",
                        "granted": True,
                        "at": "2026-01-01T00:00:00",
                        "evidence": "e",
                    }
                ],
            },
            "consents.0.at",
            None,
        ),
    ],
)
def test_bad_fields_are_refused_by_name(
    house: House, given: dict[str, Any], path: str | None, code: str | None
) -> None:
    answer = house.call("POST", "/v1/leads", given)
    assert (answer.status, answer.code) == (422, "invalid_input")
    errors = answer.json["errors"]
    assert path is None or path in {error["path"] for error in errors}
    assert code is None or code in {error["code"] for error in errors}
    assert house.world.requests.total() == 0


def test_every_bad_field_is_named_at_once(house: House) -> None:
    body = {"email": "x", "phone": "y", "urgency": "z", "nope": 1, "company_size": "many"}
    answer = house.call("POST", "/v1/leads", body)
    paths = {error["path"] for error in answer.json["errors"]}
    assert paths >= {"email", "urgency", "nope", "company_size"}


def test_the_refusal_does_not_repeat_what_was_typed(house: House) -> None:
    answer = house.call("POST", "/v1/leads", {"email": "secret words", "urgency": "secret words"})
    assert "secret words" not in answer.text


def test_a_number_without_country_code_is_read_by_the_tenants_region(house: House) -> None:
    german = house.by(region="DE")
    made = house.lead(by=german, phone="030 901820")
    assert made["phone"]["e164"] == "+4930901820"


def test_family_and_given_name_are_joined_in_their_own_order(house: House) -> None:
    chinese = house.lead(name=None, given_name="娜娜", family_name="欧阳")
    english = house.lead(name=None, given_name="Ada", family_name="Lovelace")
    assert (chinese["name"], english["name"]) == ("欧阳娜娜", "Ada Lovelace")


def test_text_is_stored_composed_and_clean(house: House) -> None:
    assert house.lead(name="  Rene\u0301e\u0000  ")["name"] == "Renée"


def test_an_outside_id_exists_once(house: House) -> None:
    house.lead(external_id="x-1")
    answer = house.call("POST", "/v1/leads", {"name": "b", "external_id": "x-1"})
    assert (answer.status, answer.code) == (409, "already_exists")
    assert answer.json["details"] == {"field": "external_id"}


def test_two_tenants_may_use_the_same_outside_id(house: House) -> None:
    house.lead(external_id="x-1")
    assert House(house.world).lead(external_id="x-1")["external_id"] == "x-1"


def test_a_lead_that_does_not_exist_is_404(house: House) -> None:
    assert house.call("GET", "/v1/leads/lead_00000000000000000000000000").status == 404
    assert house.call("GET", "/v1/leads/nonsense").status == 404


def test_roles_without_the_right_may_not_create(house: House) -> None:
    for role in (Role.FINANCE, Role.LEGAL, Role.READ_ONLY):
        answer = house.call("POST", "/v1/leads", {"name": "x"}, by=house.by(role))
        assert (answer.status, answer.code) == (403, "forbidden")


def test_masked_and_hidden_fields_are_not_shown(house: House) -> None:
    lead = house.settled(email="nana@example.com", phone="13812340101", budget=FULL["budget"])
    path = f"/v1/leads/{lead.id}"
    reader = house.call("GET", path, by=house.by(Role.READ_ONLY)).json
    assert (reader["email"], reader["phone"]["e164"]) == ("n****@example.com", "+86****0101")
    finance = house.call("GET", path, by=house.by(Role.FINANCE)).json
    assert not {"score", "tier", "scoring"} & finance.keys()
    listed = house.call("GET", "/v1/leads", by=house.by(Role.READ_ONLY))
    assert "nana@" not in listed.text
    assert "13812340101" not in listed.text
