"""Moments are written out, with their zone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.entity import Moment

MOMENTS: TypeAdapter[datetime] = TypeAdapter(Moment)


# Earlier zones had offsets with seconds, which ISO 8601 cannot write.
@given(st.datetimes(min_value=datetime(1973, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_what_is_written_is_read_again(at: datetime) -> None:
    assert MOMENTS.validate_json(MOMENTS.dump_json(at)) == at.astimezone(UTC)


@given(st.integers() | st.floats() | st.booleans())
def test_a_number_is_no_moment(number: float) -> None:
    with pytest.raises(ValidationError):
        MOMENTS.validate_python(number)
    with pytest.raises(ValidationError):
        MOMENTS.validate_python(str(number))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:30:00",
        "2026-03-02",
        "2026-02-30T09:30:00Z",
        "2026-W10-1T09:30:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "",
        "today",
        "09:30",
    ],
)
def test_an_impossible_or_incomplete_time_is_no_moment(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENTS.validate_python(text)
