"""Contacts written as vCard 3.0, the version that every address book reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_PHONES = {"mobile": "CELL", "work": "WORK", "home": "HOME", "fax": "FAX", "other": "VOICE"}
_EMAILS = {"work": "WORK", "personal": "HOME", "billing": "INTERNET", "other": "INTERNET"}
_PLACES = {"home": "HOME", "work": "WORK"}
_LINE_BYTES = 75

#: The fields that a card is made of.
CARD_FIELDS = (
    *("id", "name", "given_name", "family_name", "birthday", "job_title", "department"),
    *("account", "phones", "emails", "addresses", "identities", "tags", "updated_at"),
)


def card_of(contact: Mapping[str, Any]) -> str:
    """One card of a stored contact (JSON); masked values stay as they are masked."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", *_lines(contact), "END:VCARD"]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _lines(contact: Mapping[str, Any]) -> Iterator[str]:
    family, given = contact.get("family_name"), contact.get("given_name")
    yield f"FN:{_text(contact.get('name'))}"
    yield f"N:{_text(family or ('' if given else contact.get('name')))};{_text(given)};;;"
    yield from _plain(contact)
    yield from (_phone(each) for each in _entries(contact, "phones"))
    yield from (_email(each) for each in _entries(contact, "emails"))
    yield from (_address(each) for each in _entries(contact, "addresses"))
    for identity in _entries(contact, "identities"):
        if identity.get("channel") == "wechat":
            yield f"X-WECHAT:{_text(identity.get('value'))}"
    if tags := contact.get("tags"):
        yield "CATEGORIES:" + ",".join(_text(tag) for tag in tags)
    yield f"UID:{_text(contact.get('id'))}"


def _plain(contact: Mapping[str, Any]) -> Iterator[str]:
    company, department = contact.get("account_name"), contact.get("department")
    if company or department:
        yield f"ORG:{_text(company)}" + (f";{_text(department)}" if department else "")
    for name, field in (("TITLE", "job_title"), ("BDAY", "birthday"), ("REV", "updated_at")):
        if contact.get(field):
            yield f"{name}:{_text(contact[field])}"


def _entries(contact: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return contact.get(name) or ()


def _phone(phone: Mapping[str, Any]) -> str:
    number: Mapping[str, Any] = phone.get("number") or {}
    extension = number.get("extension")
    text = f"{number.get('e164', '')}" + (f" ext. {extension}" if extension else "")
    return f"TEL;TYPE={_PHONES.get(str(phone.get('kind')), 'VOICE')}{_pref(phone)}:{_text(text)}"


def _email(email: Mapping[str, Any]) -> str:
    kind = _EMAILS.get(str(email.get("kind")), "INTERNET")
    return f"EMAIL;TYPE={kind}{_pref(email)}:{_text(email.get('address'))}"


def _pref(entry: Mapping[str, Any]) -> str:
    return ",PREF" if entry.get("primary") else ""


def _address(address: Mapping[str, Any]) -> str:
    """Box and suite are part of the street; a district stands before the city."""
    parts = ("street", "city", "province", "postcode", "country")
    texts = {part: _text(address.get(part)) for part in parts}
    city = f"{texts['city']} {_text(address.get('district'))}".strip()
    values = (texts["street"], city, texts["province"], texts["postcode"], texts["country"])
    kind = _PLACES.get(str(address.get("kind")), "POSTAL")
    return f"ADR;TYPE={kind}:;;" + ";".join(values)


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of 75 bytes at most, cut between characters; the following ones begin with a space."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
