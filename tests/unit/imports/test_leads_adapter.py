"""What rows mean for leads: custom fields, consents with evidence, additions that take nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.imports.adapters import record_kind
from functions.imports.adapters.base import Making, Source
from functions.imports.adapters.leads import LEADS
from functions.imports.mapping import Mapping
from functions.imports.row_mapper import RowInput
from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.errors import InvalidInput
from shared.domain.leads.model import Lead

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOURCE = Source("客户.csv", AT)
CONTEXT = Context(Principal("ten_A", "usr_1", Role.ADMIN, region="CN"), AT, lambda: bytes(10))
LEAD_ID = "lead_01J00000000000000000000000"


def mapping(**fields: list[dict[str, Any]]) -> Mapping:
    """A mapping of columns named like their fields, with these steps."""
    each = [{"field": f, "columns": [f], "transforms": steps} for f, steps in fields.items()]
    return Mapping.model_validate({"fields": each})


PLAIN = mapping(name=[])


def read(values: dict[str, Any], cleared: tuple[str, ...] = (), by: Mapping = PLAIN) -> Any:
    return LEADS.read(RowInput(7, values, cleared), SOURCE, by)


def created(**values: Any) -> Lead:
    given = read({"name": "王伟", **values})
    made = LEADS.create(CONTEXT, given, Making(LEAD_ID, AT, assign=True))
    assert isinstance(made, Lead)
    return made


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidInput):
        record_kind("spaceship")


def test_custom_fields_read_as_numbers_are_numbers_and_others_stay_text() -> None:
    by = Mapping.model_validate(
        {
            "fields": [
                {"field": "custom.visits", "columns": ["v"], "transforms": [{"step": "number"}]},
                {"field": "custom.code", "columns": ["c"]},
            ]
        }
    )
    given = read({"custom": {"visits": "12", "code": "0012"}}, by=by)
    assert given.custom == {"visits": 12, "code": "0012"}
    assert read({"custom": {"visits": "2.5"}}, by=by).custom == {"visits": 2.5}


def test_a_consent_names_the_file_and_line_as_its_evidence() -> None:
    (consent,) = read({"consents": {"email": False}}).consents
    assert (consent.channel, consent.granted, consent.at) == ("email", False, AT)
    assert consent.evidence == "import of 客户.csv, line 7"


def test_the_same_consent_keeps_its_first_evidence() -> None:
    lead = created(consents={"email": True, "phone": True})
    again = LEADS.read(RowInput(99, {"name": "王伟", "consents": {"email": True}}), SOURCE, PLAIN)
    assert LEADS.update(CONTEXT, lead, again) is lead
    refused = read({"consents": {"email": False}})
    after = LEADS.update(CONTEXT, lead, refused)
    assert isinstance(after, Lead)
    assert {c.channel: c.granted for c in after.consents} == {"email": False, "phone": True}


def test_tags_are_added_never_taken_away() -> None:
    lead = created(tags=["vip"])
    after = LEADS.update(CONTEXT, lead, read({"tags": "fair"}))
    assert isinstance(after, Lead)
    assert after.tags == ("vip", "fair")
    assert LEADS.update(CONTEXT, after, read({"tags": ["vip"]})) is after


def test_empty_cells_clear_fields_but_withdraw_no_consent() -> None:
    lead = created(email="a@example.com", custom={"size": "x"}, consents={"email": True})
    names = ("email", "custom.size", "consents.email", "tags")
    after = LEADS.update(CONTEXT, lead, read({"name": "王伟"}, names))
    assert isinstance(after, Lead)
    assert (after.email, after.custom, after.consents) == (None, {}, lead.consents)


def test_images_hold_what_differs_and_bring_it_back() -> None:
    lead = created(email="a@example.com", source="web", phone="13812340001")
    after = LEADS.update(
        CONTEXT, lead, read({"email": "b@example.com", "source": "fair", "phone": "13812340002"})
    )
    images = LEADS.images(lead, after)
    assert set(images) == {"email", "source", "phone", "last_touch"}
    back = LEADS.restore(CONTEXT, after, {name: old for name, (old, _) in images.items()})
    assert isinstance(back, Lead)
    assert (back.email, back.source, back.phone) == (lead.email, lead.source, lead.phone)
    assert back.last_touch == lead.last_touch


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("name", True),
        ("custom.anything", True),
        ("phone.e164", True),
        ("budget.amount", True),
        ("scoring", False),
        ("scoring.reasons", False),
        ("secret", False),
        ("custom.行业", False),
    ],
)
def test_exports_have_columns_that_leads_have(name: str, known: bool) -> None:
    assert LEADS.readable(name) is known


def test_every_usual_export_column_is_readable() -> None:
    assert all(map(LEADS.readable, LEADS.export_fields))
