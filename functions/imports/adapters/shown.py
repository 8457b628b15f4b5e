"""Customers as the columns of an export see them: lists by the names of their parts."""

from collections.abc import Callable
from typing import Any, cast

READABLE_PARTS = {
    "phones": ("mobile", "work", "home", "fax", "other"),
    "emails": ("work", "personal", "billing", "other"),
    "addresses": ("work", "home", "billing", "shipping", "other"),
    "identities": ("wechat", "wecom", "shop", "erp", "other"),
    "tax_number": ("scheme", "value"),
    "grade": ("value", "source", "reason", "at", "expires"),
}
ADDRESS_PARTS = ("country", "province", "city", "district", "street", "postcode")
_SEVERAL = "; "


def readable(name: str) -> bool:
    """Whether a dotted name means a part of a list: `phones.mobile`, `addresses.work.city`."""
    head, _, rest = name.partition(".")
    part, _, last = rest.partition(".")
    if head == "addresses":
        return part in READABLE_PARTS[head] and (not last or last in ADDRESS_PARTS)
    return part in READABLE_PARTS.get(head, ()) and not last


Entries = list[dict[str, Any]]


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """The record with its lists by kind; several of one kind stand in one cell."""
    ways: dict[str, Callable[[Entries], Any]] = {
        "phones": lambda entries: _by_kind(entries, "kind", _number),
        "emails": lambda entries: _by_kind(entries, "kind", lambda email: email.get("address")),
        "identities": lambda entries: _by_kind(entries, "channel", lambda i: i.get("value")),
        "addresses": _addresses,
    }
    return {
        name: ways[name](cast(Entries, value))
        if name in ways and isinstance(value, list)
        else value
        for name, value in document.items()
    }


def _number(phone: dict[str, Any]) -> str:
    number: dict[str, Any] = phone.get("number") or {}
    extension = number.get("extension")
    return f"{number.get('e164', '')}" + (f" ext. {extension}" if extension else "")


def _by_kind(entries: Entries, kind: str, text: Callable[[dict[str, Any]], Any]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(str(entry.get(kind)), []).append(str(text(entry) or ""))
    return {name: _SEVERAL.join(texts) for name, texts in found.items()}


def _addresses(entries: Entries) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        parts = found.setdefault(str(entry.get("kind")), {})
        for part in ADDRESS_PARTS:
            if entry.get(part):
                parts.setdefault(part, []).append(str(entry[part]))
    return {
        kind: {part: _SEVERAL.join(texts) for part, texts in parts.items()}
        for kind, parts in found.items()
    }
