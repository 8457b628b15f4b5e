"""The columns a card fills: one for each meaning, numbered when a card says it several times.

`Email work`, `Phone mobile 2`, `Address home city`. What has no column of its own keeps its name
(`X-EVOLUTION-SPOUSE`), so that nothing is lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from functions.imports.vcards.lines import BINARY, Property, parts_of, unescaped

Cells = dict[str, str]
Said = Iterator[tuple[str, str, str]]
"""Columns without their number, the end of their names, and the texts for them."""

FIRST = (
    *("Full name", "Name prefix", "Given name", "Middle name", "Family name", "Name suffix"),
    *("Nickname", "Gender", "Birthday", "Organization", "Department", "Title", "Role"),
)
_ORDER = (*FIRST, "Email", "Phone", "WeChat", "IM", "Address", "URL", "Categories", "Note", "UID")
_SILENT = BINARY | {"VERSION", "PRODID", "REV", "CLIENTPIDMAP", "MAILER", "AGENT", "X-ABLABEL"}
_SINGLE = frozenset({"FN", "N", "BDAY", "GENDER", "UID", "ANNIVERSARY", "KIND"})
_PLAIN = {
    "FN": "Full name",
    "ROLE": "Role",
    "TITLE": "Title",
    "NOTE": "Note",
    "UID": "UID",
    "KIND": "Kind",
    "X-WECHAT": "WeChat",
    "X-WEIXIN": "WeChat",
}
_MESSENGERS = frozenset(
    {"X-QQ", "X-SKYPE", "X-AIM", "X-MSN", "X-ICQ", "X-YAHOO", "X-GTALK", "X-JABBER"}
)
_PHONES = {
    **dict.fromkeys(("cell", "mobile", "iphone"), "mobile"),
    **dict.fromkeys(("work", "main", "company"), "work"),
    "home": "home",
}
_PLACES = {"work": "work", "home": "home"}
_ADDRESS = ("street", "city", "region", "postal code", "country")
_TAILS = (*_ADDRESS, "label")
_GENDERS = {"M": "male", "F": "female", "O": "other", "N": "none", "U": "unknown"}
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T.*)?")


def cells_of(properties: Iterable[Property]) -> Cells:
    """What the card says, by column."""
    told = tuple(properties)
    labels = {each.group: _label(each.value) for each in told if each.name == "X-ABLABEL"}
    cells: Cells = {}
    times: Counter[str] = Counter()
    for each in _preferred_first(_without_repeats(told)):
        said = [s for s in _said(each, labels.get(each.group or "none", "")) if s[2]]
        for slot in {_counted(slot) for slot, _, _ in said}:
            times[slot] += 1
        cells |= {_column(slot, times[_counted(slot)], tail): text for slot, tail, text in said}
    if "Full name" not in cells and (name := _assembled(cells)):
        cells["Full name"] = name
    return cells


def rank(column: str) -> tuple[int, str, int, int]:
    """Sorts columns as people expect them: names first, strange ones last."""
    known = next((n for n, head in enumerate(_ORDER) if _begins(column, head)), len(_ORDER))
    number = re.search(r" (\d+)(?= |$)", column)
    bare = re.sub(r" \d+(?= |$)", "", column)
    part = next((n for n, name in enumerate(_TAILS) if bare.endswith(" " + name)), -1)
    if part >= 0:
        bare = bare.removesuffix(" " + _TAILS[part])
    return known, bare, int(number.group(1)) if number else 1, part


def _begins(column: str, head: str) -> bool:
    return column == head or column.startswith(head + " ")


def _counted(slot: str) -> str:
    """A department belongs to its organisation: both have the number of the latter."""
    return "Organization" if slot == "Department" else slot


def _column(slot: str, number: int, tail: str) -> str:
    """Several values of one meaning get numbers: `Phone work`, `Phone work 2`."""
    return slot + (f" {number}" if number > 1 else "") + tail


def _without_repeats(told: tuple[Property, ...]) -> Iterator[Property]:
    """Of what a card says once, in several forms or languages, the first form that is no text."""
    seen: set[str] = set()
    for each in sorted(told, key=lambda p: p.params.get("VALUE") == ["text"]):
        if each.name in _SILENT or (each.name in _SINGLE and each.name in seen):
            continue
        seen.add(each.name)
        yield each


def _preferred_first(told: Iterator[Property]) -> list[Property]:
    return sorted(told, key=_preference)


def _preference(each: Property) -> int:
    """1 is the most preferred, as in vCard 4; `TYPE=pref` of older cards is the same."""
    said = (each.params.get("PREF") or [""])[0]
    if said.isdigit():
        return int(said)
    return 1 if "pref" in each.types else 101


def _said(each: Property, label: str) -> Said:
    match each.name:
        case "N":
            yield from _names(each)
        case "ORG":
            first, *rest = (unescaped(part) for part in parts_of(each.value, ";"))
            yield "Organization", "", first.strip()
            yield "Department", "", ", ".join(part.strip() for part in rest if part.strip())
        case "TEL":
            slot = f"Phone {_phone_kind(each, label)}"
            yield slot, "", _number(each.value)
            yield slot, " label", "" if label in _PHONES else label
        case "EMAIL":
            slot = f"Email {_place(each, label)}"
            yield slot, "", unescaped(each.value).strip().removeprefix("mailto:")
            yield slot, " label", "" if label in _PLACES else label
        case "ADR":
            yield from _address(each, label)
        case "BDAY":
            yield from _birthday(each)
        case _:
            yield from _other(each, label)


def _other(each: Property, label: str) -> Said:
    name, text = each.name, unescaped(each.value).strip()
    if name in ("NICKNAME", "CATEGORIES"):
        texts = (unescaped(part).strip() for part in parts_of(each.value, ","))
        yield name.capitalize(), "", "; ".join(part for part in texts if part)
    elif name == "GENDER":
        letter = text.partition(";")[0].upper()
        yield "Gender", "", _GENDERS.get(letter, text)
    elif name == "IMPP":
        yield _messenger(each, text)
    elif name in _MESSENGERS:
        yield f"IM {name[2:].lower()}", "", text
    else:
        slot = _PLAIN.get(name, name)
        yield slot, "", text
        yield slot, " label", label


def _names(each: Property) -> Said:
    titles = ("Family name", "Given name", "Middle name", "Name prefix", "Name suffix")
    for title, part in zip(titles, parts_of(each.value, ";"), strict=False):
        texts = (unescaped(text).strip() for text in parts_of(part, ","))
        yield title, "", " ".join(text for text in texts if text)


def _assembled(cells: Cells) -> str:
    parts = ("Name prefix", "Given name", "Middle name", "Family name", "Name suffix")
    said = [cells[part] for part in parts if part in cells]
    return " ".join(said) or cells.get("Organization", "")


def _label(value: str) -> str:
    text = unescaped(value).strip()
    found = _APPLE_LABEL.fullmatch(text)
    return (found.group(1) if found else text).lower()


def _phone_kind(each: Property, label: str) -> str:
    words = (*each.types, label)
    if any("fax" in word for word in words):
        return "fax"
    found = {_PHONES[word] for word in words if word in _PHONES}
    return next((kind for kind in ("mobile", "work", "home") if kind in found), "other")


def _place(each: Property, label: str) -> str:
    return next((_PLACES[word] for word in (*each.types, label) if word in _PLACES), "other")


def _number(value: str) -> str:
    """`tel:+1-418-656-9254;ext=102` gives `+1-418-656-9254 ext. 102`."""
    text = unescaped(value).strip()
    if not text.lower().startswith("tel:"):
        return text
    number, _, extension = text[4:].partition(";ext=")
    return number.partition(";")[0] + (f" ext. {extension}" if extension else "")


def _messenger(each: Property, text: str) -> tuple[str, str, str]:
    scheme, colon, name = text.partition(":")
    service = (each.params.get("X-SERVICE-TYPE") or [scheme])[0].lower()
    said = name if colon else text
    return ("WeChat" if service in ("wechat", "weixin") else f"IM {service}"), "", said


def _address(each: Property, label: str) -> Said:
    """Street with box and suite in front of it, then city, region, postal code, country."""
    parts = [unescaped(part).strip().replace("\n", ", ") for part in parts_of(each.value, ";")]
    box, suite, street, *rest = (*parts, *[""] * (7 - len(parts)))
    texts = (", ".join(part for part in (box, suite, street) if part), *rest)
    for tail, text in zip(_ADDRESS, texts, strict=False):
        yield f"Address {_place(each, label)}", f" {tail}", text


def _birthday(each: Property) -> Said:
    """A whole day as ISO 8601; `--0203` and other parts of a day are kept beside it."""
    text = unescaped(each.value).strip()
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        day = ""
    yield ("Birthday", "", day) if day else ("Birthday in part", "", text)
