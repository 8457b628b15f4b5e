"""Money is exact: nothing is lost in JSON, in sums or in splits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.currencies import EXPONENTS
from shared.domain.errors import InvalidInput
from shared.domain.money import LIMIT, Money

currencies = st.sampled_from(["CNY", "EUR", "JPY", "KWD", "CLF"])
amounts = st.decimals(-(10**12), 10**12, places=5, allow_nan=False)
weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=3), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("12.5", "CNY", "12.50"),
        ("12.345", "CNY", "12.35"),
        ("-12.345", "CNY", "-12.35"),
        ("12.344999", "CNY", "12.34"),
        ("1250.5", "JPY", "1251"),
        ("1.0005", "KWD", "1.001"),
        ("-0.001", "EUR", "0.00"),
        (7, "USD", "7.00"),
        (Decimal("1E+3"), "JPY", "1000"),
        ("999999999999999.99", "USD", "999999999999999.99"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_smallest_unit(
    amount: str | int | Decimal, currency: str, kept: str
) -> None:
    money = Money.of(amount, currency)
    assert money.model_dump_json() == f'{{"currency":"{currency}","amount":"{kept}"}}'


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": 12.5, "currency": "CNY"}, "amount_not_exact"),
        ({"amount": True, "currency": "CNY"}, "amount_not_exact"),
        ({"amount": None, "currency": "CNY"}, "amount_not_exact"),
        ({"amount": "1,000", "currency": "CNY"}, "amount_invalid"),
        ({"amount": "1e3", "currency": "CNY"}, "amount_invalid"),
        ({"amount": "NaN", "currency": "CNY"}, "amount_invalid"),
        ({"amount": "１２", "currency": "CNY"}, "amount_invalid"),
        ({"amount": "12\n", "currency": "CNY"}, "amount_invalid"),
        ({"amount": Decimal("Infinity"), "currency": "CNY"}, "amount_out_of_range"),
        ({"amount": 10**15, "currency": "CNY"}, "amount_out_of_range"),
        ({"amount": "999999999999999.999", "currency": "CNY"}, "amount_out_of_range"),
        ({"amount": "1", "currency": "cny"}, "currency_unknown"),
        ({"amount": "1", "currency": "XXX"}, "currency_unknown"),
        ({"amount": "1"}, "missing"),
        ({"amount": "1", "currency": "CNY", "rate": 1}, "extra_forbidden"),
        ("12 CNY", "model_type"),
    ],
)
def test_what_is_not_exact_money_is_refused(fields: object, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Money.model_validate(fields)
    assert code in [error["type"] for error in refusal.value.errors()]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        Money.model_validate({"amount": 1.5, "currency": "RMB"})
    assert {error["loc"] for error in refusal.value.errors()} == {("amount",), ("currency",)}


@given(amounts, currencies)
def test_json_gives_back_the_same_money(amount: Decimal, currency: str) -> None:
    money = Money.of(amount, currency)
    assert Money.model_validate_json(money.model_dump_json()) == money


@given(amounts, amounts, amounts, currencies)
def test_sums_do_not_depend_on_order(a: Decimal, b: Decimal, c: Decimal, currency: str) -> None:
    x, y, z = (Money.of(value, currency) for value in (a, b, c))
    assert x + y == y + x
    assert (x + y) + z == x + (y + z) == Money.total([z, x, y], currency)
    assert x + y - y == x
    assert x + -x == Money.zero(currency)


@given(amounts, amounts, currencies)
def test_comparisons_agree_with_the_amounts(a: Decimal, b: Decimal, currency: str) -> None:
    x, y = Money.of(a, currency), Money.of(b, currency)
    assert (x < y) == (y > x) == (x.amount < y.amount)
    assert (x <= y) == (y >= x) == (x < y or x == y)


@given(amounts, weights.filter(any), currencies)
def test_a_split_loses_nothing_and_stays_within_one_unit(
    amount: Decimal, weights: list[Decimal | int], currency: str
) -> None:
    money = Money.of(amount, currency)
    parts = money.allocate(weights)
    unit = Decimal(1).scaleb(-EXPONENTS[currency])
    whole = sum(weights)
    assert Money.total(parts, currency) == money
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - money.amount * weight / whole) <= unit
        assert weight or not part.amount


def test_left_over_cents_go_to_the_first_of_equals() -> None:
    thirds = Money.of("100", "CNY").allocate([1, 1, 1])
    assert [str(part.amount) for part in thirds] == ["33.34", "33.33", "33.33"]
    refund = Money.of("-0.05", "CNY").allocate([1, 1])
    assert [str(part.amount) for part in refund] == ["-0.03", "-0.02"]


@pytest.mark.parametrize("bad", [[], [0, 0], [1, -1]])
def test_a_split_needs_weights(bad: list[int]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Money.of(1, "CNY").allocate(bad)
    assert refusal.value.errors[0].code == "weights_invalid"


def test_multiplying_rounds_once() -> None:
    assert Money.of("19.99", "CNY").times(3) == Money.of("59.97", "CNY")
    assert Money.of("0.05", "CNY").times(Decimal("0.1")) == Money.of("0.01", "CNY")
    assert Money.of("999999999999", "JPY").times(Decimal("1.000000000005")) == Money.of(
        "1000000000004", "JPY"
    )


def test_currencies_do_not_mix() -> None:
    yuan, euro = Money.of(1, "CNY"), Money.of(1, "EUR")
    for mix in (
        lambda: yuan + euro,
        lambda: yuan - euro,
        lambda: yuan < euro,
        lambda: yuan >= euro,
    ):
        with pytest.raises(InvalidInput) as refusal:
            mix()
        assert refusal.value.errors[0].code == "currency_mismatch"
    assert yuan != euro


def test_a_result_out_of_range_is_refused() -> None:
    most = Money.of(LIMIT - 1, "CNY")
    with pytest.raises(InvalidInput) as refusal:
        Money.total([most, most], "CNY")
    assert refusal.value.errors[0].code == "amount_out_of_range"


def test_exponents_follow_iso_4217() -> None:
    expected = {"CNY": 2, "JPY": 0, "KRW": 0, "KWD": 3, "HUF": 2, "IQD": 3, "ISK": 0, "CLF": 4}
    assert {code: EXPONENTS[code] for code in expected} == expected
    assert len(EXPONENTS) > 150
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
