"""What is left of a record: nothing of the person, all of the facts, and the same when repeated."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, ContactInput, new_account, new_contact
from shared.domain.customers.contact import Contact
from shared.domain.leads.capture import LeadInput, capture
from shared.domain.leads.model import Lead
from shared.domain.privacy.erasure import (
    ERASED,
    KEPT_FIELDS,
    Needles,
    erased,
    is_personal,
    needles_of,
    scrubbed,
)
from shared.domain.privacy.suppression import claims_of
from tests.world import START

SYSTEM = Principal("ten_A", "system", Role.SYSTEM, kind="system", region="CN")
CONTEXT = Context(SYSTEM, START, lambda: b"0123456789")
REQUEST = "prv_1"
PERSON: dict[str, Any] = {
    "name": "王伟辰",
    "given_name": "伟辰",
    "family_name": "王",
    "gender": "male",
    "birthday": date(1988, 4, 2),
    "phones": [{"number": "13812340101"}],
    "emails": [{"address": "wang.wei@example.com"}],
    "addresses": [{"street": "文三路478号"}],
    "identities": [{"channel": "wechat", "value": "wx_weichen"}],
    "external_id": "erp-4711",
    "tags": ["vip-guest"],
    "custom": {"spouse": "Li Na"},
}
SECRETS = ("王伟辰", "13812340101", "wang.wei", "文三路", "wx_weichen", "erp-4711", "vip-guest")
SECRETS += ("Li Na", "1988-04-02")


def contact() -> Contact:
    given = ContactInput.model_validate({**PERSON, "job_title": "CTO", "account": "acc_1"})
    return new_contact(CONTEXT, given, channel="api", owner="usr_1", team="team_1")


def individual() -> Account:
    given = AccountInput.model_validate({**PERSON, "type": "individual", "aliases": ["Weichen W."]})
    return new_account(CONTEXT, given, channel="api", owner="usr_1")


def lead() -> Lead:
    fields = {"name": "王伟辰", "email": "wang.wei@example.com", "phone": "13812340101"}
    fields |= {"city": "文三路", "interest": "wx_weichen", "tags": ["vip-guest"]}
    return capture(CONTEXT, LeadInput.model_validate(fields), channel="api")


RECORDS = [contact, individual, lead]


@pytest.mark.parametrize("make", RECORDS)
def test_nothing_of_the_person_is_left(make: Any) -> None:
    bare = erased(CONTEXT, make(), REQUEST)
    text = bare.document()
    assert not [secret for secret in SECRETS if secret in text]
    assert bare.name == ERASED
    assert not claims_of(bare)
    assert bare.unique_keys() == {}
    assert bare.match_keys() == frozenset() or all(ERASED in key for key in bare.match_keys())


@pytest.mark.parametrize("make", RECORDS)
def test_what_was_decided_to_stay_stays(make: Any) -> None:
    record = make()
    bare = erased(CONTEXT, record, REQUEST)
    books = {"updated_at", "updated_by", "deleted_at", "restricted"}
    for name in KEPT_FIELDS[record.kind] - books:
        assert getattr(bare, name) == getattr(record, name), name


@pytest.mark.parametrize("make", RECORDS)
def test_every_other_field_is_as_if_it_had_never_been_filled(make: Any) -> None:
    record = make()
    bare = erased(CONTEXT, record, REQUEST)
    for name, field in type(record).model_fields.items():
        if name not in KEPT_FIELDS[record.kind] | {"name"}:
            assert getattr(bare, name) == field.get_default(call_default_factory=True), name


@pytest.mark.parametrize("make", RECORDS)
def test_erasing_twice_is_erasing_once(make: Any) -> None:
    bare = erased(CONTEXT, make(), REQUEST)
    assert erased(CONTEXT, bare, REQUEST) is bare
    (event,) = [e for e in bare.events if e.name.endswith(".erased")]
    assert event.model_dump() == {"request": REQUEST}


def test_a_disqualified_lead_keeps_its_reason_without_the_words() -> None:
    reason = {"reason": "no_budget", "note": "王伟辰 is broke", "before": "new"}
    closed = lead().evolve(CONTEXT, status="disqualified", disqualification=reason)
    bare = erased(CONTEXT, closed, REQUEST)
    assert bare.disqualification.model_dump() == {**reason, "note": ""}


def test_a_history_says_that_something_changed_and_not_what() -> None:
    entry = {
        "version": 2,
        "at": "2026-03-02T09:00:00Z",
        "by": "usr_1",
        "changes": [
            {"field": "name", "before": "王伟", "after": "王伟辰"},
            {"field": "owner", "before": None, "after": "usr_1"},
        ],
    }
    bare = scrubbed("contact", entry)
    assert bare["changes"] == [
        {"field": "name", "before": None, "after": None},
        {"field": "owner", "before": None, "after": "usr_1"},
    ]
    assert (bare["version"], bare["by"]) == (2, "usr_1")
    assert scrubbed("contact", bare) == bare


@pytest.mark.parametrize("kind", ["contact", "account", "lead"])
def test_a_field_that_nobody_thought_of_is_personal(kind: str) -> None:
    assert is_personal(kind, "shoe_size")
    assert not is_personal(kind, "owner")


def test_of_other_records_only_the_named_texts_are_personal() -> None:
    assert is_personal("note", "text")
    assert is_personal("opportunity", "name")
    assert not is_personal("opportunity", "amount")


def test_texts_that_speak_of_the_person_are_found() -> None:
    needles = needles_of([contact()])
    assert needles.within("WANG.WEI@example.com schrieb")
    assert needles.within("和王伟辰通了电话")
    assert needles.blotted("13812340101 anrufen") == ERASED
    assert needles.blotted("和王小明通了电话") == "和王小明通了电话"


@given(st.text(max_size=3).filter(lambda t: t.isascii()))
def test_a_few_latin_letters_are_no_name(text: str) -> None:
    assert not Needles(frozenset({text})).within(f"xx{text}xx")
