"""Answers as browsers send them become lead fields, or are named with what is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidInput
from shared.domain.forms.answers import read_answers
from shared.domain.forms.form import Form
from shared.domain.forms.readers import Terms
from shared.domain.leads.capture import LeadInput

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHINA = Terms("CN", "CNY")
OPTIONS = [{"value": "a", "label": "A"}]


def form(*fields: dict[str, Any], **settings: Any) -> Form:
    return Form.model_validate(
        {
            "id": "form_01KJPWD6M0DNGQ4TV5EHMPWSSG",
            "created_at": AT,
            "created_by": "usr",
            "updated_at": AT,
            "updated_by": "usr",
            "token": "t",
            "name": "f",
            "fields": [{"name": "name", "label": "Name"}, *fields],
            **settings,
        }
    )


def read(field: dict[str, Any], answer: Any, terms: Terms = CHINA) -> LeadInput:
    """A single answer beside a name."""
    asked = form({"label": "x", **field})
    return read_answers(asked, {"name": "Wang", field["name"]: answer}, False, terms)


def custom(kind: str, answer: Any) -> Any:
    """What a custom field of this type holds."""
    options = OPTIONS if kind == "select" else []
    found = read({"name": "custom.x", "type": kind, "options": options}, answer)
    return found.custom.get("x")


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("text", "  ｗ 王\u200b芳 ", "ｗ 王芳"),
        ("text", 12, "12"),
        ("textarea", "a\r\nb", "a\nb"),
        ("email", "Fang＠Example.com", "Fang@example.com"),
        ("phone", "138 1234 5678", "+8613812345678"),
        ("number", "1,234", 1234),
        ("number", "-0.5", -0.5),
        ("number", 7, 7),
        ("number", "1e3", 1000),
        ("select", "a", "a"),
        ("checkbox", "on", True),
        ("checkbox", True, True),
        ("checkbox", False, None),
        ("checkbox", "", None),
        ("date", "2026-02-28", "2026-02-28"),
        ("url", "example.cn/a", "https://example.cn/a"),
        ("url", "http://公司.cn/", "http://公司.cn/"),
    ],
)
def test_good_answers_are_read(kind: str, answer: Any, value: Any) -> None:
    assert custom(kind, answer) == value
    assert type(custom(kind, answer)) is type(value)


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("text", True, "text_expected"),
        ("email", "fang", "email_invalid"),
        ("phone", "1", "phone_invalid"),
        ("number", "twelve", "number_invalid"),
        ("number", "NaN", "number_invalid"),
        ("number", "Infinity", "number_invalid"),
        ("number", "1e99", "number_invalid"),
        ("number", "1e-99999999999999999999", "number_invalid"),
        ("number", "9" * 400, "number_invalid"),
        ("select", "b", "not_an_option"),
        ("date", "2026-02-29", "date_invalid"),
        ("url", "javascript:alert(1)//.cn", "address_invalid"),
        ("url", "data:text/html,x.y", "address_invalid"),
        ("url", "https://user:pass@example.cn", "address_invalid"),
        ("url", "https://exa mple.cn", "address_invalid"),
        ("url", "https://a\u2028b.cn/<", "address_invalid"),
        ("text", "x" * 2001, "too_long"),
    ],
)
def test_bad_answers_are_named(kind: str, answer: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        custom(kind, answer)
    assert [(e.path, e.code) for e in refused.value.errors] == [("answers.custom.x", code)]


def test_an_amount_is_of_the_fields_currency_or_the_tenants() -> None:
    field = {"name": "budget", "type": "money"}
    tenants, own = read(field, "1,000.5"), read({**field, "currency": "JPY"}, "1000")
    assert tenants.budget is not None
    assert own.budget is not None
    assert (tenants.budget.currency, str(tenants.budget.amount)) == ("CNY", "1000.50")
    assert (own.budget.currency, str(own.budget.amount)) == ("JPY", "1000")
    with pytest.raises(InvalidInput):
        read(field, "-1")


def test_a_phone_is_kept_as_typed_for_the_lead() -> None:
    assert read({"name": "phone", "type": "phone"}, "138-1234-5678").phone == "138-1234-5678"


def test_without_a_region_only_international_numbers_are_read() -> None:
    nowhere = Terms(None, "CNY")
    field = {"name": "phone", "type": "phone"}
    assert read(field, "+8613812345678", nowhere).phone
    with pytest.raises(InvalidInput) as refused:
        read(field, "13812345678", nowhere)
    assert refused.value.errors[0].code == "phone_region_needed"


def test_answers_without_anybody_behind_them_are_refused() -> None:
    asked = form({"name": "custom.x", "label": "x"})
    with pytest.raises(InvalidInput) as refused:
        read_answers(asked, {"custom.x": "1"}, False, CHINA)
    assert [(e.path, e.code) for e in refused.value.errors] == [("answers", "identity_required")]


def test_a_required_box_must_be_ticked() -> None:
    asked = form({"name": "custom.x", "label": "x", "type": "checkbox", "required": True})
    for answer in (False, "", "off", None):
        with pytest.raises(InvalidInput) as refused:
            read_answers(asked, {"name": "W", "custom.x": answer}, False, CHINA)
        assert refused.value.errors[0].code == "required"


@given(
    st.dictionaries(
        st.sampled_from(["name", "email", "phone", "budget", "custom.n", "custom.u", "other"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    )
)
def test_whatever_is_sent_is_read_or_refused_by_name(answers: dict[str, Any]) -> None:
    asked = form(
        {"name": "email", "label": "x", "type": "email"},
        {"name": "phone", "label": "x", "type": "phone"},
        {"name": "budget", "label": "x", "type": "money"},
        {"name": "custom.n", "label": "x", "type": "number"},
        {"name": "custom.u", "label": "x", "type": "url"},
    )
    try:
        found = read_answers(asked, answers, False, CHINA)
    except InvalidInput as refused:
        paths = [error.path for error in refused.errors]
        assert paths
        assert set(paths) <= {f"answers.{name}" for name in answers} | {"answers"}
    else:
        assert found == LeadInput.model_validate_json(found.model_dump_json())
