"""What a single cell says: placeholders, booleans, numbers and dates as people write them.

Every reader answers None for "this is not one", so that inspection can try and mapping can refuse.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Literal

DecimalMark = Literal[".", ","]

_PLACEHOLDERS = (
    "select|select...|please select|-- select --|choose|none|null|nil|nan|n/a|n.a.|na|#n/a|n\\a"
    "|undefined|unknown|not available|not applicable|not specified|not provided|tbd|?|??|-|--|---"
    "|—|–|/|\\n|(blank)|(null)|<null>|(none)|请选择|請選擇|无|無|空|未知|不详|不詳|暂无|暫無|没有"
    "|未填写|未填|待定|待补充|不适用"
)
#: Texts that stand for "nothing was entered", compared without case and width.
PLACEHOLDERS = frozenset(_PLACEHOLDERS.split("|"))

#: Pairs of words that mean yes and no; a column is boolean when it uses words of one pair only.
BOOLEAN_PAIRS: tuple[tuple[str, str], ...] = (
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("on", "off"),
    ("是", "否"),
    ("有", "无"),
    ("有", "無"),
    ("对", "错"),
    ("真", "假"),
    ("已", "未"),
    ("√", "×"),
    ("✓", "✗"),
    ("1", "0"),
)

#: Formats of dates, the unambiguous first. `iso` is ISO 8601, with or without time and zone.
_DAYS = (
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%b-%y",
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H时%M分", " %H:%M:%S.%f")
DATE_FORMATS = ("iso", *(day + time for time in _TIMES for day in _DAYS))

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"\s?(Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?)?"
)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DIGITS = re.compile("[0-9]+")
_WORDS = re.compile("[A-Za-z]+")
_PROBE = datetime(2024, 2, 29, 13, 5, 7)  # noqa: DTZ001 (only its written form is used)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_PHONE = re.compile(
    r"\+?[(]?[0-9][0-9 ().\-/–]{4,24}[0-9]\s*((x|ext\.?|#|转|轉|分机|分機)\s*:?\s*[0-9]{1,8})?",
    re.I,
)
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CURRENCY = re.compile(r"^([A-Z]{3}|RMB)\s+|\s+([A-Z]{3}|RMB)$|[$€£¥￥₹₩]|元$|圆$|HK\$|US\$|NT\$")
_SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8, "千": 3, "k": 3, "K": 3}
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_NUMBER = {
    ".": re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}|[0-9]+)?(\.[0-9]+)?"),
    ",": re.compile(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)?(,[0-9]+)?"),
}
INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]{0,14})")
MAX_DIGITS = 15
"""Longer runs of digits are names (order numbers, bank cards), not quantities."""


def plain(text: str) -> str:
    """The form in which cells are compared with words: NFKC, case folded, trimmed."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.strip().casefold()


def is_placeholder(text: str) -> bool:
    """Whether the text only says that there is no value."""
    return plain(text) in PLACEHOLDERS


def read_boolean(text: str, words: Mapping[str, bool] | None = None) -> bool | None:
    """What the text means among `words` (in the form of `plain`), or among BOOLEAN_PAIRS."""
    return (_usual_words() if words is None else words).get(plain(text))


@cache
def _usual_words() -> dict[str, bool]:
    return {plain(word): word == yes for yes, no in BOOLEAN_PAIRS for word in (yes, no)}


def read_number(text: str, mark: DecimalMark = ".") -> str | None:
    """The number as plain digits with a point: `¥1,234.50`, `(12)`, `1.234,5` (mark `,`), `12万`.

    A percent sign divides by a hundred. More than MAX_DIGITS digits before the decimal mark are no
    number; behind it any count is fine (exports write 261.3160766843023).
    """
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return str(int(text))
    body = _CURRENCY.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    if body.startswith("(") and body.endswith(")"):
        body = "-" + body[1:-1]
    body, exponent = _scaled(body.translate(_SPACES))
    if not _NUMBER[mark].fullmatch(body) or not any(map(str.isdigit, body)):
        return None
    if sum(map(str.isdigit, body.partition(mark)[0])) > MAX_DIGITS:
        return None
    if mark == ",":
        body = body.replace(".", "").replace(",", ".")
    number = Decimal(body.replace(",", "")).scaleb(exponent)
    return _written(number)


def _scaled(body: str) -> tuple[str, int]:
    """The digits, and the power of ten that a trailing 万, k or % multiplies them by."""
    if body.endswith("%"):
        return body[:-1], -2
    if body[-1:] in _SCALES:
        return body[:-1], _SCALES[body[-1]]
    return body, 0


def _written(number: Decimal) -> str:
    digits = format(number, "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in {"-0", ""} else digits


def read_date(text: str, form: str, zone: tzinfo) -> date | datetime | None:
    """The day, or the aware moment when the text has a time; times without zone are in `zone`.

    `form` is one of DATE_FORMATS or any other strptime format.
    """
    text = text.strip()
    if form == "iso":
        return _read_iso(text, zone)
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 (the zone is added below)
    except ValueError:
        return None
    if not any(code in form for code in ("%H", "%I")):
        return moment.date()
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _read_iso(text: str, zone: tzinfo) -> date | datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        if match := _ISO_DAY.fullmatch(text):
            return date(*map(int, match.groups()))
        day, clock = re.split("[T ]", text, maxsplit=1)
        day = "-".join(part.zfill(2) for part in day.split("-"))
        moment = datetime.fromisoformat(f"{day}T{clock.replace(' ', '').zfill(5)}")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def date_formats(values: Sequence[str], zone: tzinfo) -> tuple[str, ...]:
    """Those of DATE_FORMATS that read every one of the values; more than one means ambiguous."""
    fitting: tuple[str, ...] | None = None
    for value in dict.fromkeys(values):
        possible = ("iso", *_by_shape().get(_shape(value.strip()), ()))
        fitting = tuple(
            form
            for form in (possible if fitting is None else fitting)
            if form in possible and _sensible(read_date(value, form, zone))
        )
        if not fitting:
            return ()
    return fitting or ()


def _shape(text: str) -> str:
    """What separates the digits and words: `05/03/2024 2:30 PM` has the shape `0/0/0 0:0 a`."""
    return _WORDS.sub("a", _DIGITS.sub("0", text))


@cache
def _by_shape() -> dict[str, tuple[str, ...]]:
    """The formats by the shape of what they write, so that few of them need to be tried."""
    shapes: dict[str, tuple[str, ...]] = {}
    for form in DATE_FORMATS[1:]:
        shape = _shape(_PROBE.strftime(form))
        shapes[shape] = (*shapes.get(shape, ()), form)
    return shapes


def _sensible(value: date | None) -> bool:
    """Eight digits are a date only when they fall into times that records speak of."""
    return value is not None and 1900 <= value.year <= 2100


def is_email(text: str) -> bool:
    """Whether the text has the form of an e-mail address (the domain judges it closely later)."""
    return _EMAIL.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def is_phone(text: str) -> bool:
    """Whether the text is written like a telephone number: 7 to 15 digits and usual separators."""
    text = unicodedata.normalize("NFKC", text).strip()
    return bool(_PHONE.fullmatch(text)) and 7 <= sum(map(str.isdigit, text)) <= 24


def is_bare_mobile(text: str) -> bool:
    """Whether the digits alone give a number away: a mobile of mainland China."""
    return _MAINLAND_MOBILE.fullmatch(text) is not None
