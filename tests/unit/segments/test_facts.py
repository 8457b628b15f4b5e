"""What conditions may name, and what they find there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.conditions import parse_condition
from shared.domain.customers.account import Account
from shared.domain.customers.parts import EmailEntry, Grade, Phone, Trait
from shared.domain.errors import Forbidden, InvalidInput
from shared.domain.leads.model import Behaviour
from shared.domain.segments.facts import facts_of
from shared.domain.segments.fields import (
    fields_of_kind,
    find_field,
    refuse_ruled_conditions,
    refuse_unknown_fields,
)
from shared.domain.segments.kinds import KINDS, RECORD_KINDS, RecordKind, kind_of_id
from tests.unit.segments.cases import NOW, PHONE, lead


def account(**fields: Any) -> Account:
    """An account."""
    stamp = lead().model_dump(include={"created_at", "created_by", "updated_at", "updated_by"})
    return Account(id="acc_01KJPWD6M00000000000XSNJG5", **{**stamp, **fields})


def test_lists_can_be_named() -> None:
    facts = facts_of(
        account(
            emails=(EmailEntry(address="Li@Example.com"), EmailEntry(address="b@example.com")),
            phones=(Phone(number=PHONE),),
            traits=(Trait(name="likes", value="tea", source="visit", at=NOW),),
            grade=Grade(value="A", source="manual", at=NOW),
        ),
        {"opportunity.won": Decimal(3), "opportunity.won_amount.EUR": Decimal("9.50")},
    )
    assert facts["emails"] == ("li@example.com", "b@example.com")
    assert facts["phones"] == ("+8613812340101",)
    assert (facts["grade"], facts["trait"], facts["trait_at"]) == (
        "A",
        {"likes": "tea"},
        {"likes": NOW},
    )
    won = facts["figures"]["opportunity"]
    assert (won["won"], won["won_amount"]["EUR"]) == (Decimal(3), Decimal("9.50"))


def test_behaviours_are_counted_and_dated_by_type() -> None:
    days = [NOW - timedelta(days=n) for n in (1, 9, 4)]
    done = [Behaviour(type="page.visited", at=at) for at in days]
    facts = facts_of(lead(behaviours=(*done, Behaviour(type="page", at=NOW))))["behaviour"]
    assert facts["page"]["visited"] == {"count": 3, "first": days[1], "last": days[0]}
    assert facts["page"]["count"] == 1


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_the_catalogue_names_real_fields_and_no_secrets(kind: RecordKind) -> None:
    paths = {spec.path for spec in fields_of_kind(kind)}
    assert {"name", "tags", "owner", "created_at", "custom.*", "figures.*", "emails"} <= paths
    hidden = ("review", "restricted", "merged_into", "timers", "version", "contested", "helpers")
    assert not [p for p in paths if p.partition(".")[0] in hidden]
    derived = {"emails", "phones", "figures", "trait", "trait_at", "behaviour", "consent", "grade"}
    own = KINDS[kind].entity.model_fields.keys() | derived
    assert {path.partition(".")[0] for path in paths} <= own


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("budget.amount", True),
        ("custom.size", True),
        ("behaviour.page.visited.last", True),
        ("consent.email", True),
        ("status", True),
        ("custom", False),
        ("consent.pigeon", False),
        ("budget", False),
        ("timers.rescore", False),
        ("name.x", False),
    ],
)
def test_fields_are_known_by_their_whole_path(path: str, known: bool) -> None:
    assert (find_field("lead", path) is not None) is known


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        ({"field": "shoe", "op": "exists"}, "unknown_field"),
        ({"field": "name", "op": "within_days", "value": 3}, "operator_unfit"),
        ({"field": "name", "op": "changed_since", "value": "2026-01-01"}, "operator_unknown"),
    ],
)
def test_what_cannot_be_answered_is_refused(leaf: dict[str, Any], code: str) -> None:
    condition = parse_condition({"any": [{"not": leaf}, {"field": "city", "op": "exists"}]})
    with pytest.raises(InvalidInput) as refusal:
        refuse_unknown_fields("lead", condition)
    assert [error.code for error in refusal.value.errors] == [code]


@pytest.mark.parametrize("field", ["phone.e164", "phones", "email", "emails"])
def test_nobody_finds_out_by_a_condition_what_is_masked(field: str) -> None:
    condition = parse_condition({"field": field, "op": "exists"})
    with pytest.raises(Forbidden):
        refuse_ruled_conditions({"email": "mask", "phone": "mask"}, condition)
    with pytest.raises(Forbidden):
        refuse_ruled_conditions({"emails": "mask", "phones": "mask"}, condition)
    refuse_ruled_conditions({"budget": "hide"}, condition)


def test_ids_tell_their_kind() -> None:
    assert kind_of_id(lead().id) == "lead"
    assert kind_of_id(account().id) == "account"
    assert kind_of_id("usr_1") is None
