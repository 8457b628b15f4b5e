"""Names of companies: one core however the name is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.matching.companies import brand_of, company_name, core_name
from shared.domain.text import fold

SAME = [
    ("华为技术有限公司", "華為技術有限公司"),
    ("深圳市华为技术有限公司", "华为技术（深圳）有限公司"),
    ("广州市天河区丹妮贸易有限公司", "丹妮贸易"),
    ("阿里巴巴集團控股有限公司", "阿里巴巴"),
    ("ＡＢＣ科技股份有限公司", "abc科技"),
    ("株式会社日立製作所", "日立製作所株式会社"),
    ("㈱日立製作所", "日立製作所"),
    ("주식회사 카카오", "카카오"),
    ("(주)카카오", "카카오"),
    ("Müller GmbH & Co. KG", "MULLER"),
    ("Nestlé S.A.", "nestle sa"),
    ("The Coca-Cola Company", "Coca-Cola Co."),
    ("Amazon.com, Inc.", "Amazon"),
    ("Acme (China) Co., Ltd.", "ACME"),
    ("Kraków Spółka z o.o.", "Krakow"),
    ("McDonald's Corporation", "McDonalds Corp"),
    ("张家港保税区博美特贸易有限公司", "博美特贸易"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_have_one_core(one: str, other: str) -> None:
    assert company_name(one).key == company_name(other).key


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("北京银行股份有限公司", "北京银行"),
        ("中国银行", "中国银行"),
        ("北京", "北京"),
        ("GmbH", "gmbh"),
        ("有限公司", "有限公司"),
        ("Limited", "limited"),
        ("阿里巴巴", "阿里巴巴"),
    ],
)
def test_a_name_is_never_taken_away_altogether(name: str, core: str) -> None:
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("杭州映月书房电子商务有限公司", "映月书房"),
        ("Samsung Electronics Co., Ltd.", "samsung"),
        ("삼성전자주식회사", "삼성"),
        ("General Electric Company", "general electric"),
        ("环境公司", ""),
        ("北京银行股份有限公司", ""),
    ],
)
def test_the_brand_is_what_is_left_without_the_trade(name: str, brand: str) -> None:
    assert brand_of(name) == fold(brand)


def test_initials_leave_out_small_words_but_not_only() -> None:
    assert company_name("Bank of America").initials == {"boa", "ba"}
    assert company_name("华为技术").initials == frozenset()


@given(st.text(max_size=60))
def test_the_core_of_a_core_is_itself(name: str) -> None:
    assert core_name(core_name(name)) == core_name(name)


_PARTS = st.sampled_from(
    [
        *(
            "深圳市",
            "广州",
            "天河区",
            "华为",
            "技术",
            "有限公司",
            "集团",
            "（北京）",
            "(上海)",
            "分公司",
        ),
        *(
            "Acme",
            " Co.",
            " Ltd",
            " & ",
            "GmbH",
            " S.A.",
            ".com",
            "株式会社",
            "주식회사",
            "the ",
            "'s",
        ),
    ]
)


@given(st.lists(_PARTS, max_size=8).map("".join))
def test_the_core_of_a_core_is_itself_in_names_as_they_occur(name: str) -> None:
    assert core_name(core_name(name)) == core_name(name)
    assert bool(core_name(name)) == bool(company_name(name).full)
