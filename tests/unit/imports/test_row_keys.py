"""Keys of rows and the records they mean; countries by name; lists joined without loss."""

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.imports.adapters.contacts import CONTACTS
from functions.imports.adapters.customers import CustomerRow
from functions.imports.adapters.extras import Extras
from functions.imports.countries import Country
from functions.imports.mapping import Mapping
from functions.imports.readings import Unreadable
from functions.imports.recognising import meant
from functions.imports.row_keys import keys_of, one_token_each, tokens_of
from functions.imports.row_mapper import RowInput
from functions.imports.transforms import Split
from shared.domain.customers.contact import Contact
from shared.domain.errors import InvalidInput
from shared.domain.ids import make_id
from tests.unit.imports.test_leads_adapter import AT, CONTEXT, SOURCE

_numbers = itertools.count()
PLAIN = Mapping.model_validate({"kind": "contact", "fields": [{"field": "name", "columns": ["n"]}]})


def row(**values: Any) -> CustomerRow:
    """A row as contact input."""
    return CONTACTS.read(RowInput(2, values), SOURCE, PLAIN, "CN")


def contact(**fields: Any) -> Contact:
    stamp = Contact.stamp(CONTEXT, make_id("con", AT, next(_numbers).to_bytes(10, "big")))
    return Contact.model_validate({**stamp, "name": "王伟", "version": 1, **fields})


def test_the_same_key_in_every_spelling_is_one_token() -> None:
    values = {
        "emails": {"work": "A@Example.com", "2": {"address": ["b@example.com"], "kind": "home"}},
        "phones": {"mobile": "138 1234 0101", "work": {"number": "no number"}},
        "tax_number": "9111 0000 6000 37341L",
        "identities": {"wechat": "w1", "shop": {"taobao": "t1"}},
        "external_id": "A1 ",
    }
    keys = ("emails", "phones", "phones.mobile", "tax_number", "identities", "external_id")
    assert tokens_of(keys, values, "CN") == (
        ("email:a@example.com", "email:b@example.com"),
        ("phone:+8613812340101",),
        ("phone:+8613812340101",),
        ("tax:uscc:91110000600037341L",),
        ("identity:wechat::w1", "identity:shop:taobao:t1"),
        ("external_id:A1",),
    )
    assert tokens_of(("emails", "tax_number"), {"tax_number": "none"}, "CN") == ((), ())


def test_an_outside_id_recognises_rows_where_nobody_names_a_key() -> None:
    fields = [{"field": "external_id", "columns": ["a"]}, {"field": "name", "columns": ["n"]}]
    assert keys_of(Mapping.model_validate({"fields": fields})) == ("external_id",)
    assert keys_of(PLAIN) == ()
    assert one_token_each(("external_id",))
    assert not one_token_each(("emails",))


def test_the_first_key_that_finds_a_record_decides_unless_all_must() -> None:
    one, two = contact(), contact()
    known = {"email:a": (one,), "phone:1": (two,), "phone:2": (one, two)}
    keys = (("email:a",), ("phone:1",))
    names = ("emails", "phones")
    assert meant(names, keys, known, "any") == one
    assert meant(names, ((), ("phone:1",)), known, "any") == two
    assert meant(names, (("email:x",), ()), known, "all") is None
    for bad, code in ((keys, "keys_disagree"), ((("email:a",), ()), "keys_disagree")):
        with pytest.raises(InvalidInput) as refusal:
            meant(names, bad, known, "all")
        assert refusal.value.errors[0].code == code
    with pytest.raises(InvalidInput) as refusal:
        meant(names, ((), ("phone:2",)), known, "any")
    assert refusal.value.errors[0].code == "key_ambiguous"
    assert one.id in refusal.value.errors[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("中国", "CN"), ("China", "CN"), ("P.R.C.", "CN"), ("cn", "CN"), ("香港", "HK")),
        *(("USA", "US"), ("United States of America", "US"), ("Deutschland", "DE")),
        *(("德国", "DE"), ("UK", "GB"), ("England", "GB"), ("日本", "JP"), ("ＪＰ", "JP")),
    ],
)
def test_countries_have_many_names(text: str, code: str) -> None:
    assert Country().apply(text) == code


def test_what_is_no_country_is_refused() -> None:
    with pytest.raises(Unreadable) as refusal:
        Country().apply("Atlantis")
    assert refusal.value.code == "country_unknown"


def test_a_list_is_cut_at_a_word_or_gives_its_first_text() -> None:
    assert Split(between=" ::: ").apply("a, b ::: c") == ["a, b", "c"]
    assert Split(between=" ::: ", first=True).apply("a ::: b") == "a"


def test_refusals_name_the_slot_of_the_row() -> None:
    with pytest.raises(InvalidInput) as refusal:
        row(name="A", emails={"work": "a@example.com", "other_2": "no address"})
    assert [e.path for e in refusal.value.errors] == ["emails.other_2"]


def test_numbers_without_a_kind_say_it_themselves() -> None:
    given = row(name="A", phones={"1": "13812340101", "2": "021-62345678"}).input
    assert [phone.kind for phone in given.phones] == ["mobile", "other"]


def test_an_update_adds_to_lists_and_takes_nothing_away() -> None:
    before = contact(
        emails=[{"address": "A@example.com", "kind": "work", "label": "main"}],
        addresses=[{"kind": "work", "city": "Berlin"}, {"kind": "work", "city": "Bonn"}],
        tags=["vip"],
        custom={"a": 1},
    )
    given = row(
        emails={"personal": "a@example.com", "other": "b@example.com"},
        addresses={"work": {"street": "Quay 1"}, "home": {"city": "Kiel"}},
        tags=["fair"],
        custom={"b": "x"},
    )
    after = CONTACTS.update(CONTEXT, before, given)
    assert isinstance(after, Contact)
    assert [(e.address, e.kind, e.label) for e in after.emails] == [
        ("A@example.com", "personal", "main"),
        ("b@example.com", "other", ""),
    ]
    assert [(a.kind, a.city, a.street) for a in after.addresses] == [
        ("work", "Berlin", "Quay 1"),
        ("work", "Bonn", None),
        ("home", "Kiel", None),
    ]
    assert (after.tags, after.custom) == (("vip", "fair"), {"a": 1, "b": "x"})
    assert CONTACTS.update(CONTEXT, after, given) is after


_ADDRESSES = st.lists(
    st.builds(
        lambda n, kind: {"address": f"p{n}@example.com", "kind": kind},
        st.integers(0, 4),
        st.sampled_from(["work", "personal", "other"]),
    ),
    max_size=5,
    unique_by=lambda entry: entry["address"],
)


@given(_ADDRESSES, _ADDRESSES)
def test_importing_twice_is_importing_once_and_loses_no_address(
    known: list[dict[str, str]], said: list[dict[str, str]]
) -> None:
    before = contact(emails=known)
    given_row = row(emails={str(n): entry for n, entry in enumerate(said)})
    after = CONTACTS.update(CONTEXT, before, given_row)
    assert isinstance(after, Contact)
    addresses = {e.address for e in after.emails}
    assert addresses == {e["address"] for e in (*known, *said)}
    assert CONTACTS.update(CONTEXT, after, given_row) is after


def test_what_is_said_besides_the_fields_is_taken_out_of_the_row() -> None:
    values: dict[str, Any] = {
        "name": "A",
        "owner": "li.na@example.com",
        "created_at": "2019-05-06",
        "roles": "Decision Maker",
        "account": {"name": "天柏", "external_id": "A1"},
    }
    extras = Extras.take(values, "account", AT)
    assert values == {"name": "A"}
    assert (extras.owner, extras.roles) == ("li.na@example.com", ("decision_maker",))
    assert extras.created_at is not None
    assert extras.created_at.date() == date(2019, 5, 6)
    assert [r.by for r in extras.references] == ["external_id", "name"]


@pytest.mark.parametrize("moment", ["2191-01-01", "1969-12-31", "yesterday"])
def test_a_record_was_made_between_1970_and_now(moment: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Extras.take({"created_at": moment}, None, AT)
    assert refusal.value.errors[0].code == "created_at_invalid"
