"""Money: an exact amount in one currency, never a float.

An amount is held in whole smallest units of its currency (ISO 4217). Anything finer is rounded half
up (away from zero), as invoices do. In JSON the amount is a string: `"amount": "12.50"`.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from shared.domain.currencies import EXPONENTS
from shared.domain.errors import InvalidInput

LIMIT = Decimal(10) ** 15
"""Amounts stay below this on either side of zero."""

_EXACT = Context(prec=60)
_WRITTEN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise PydanticCustomError(
            "amount_not_exact", "Give the amount as a text such as '12.50', not as a float."
        )
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise PydanticCustomError(
            "amount_invalid", "An amount is digits with at most one point, such as '1250.50'."
        )
    return _in_range(Decimal(value))


def _in_range(amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) >= LIMIT:
        raise PydanticCustomError("amount_out_of_range", "The amount is out of range.")
    return amount


def _known(code: str) -> str:
    if code not in EXPONENTS:
        raise PydanticCustomError(
            "currency_unknown", "Not a currency code of ISO 4217, such as CNY or EUR."
        )
    return code


Currency = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "enum": sorted(EXPONENTS)}),
]
"""An ISO 4217 code in capitals."""

_TEXT = {"type": "string", "pattern": f"^{_WRITTEN.pattern}$", "examples": ["1250.50"]}
_WHOLE = {"type": "integer", "exclusiveMinimum": -int(LIMIT), "exclusiveMaximum": int(LIMIT)}
Amount = Annotated[
    Decimal,
    BeforeValidator(_exact),
    PlainSerializer(lambda amount: format(amount, "f"), return_type=str, when_used="json"),
    WithJsonSchema(_TEXT, mode="serialization"),
    WithJsonSchema({"anyOf": [_TEXT, _WHOLE]}, mode="validation"),
]
"""An exact decimal below 10^15; text in JSON, where a whole number is understood too."""


class Money(BaseModel):
    """An exact amount of one currency. Sums and comparisons need the same currency on both sides;
    otherwise they raise InvalidInput with the code `currency_mismatch`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: Currency
    amount: Amount

    @field_validator("amount", mode="after")
    @classmethod
    def _in_smallest_units(cls, amount: Decimal, info: ValidationInfo) -> Decimal:
        currency: str | None = info.data.get("currency")
        return rounded(amount, currency) if currency else amount  # else currency has its own error

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """`Money.of("12.50", "CNY")`."""
        return cls.model_validate({"amount": amount, "currency": currency})

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency."""
        return cls.of(0, currency)

    @classmethod
    def total(cls, parts: Iterable["Money"], currency: str) -> "Money":
        """The sum of `parts`, which are all in `currency`; zero for none."""
        return sum(parts, start=Money.zero(currency))

    def __add__(self, other: "Money") -> "Money":
        return self._with(self.amount + self._same(other))

    def __sub__(self, other: "Money") -> "Money":
        return self._with(self.amount - self._same(other))

    def __neg__(self) -> "Money":
        return self._with(-self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def times(self, factor: Decimal | int) -> "Money":
        """This amount multiplied (a quantity, a rate), rounded half up to the smallest unit."""
        return self._with(_EXACT.multiply(self.amount, Decimal(factor)))

    def allocate(self, weights: Sequence[Decimal | int]) -> tuple["Money", ...]:
        """This amount split in proportion to `weights`; the parts add up to it exactly.

        The units that rounding leaves over go one by one to the largest remainders, the earlier
        part first. Raises InvalidInput (`weights_invalid`) unless the weights are non-negative and
        not all zero.
        """
        shares = [Fraction(weight) for weight in weights]
        if not any(shares) or min(shares) < 0:
            raise InvalidInput.of(
                "weights", "weights_invalid", "Weights are not negative and not all zero."
            )
        unit = Decimal(1).scaleb(-EXPONENTS[self.currency])
        units = int(abs(self.amount) / unit)
        exact = [units * share / sum(shares) for share in shares]
        parts = [int(share) for share in exact]
        by_remainder = sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])
        for i in by_remainder[: units - sum(parts)]:
            parts[i] += 1
        sign = -1 if self.amount < 0 else 1
        return tuple(self._with(unit * part * sign) for part in parts)

    def _with(self, amount: Decimal) -> "Money":
        if abs(amount) >= LIMIT:
            raise InvalidInput.of("amount", "amount_out_of_range", "The amount is out of range.")
        return Money.of(amount, self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise InvalidInput.of(
                "currency",
                "currency_mismatch",
                f"{self.currency} and {other.currency} cannot be combined without a rate.",
            )
        return other.amount


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` in whole smallest units of `currency`, halves away from zero; never minus zero."""
    unit = Decimal(1).scaleb(-EXPONENTS[currency])
    return _in_range(amount.quantize(unit, rounding=ROUND_HALF_UP, context=_EXACT) + 0)
