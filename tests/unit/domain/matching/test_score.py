"""The score: the same both ways, in bounds, lowered by contradictions, explained."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.matching.keys import MOST_KEYS, key_type, keys_of
from shared.domain.matching.profile import Profile
from shared.domain.matching.score import BLOCK, REVIEW, score

_NAMES = st.sampled_from(
    [
        *("王伟", "王小明", "Wang Xiaoming", "Anna Müller", "Anna Muller", "A. Muller", "Li", ""),
        *(
            "华为技术有限公司",
            "Huawei Technologies",
            "IBM",
            "International Business Machines",
            "ソニー",
        ),
    ]
)
_FEW = st.sets(st.sampled_from(["a", "b", "c"]), max_size=2).map(frozenset)
PROFILES = st.builds(
    Profile,
    kind=st.sampled_from(["account", "contact", "lead"]),
    is_company=st.booleans(),
    names=st.lists(_NAMES, max_size=2).map(tuple),
    given=st.none() | st.sampled_from(["Anna", "伟", "x"]),
    family=st.none() | st.sampled_from(["Müller", "王", "y"]),
    employers=st.lists(_NAMES, max_size=1).map(tuple),
    phones=_FEW.map(lambda s: frozenset("+861381234010" + p for p in s)),
    emails=_FEW.map(lambda s: frozenset(f"{p}@example.com" for p in s)),
    domains=_FEW.map(lambda s: frozenset(f"{p}.cn" for p in s)),
    tax=st.none() | st.sampled_from(["uscc:1", "uscc:2", "vat:1"]),
    identities=_FEW.map(lambda s: frozenset(f"wechat::{p}" for p in s)),
    birthday=st.none() | st.dates(date(1990, 1, 1), date(1990, 2, 3)),
    street=st.none() | st.sampled_from(["6 kent street", "6 kentstreet", "长安街1号", "High St"]),
    city=st.none() | st.sampled_from(["深圳", "深圳市", "Berlin"]),
    postcode=st.none() | st.sampled_from(["2119", "2118", "SW1A 1AA"]),
    region=st.none() | st.sampled_from(["广东", "nsw"]),
)


@given(PROFILES, PROFILES)
def test_the_score_is_the_same_both_ways(a: Profile, b: Profile) -> None:
    assert score(a, b) == score(b, a)
    assert 0 <= score(a, b).points <= 100


@given(PROFILES)
def test_there_are_few_keys_and_none_is_empty(profile: Profile) -> None:
    keys = keys_of(profile)
    assert len(keys) <= MOST_KEYS
    assert all(key.partition(":")[2] for key in keys)
    assert keys == keys_of(replace(profile, id="x"))


@given(PROFILES, PROFILES)
def test_reasons_never_repeat_what_the_records_hold(a: Profile, b: Profile) -> None:
    said = {(reason.key, reason.code) for reason in score(a, b).reasons}
    assert all(text.isascii() and text.replace("_", "").isalpha() for pair in said for text in pair)


def person(**more: object) -> Profile:
    return Profile("contact", **{"names": ("王小明",), **more})  # type: ignore[arg-type]


def company(name: str = "华为技术有限公司", **more: object) -> Profile:
    return Profile("account", is_company=True, names=(name,), **more)  # type: ignore[arg-type]


def test_a_name_alone_is_no_duplicate_but_name_and_number_are() -> None:
    phone = frozenset({"+8613812340101"})
    assert score(person(), person()).points < REVIEW
    assert score(person(phones=phone), person(phones=phone)).points >= BLOCK


def test_a_company_of_the_same_name_is_reviewed_and_with_its_tax_number_blocked() -> None:
    assert REVIEW <= score(company(), company()).points < BLOCK
    assert score(company(tax="uscc:1"), company("华为", tax="uscc:1")).points >= BLOCK


def test_another_birthday_or_tax_number_lowers_the_score() -> None:
    email = frozenset({"a@example.com"})
    old, young = date(1960, 1, 1), date(1999, 12, 31)
    same = score(person(emails=email, birthday=old), person(emails=email, birthday=old)).points
    other = score(person(emails=email, birthday=old), person(emails=email, birthday=young)).points
    assert other < BLOCK <= same
    assert score(company(tax="uscc:1"), company(tax="uscc:2")).points < REVIEW


def test_a_bank_is_known_by_its_city_too() -> None:
    assert score(company("北京银行股份有限公司"), company("北京银行")).points >= REVIEW
    assert score(company("北京银行股份有限公司"), company("上海银行")).points < REVIEW
    assert score(company("银行"), company("银行有限公司")).points < REVIEW


def test_companies_of_one_name_in_two_cities_are_not_taken_for_one() -> None:
    assert score(company("上海兴隆贸易有限公司"), company("北京兴隆贸易有限公司")).points < REVIEW


def test_a_person_and_a_company_are_never_one_though_they_share_a_number() -> None:
    phones, emails = frozenset({"+861012345678"}), frozenset({"a@acme.cn"})
    both = person(phones=phones, emails=emails), company(phones=phones, emails=emails)
    assert score(*both).points < REVIEW


def test_a_lead_meets_the_account_of_its_company() -> None:
    lead = Profile(
        "lead", names=("李娜",), employers=("華為技術",), emails=frozenset({"n@huawei.cn"})
    )
    account = company(domains=frozenset({"www.huawei.cn"}))
    assert score(lead, account).points >= BLOCK
    assert {key_type(k) for k in keys_of(lead) & keys_of(account)} == {"company", "brand", "domain"}


def test_colleagues_are_not_duplicates() -> None:
    one = Profile("lead", names=("李娜",), employers=("华为",), emails=frozenset({"a@huawei.cn"}))
    other = Profile("lead", names=("王伟",), employers=("华为",), emails=frozenset({"b@huawei.cn"}))
    assert score(one, other).points < 10


@pytest.mark.parametrize("address", ["a@gmail.com", "a@qq.com", "a@163.com"])
def test_free_mail_says_nothing_of_a_company(address: str) -> None:
    keys = keys_of(company(emails=frozenset({address})))
    assert not any(key_type(key) == "domain" for key in keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华为", "Huawei"),
        ("ソニー株式会社", "Sony"),
        ("삼성전자", "Samsung Electronics"),
        ("IBM", "International Business Machines Corp."),
        ("Procter & Gamble", "P&G"),
        ("Microsoft Corp", "Mircosoft Corp"),
    ],
)
def test_companies_are_recognised_across_scripts_and_in_short(one: str, other: str) -> None:
    assert score(company(one), company(other)).points >= REVIEW


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华为", "华伟实业"),
        ("Samsung", "LG"),
        ("General Electric", "General Motors"),
        ("百度", "Bing"),
    ],
)
def test_other_companies_are_told_apart(one: str, other: str) -> None:
    assert score(company(one), company(other)).points < REVIEW


_ANY = st.text(max_size=40)
_ANYBODY = st.builds(
    Profile,
    kind=st.just("lead"),
    is_company=st.booleans(),
    names=st.lists(_ANY, max_size=2).map(tuple),
    given=st.none() | _ANY,
    family=st.none() | _ANY,
    employers=st.lists(_ANY, max_size=2).map(tuple),
    emails=st.lists(_ANY, max_size=2).map(frozenset),
    domains=st.lists(_ANY, max_size=2).map(frozenset),
    street=st.none() | _ANY,
    city=st.none() | _ANY,
    postcode=st.none() | _ANY,
    region=st.none() | _ANY,
)


_NAMED = st.builds(
    Profile,
    kind=st.just("lead"),
    names=st.lists(st.sampled_from(["Ann Lee", "Lee Ann", "Li Na", "李娜", "Na Li", "A"])).map(
        tuple
    ),
    given=st.none() | st.sampled_from(["Ann", "Anne", "A", "Lee", "娜"]),
    family=st.none() | st.sampled_from(["Ann", "Lee", "Leo", "L", "李"]),
)


@given(_NAMED, _NAMED)
@example(Profile("lead", family="A"), Profile("lead", given="A"))
@example(Profile("lead", given="Ann", family="Lee"), Profile("lead", given="Leo", family="Ann"))
def test_names_in_another_order_are_compared_the_same_both_ways(a: Profile, b: Profile) -> None:
    assert score(a, b) == score(b, a)


@given(_ANYBODY, _ANYBODY)
def test_whatever_people_type_is_compared_the_same_both_ways(a: Profile, b: Profile) -> None:
    assert score(a, b) == score(b, a)
    keys = keys_of(a)
    assert len(keys) <= MOST_KEYS
    assert all(len(key) <= 120 and key.partition(":")[2] for key in keys)
