"""Nothing of a lead is dropped silently, whatever it says and whatever it becomes."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion.filling import fill
from shared.domain.conversion.mapping import (
    Piece,
    Shape,
    natural_shape,
    pieces,
    said_by,
)
from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.leads.capture import NewLead, capture
from shared.domain.leads.model import Lead
from tests.unit.conversion.people import context

TEXT = st.text(alphabet="ab 华为", min_size=1, max_size=8).filter(lambda t: bool(t.strip()))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("name", "given_name", "family_name", "job_title", "company"), TEXT),
    **dict.fromkeys(("source", "campaign", "interest", "industry", "region", "city"), TEXT),
    "email": st.just("a@example.com"),
    "phone": st.just("13812340101"),
    "website": st.just("https://example.com"),
    "country": st.sampled_from(["CN", "de", "中国"]),
    "urgency": st.sampled_from(["low", "high"]),
    "company_size": st.integers(1, 1000),
    "budget": st.just({"amount": "5", "currency": "EUR"}),
    "tags": st.lists(TEXT, max_size=2, unique=True),
    "custom": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3)),
}
LEADS = st.fixed_dictionaries({"external_id": st.just("x")}, optional=FIELDS)
SHAPES = st.builds(
    Shape,
    account=st.booleans(),
    contact=st.booleans(),
    opportunity=st.booleans(),
    individual=st.booleans(),
)
KINDS = ("account", "contact", "opportunity")


def lead_of(fields: dict[str, Any]) -> Lead:
    return capture(context(), NewLead.model_validate(fields), channel="api")


@given(LEADS, SHAPES)
def test_each_piece_comes_from_fields_that_the_lead_has(
    fields: dict[str, Any], shape: Shape
) -> None:
    lead = lead_of(fields)
    said = said_by(lead)
    for kind in KINDS:
        for piece in pieces(lead, kind, shape):
            assert set(piece.sources) <= said.keys()
            assert piece.value not in (None, "", [], {})


@given(LEADS)
def test_a_natural_conversion_with_an_opportunity_leaves_what_has_no_place(
    fields: dict[str, Any],
) -> None:
    lead = lead_of(fields)
    shape = natural_shape(lead, opportunity=True)
    taken: set[str] = set()
    for kind in KINDS:
        if shape.has(kind):
            taken |= fill(pieces(lead, kind, shape), {}, "create").taken
    left = said_by(lead).keys() - taken
    assert left <= {"external_id", "urgency", "country", "job_title"} | _of_nobody(lead)


def _of_nobody(lead: Lead) -> set[str]:
    """What belongs to a company or a person that the lead does not name."""
    return {"website", "industry", "company_size"} if not lead.company else set[str]()


@given(LEADS)
def test_what_is_proposed_is_valid_input(fields: dict[str, Any]) -> None:
    lead = lead_of(fields)
    shape = natural_shape(lead)
    account = fill(pieces(lead, "account", shape), {}, "create").values
    assert AccountInput.model_validate(account).name or shape.contact or account
    if shape.contact:
        ContactInput.model_validate(fill(pieces(lead, "contact", shape), {}, "create").values)


def test_what_is_said_takes_the_place_of_a_piece_and_its_sources() -> None:
    found = fill([Piece("name", "A", ("company",))], {"name": "B", "website": "w"}, "create")
    assert found.values == {"name": "B", "website": "w"}
    assert found.taken == {"company"}


def test_times_are_aware() -> None:
    assert lead_of({"name": "x"}).created_at < datetime.now(UTC).replace(year=2999)
