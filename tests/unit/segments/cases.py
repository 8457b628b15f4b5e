"""Leads and conditions of all sorts, as hypothesis draws them and as tests name them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.domain.leads.model import Behaviour, Consent, Lead
from shared.domain.money import Money
from shared.domain.phone import parse_phone

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
PHONE = parse_phone("13812340101", "CN")


def lead(**fields: Any) -> Lead:
    """A lead as it was created a week ago."""
    stamp = {
        "id": "lead_01KJPWD6M00000000000XSNJG5",
        "created_at": NOW - timedelta(days=7),
        "created_by": "usr_1",
        "updated_at": NOW - timedelta(days=1),
        "updated_by": "usr_1",
        "version": 1,
    }
    return Lead(**{**stamp, **fields})


texts = st.sampled_from(["Berlin", "berlin", "臺北", "台北", "Ａｂｃ", "x y", "10", "2026-05-01"])
moments = st.integers(-20_000, 20_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
behaviours = st.builds(
    Behaviour, type=st.sampled_from(["page.visited", "page", "email.opened"]), at=moments
)
consents = st.builds(
    lambda channel, granted, at: Consent(channel=channel, granted=granted, at=at, evidence="e"),
    st.sampled_from(["email", "sms"]),
    st.booleans(),
    moments,
)
leads = st.fixed_dictionaries(
    {},
    optional={
        "city": texts,
        "company": texts,
        "email": st.sampled_from(["a@example.com", "B.b@Example.org"]),
        "phone": st.just(PHONE),
        "score": st.integers(0, 100),
        "budget": st.decimals("0", "1000", places=2).map(lambda d: Money.of(str(d), "CNY")),
        "company_size": st.integers(0, 50),
        "touched_at": moments,
        "tags": st.lists(texts, max_size=3, unique=True).map(tuple),
        "behaviours": st.lists(behaviours, max_size=4).map(tuple),
        "consents": st.lists(consents, max_size=2, unique_by=lambda c: c.channel).map(tuple),
        "custom": st.dictionaries(
            st.sampled_from(["a", "b"]), texts | st.integers(-9, 9) | st.booleans()
        ),
    },
).map(lambda fields: lead(**fields))

_TEXT = ("city", "company", "tags", "emails", "phones", "custom.a", "budget.currency")
_NUMBER = ("score", "company_size", "budget.amount", "custom.b", "behaviour.page.visited.count")
_TIME = ("created_at", "touched_at", "behaviour.page.visited.last", "behaviour.page.first")


def _leaf(fields: tuple[str, ...], ops: tuple[str, ...], values: Any) -> Any:
    return st.fixed_dictionaries(
        {"field": st.sampled_from(fields), "op": st.sampled_from(ops), "value": values}
    )


leaves = st.one_of(
    _leaf(_TEXT, ("eq", "ne", "contains", "starts_with"), texts),
    _leaf(_TEXT, ("in", "not_in"), st.lists(texts, min_size=1, max_size=3)),
    _leaf(_NUMBER, ("eq", "ne", "lt", "lte", "gt", "gte"), st.integers(-9, 100)),
    _leaf(_NUMBER, ("eq", "gte"), st.sampled_from(["10", "12.50", "007"])),
    _leaf(_TIME, ("within_days", "older_than_days", "next_days"), st.integers(1, 20)),
    _leaf(_TIME, ("lt", "gte", "eq"), st.sampled_from(["2026-05-13", "2026-05-19T12:00:00Z"])),
    _leaf(("consent.email", "consent.sms"), ("eq", "ne"), st.booleans()),
    st.fixed_dictionaries(
        {"field": st.sampled_from(_TEXT + _TIME), "op": st.sampled_from(["exists", "missing"])}
    ),
)
conditions = st.recursive(
    leaves,
    lambda below: st.one_of(
        st.fixed_dictionaries({"all": st.lists(below, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(below, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": below}),
    ),
    max_leaves=5,
)
