"""Log lines are JSON, and nothing personal is in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.runtime.observability import ScrubbingFormatter, scrub

ADDRESSES = st.from_regex(r"[a-z0-9._%+-]{1,20}@[a-z0-9-]{1,20}\.(com|cn|museum)", fullmatch=True)
MOBILES = st.from_regex(r"(\+86 ?)?1[3-9]\d{9}", fullmatch=True)
LANDLINES = st.sampled_from(
    ["+49 30 901820-10", "(010) 8888-6666", "021-62588888", "+1 (212) 555-0100"]
)


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of its own with the product's formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ScrubbingFormatter())
    made = logging.getLogger("test-observability")
    made.propagate = False
    made.handlers = [handler]
    yield made, stream
    made.handlers = []


@given(
    ADDRESSES, st.sampled_from(["{}", "for {}.", "<{}>", "客户{}，", "'{}'", "mailto:{}", "x={};"])
)
def test_no_address_survives(address: str, frame: str) -> None:
    assert address not in scrub(frame.format(address))


@given(MOBILES | LANDLINES, st.sampled_from(["{}", "call {}!", "手机：{}", '"{}"', "phone={},"]))
@example("13800138000", "手机{}")
def test_no_number_survives(number: str, frame: str) -> None:
    found = scrub(frame.format(number))
    assert number not in found
    assert sum(character.isdigit() for character in found) == 0


@pytest.mark.parametrize(
    "text",
    [
        "lead_01KJPWD6M00000000000000000 moved to team_01KJPWD6M0000000000000000A",
        "1f0c2b6e-5d1a-4f43-9f3c-2a7f5b8f9d10",
        "receive count 3, 9240 rows, 12.50 CNY",
        "lead.captured.v1",
    ],
)
def test_ids_and_counts_survive(text: str) -> None:
    assert scrub(text) == text


def test_every_text_of_a_line_is_cleaned(log: tuple[logging.Logger, io.StringIO]) -> None:
    made, stream = log
    try:
        raise ValueError("bad phone 13800138000")
    except ValueError as error:
        error.add_note("seen with wang@example.com")
        made.exception("for wang@example.com", extra={"about": {"who": ["wang@example.com"]}})
    line = json.loads(stream.getvalue())
    assert "ValueError" in line["exception"]
    assert line["message"] == "for [e-mail]"
    assert line["about"] == {"who": ["[e-mail]"]}
    assert "wang" not in stream.getvalue()
    assert "13800138000" not in stream.getvalue()


def test_the_time_of_a_line_is_kept(log: tuple[logging.Logger, io.StringIO]) -> None:
    made, stream = log
    made.warning("swept")
    assert "[number]" not in json.loads(stream.getvalue())["timestamp"]
