"""What a row says about things a customer has several of, as lists; and such lists joined."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from functions.imports.adapters.customer_fields import (
    ADDRESS_SLOTS,
    EMAIL_SLOTS,
    PHONE_SLOTS,
    stem,
)
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import Address, EmailEntry, Identity, Phone, Trait
from shared.domain.entity import Value
from shared.domain.errors import InvalidInput
from shared.domain.phone import parse_phone

V = TypeVar("V", bound=Value)
Slotted = list[tuple[str, dict[str, Any]]]
"""Entries, each with the slot of the row that it comes from."""


def phones_of(said: Mapping[str, Any], region: str | None) -> Slotted:
    """Numbers with their kinds; where nobody says the kind, the number itself does."""
    found = _reaches(said, "number", PHONE_SLOTS)
    for _, entry in found:
        if entry.get("kind") is None:
            entry["kind"] = "mobile" if _is_mobile(entry["number"], region) else "other"
    return found


def emails_of(said: Mapping[str, Any]) -> Slotted:
    """Addresses with their kinds."""
    found = _reaches(said, "address", EMAIL_SLOTS)
    return [(slot, {**entry, "kind": entry.get("kind") or "other"}) for slot, entry in found]


def addresses_of(said: Mapping[str, Any]) -> Slotted:
    """Postal addresses of which the row says more than the kind."""
    return [
        (slot, {"kind": ADDRESS_SLOTS.get(stem(slot), "other"), **parts})
        for slot, parts in said.items()
        if set(parts) - {"kind"}
    ]


def identities_of(said: Mapping[str, Any]) -> Slotted:
    """`identities.wechat`, or `identities.shop.<system>`."""
    found: Slotted = []
    for channel, value in said.items():
        systems = cast("dict[str, Any]", value) if isinstance(value, dict) else {"": value}
        for system, text in systems.items():
            slot = f"{channel}.{system}" if system else channel
            found.append((slot, {"channel": channel, "system": system, "value": text}))
    return found


def _reaches(said: Mapping[str, Any], main: str, slots: Mapping[str, str]) -> Slotted:
    found: Slotted = []
    for slot, value in said.items():
        whole = cast("dict[str, Any]", value) if isinstance(value, dict) else {main: value}
        parts = dict(whole)
        texts = parts.pop(main, None) or ()
        kind = parts.pop("kind", None) or slots.get(stem(slot))
        for text in (texts,) if isinstance(texts, str) else texts:
            found.append((slot, {**parts, main: text, "kind": kind}))
    return found


def _is_mobile(text: str, region: str | None) -> bool:
    try:
        return parse_phone(text, region).kind in ("mobile", "fixed_or_mobile")
    except InvalidInput:
        return False


def joined(record: Customer, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with lists that keep what the record has and the row does not speak of."""
    ways: dict[str, Callable[..., Sequence[Any]]] = {
        "phones": _phones,
        "emails": _emails,
        "addresses": _addresses,
        "identities": _identities,
        "traits": _traits,
        "tags": _texts,
        "aliases": _texts,
    }
    return {
        name: tuple(ways[name](getattr(record, name), value)) if name in ways else value
        for name, value in fields.items()
    }


def _phones(old: Sequence[Phone], new: Sequence[Phone]) -> Sequence[Phone]:
    return _merged(old, new, lambda phone: (phone.number.e164, phone.number.extension))


def _emails(old: Sequence[EmailEntry], new: Sequence[EmailEntry]) -> Sequence[EmailEntry]:
    return _merged(old, new, lambda email: email.address.casefold())


def _addresses(old: Sequence[Address], new: Sequence[Address]) -> Sequence[Address]:
    """The n-th address of a kind changes the n-th one that the record has of it."""
    found = list(old)
    left = [position for position, _ in enumerate(found)]
    for each in new:
        place = next((p for p in left if found[p].kind == each.kind), None)
        if place is None:
            found.append(each)
        else:
            left.remove(place)
            found[place] = _enriched(found[place], each)
    return found


def _identities(old: Sequence[Identity], new: Sequence[Identity]) -> Sequence[Identity]:
    return _merged(old, new, lambda identity: identity.claim)


def _traits(old: Sequence[Trait], new: Sequence[Trait]) -> Sequence[Trait]:
    """A trait that is said again keeps its time and source."""
    known = {trait.name: trait for trait in old}
    said = {t.name: t for t in new if t.name not in known or known[t.name].value != t.value}
    return tuple((known | said).values())


def _texts(old: Iterable[str], new: Iterable[str]) -> Sequence[str]:
    return tuple(dict.fromkeys((*old, *new)))


def _merged(old: Sequence[V], new: Sequence[V], key: Callable[[V], Hashable]) -> Sequence[V]:
    """The old entries, changed where the new ones say more; then what was not there yet."""
    found = {key(each): each for each in old}
    for each in new:
        before = found.get(key(each))
        found[key(each)] = each if before is None else _enriched(before, each)
    return tuple(found.values())


def _enriched(before: V, said: V) -> V:
    """What the row does not speak of stays, and so does how a number or address was first typed."""
    names = type(said).model_fields.keys() - {"number", "address"}
    values = {name: getattr(said, name) for name in names}
    more = {name: value for name, value in values.items() if value not in (None, "", False)}
    if more.get("validity") == "unknown":
        more.pop("validity")
    return before.model_copy(update=more)
