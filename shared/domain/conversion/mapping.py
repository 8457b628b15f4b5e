"""What a lead says to each target, field by field. Nothing is dropped silently: what no target
takes is listed with its value and the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.domain.conversion.order import TargetKind
from shared.domain.leads.model import Lead

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_LONGEST_NAME = 200

_PERSON = ("name", "given_name", "family_name")
_COMPANY = ("website", "industry", "company_size")
_EVERYWHERE = ("source", "campaign")
STAYS = ("external_id", "urgency", "behaviours")
"""What has no place in any target: it can be read on the lead for ever."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A value for one field of a target (`custom.x` for one entry), made of these lead fields."""

    field: str
    value: Any
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which targets there are, and what the account is: this decides who gets what."""

    account: bool
    contact: bool
    opportunity: bool
    individual: bool = False

    def has(self, kind: TargetKind) -> bool:
        """Whether there is a target of this kind."""
        return bool(getattr(self, kind))


def natural_shape(lead: Lead, *, opportunity: bool = False) -> Shape:
    """What a lead becomes by itself: company and person, or an individual account."""
    if lead.company:
        return Shape(account=True, contact=names_person(lead), opportunity=opportunity)
    return Shape(account=True, contact=False, opportunity=opportunity, individual=True)


def names_person(lead: Lead) -> bool:
    """Whether the lead says who it is, besides the company."""
    return bool(lead.name or lead.given_name or lead.family_name)


def pieces(lead: Lead, kind: TargetKind, shape: Shape) -> tuple[Piece, ...]:
    """What the lead says to the target of this kind; only what is not empty."""
    match kind:
        case "account":
            found = _account(lead, shape)
        case "contact":
            found = _contact(lead, shape)
        case "opportunity":
            found = _opportunity(lead)
    return tuple(piece for piece in found if piece.value not in (None, "", (), [], {}))


def said_by(lead: Lead) -> dict[str, Any]:
    """Every field of the lead that is not empty, as JSON: what a conversion has to account for."""
    names = {*_PERSON, *_COMPANY, *_EVERYWHERE, *STAYS, "job_title", "company", "email", "phone"}
    names |= {"interest", "budget", "country", "region", "city", "consents", "tags"}
    content = lead.model_dump(mode="json", include=names | {"custom"})
    custom: dict[str, Any] = content.pop("custom")
    content |= {f"custom.{name}": value for name, value in custom.items()}
    return {n: v for n, v in sorted(content.items()) if v not in (None, "", [], {})}


def _account(lead: Lead, shape: Shape) -> Iterator[Piece]:
    if shape.individual:
        yield from _person(lead)
        yield Piece("type", "individual", ())
    elif lead.company:
        yield Piece("name", lead.company, ("company",))
        yield from _same(lead, _COMPANY)
    if not shape.contact:
        yield from _reach(lead)
        yield from _custom(lead)
    yield _address(lead)
    yield from _same(lead, _EVERYWHERE)
    yield Piece("tags", list(lead.tags), ("tags",))


def _contact(lead: Lead, shape: Shape) -> Iterator[Piece]:
    yield from _person(lead)
    yield from _same(lead, ("job_title",))
    yield from _reach(lead)
    if not shape.account:
        yield _address(lead)
    yield from _same(lead, _EVERYWHERE)
    yield Piece("tags", list(lead.tags), ("tags",))
    yield from _custom(lead)


def _opportunity(lead: Lead) -> Iterator[Piece]:
    yield Piece("name", _deal(lead), ())
    yield Piece("amount", _json(lead, "budget"), ("budget",))
    yield Piece("description", lead.interest, ("interest",))
    yield from _same(lead, _EVERYWHERE)


def _person(lead: Lead) -> Iterator[Piece]:
    yield from _same(lead, ("given_name", "family_name"))
    own = lead.name or ("" if lead.given_name or lead.family_name else lead.display_name)
    yield Piece("name", own, ("name",) if lead.name else ())


def _reach(lead: Lead) -> Iterator[Piece]:
    if lead.phone is not None:
        kind = "mobile" if lead.phone.kind in ("mobile", "fixed_or_mobile") else "work"
        extension = f" ext. {lead.phone.extension}" if lead.phone.extension else ""
        number = {"number": lead.phone.e164 + extension, "kind": kind, "primary": True}
        yield Piece("phones", [number], ("phone",))
    if lead.email:
        yield Piece("emails", [{"address": lead.email, "primary": True}], ("email",))


def _address(lead: Lead) -> Piece:
    """A country that is no ISO code has no place in an address; the lead keeps it."""
    said = {"province": lead.region, "city": lead.city}
    if lead.country and _COUNTRY.fullmatch(lead.country):
        said["country"] = lead.country.upper()
    names = {"province": "region"}
    filled = {name: value for name, value in said.items() if value}
    sources = tuple(names.get(name, name) for name in filled)
    return Piece("addresses", [{**filled, "primary": True}] if filled else [], sources)


def _custom(lead: Lead) -> Iterator[Piece]:
    for name, value in lead.custom.items():
        yield Piece(f"custom.{name}", value, (f"custom.{name}",))


def _same(lead: Lead, names: Iterable[str]) -> Iterator[Piece]:
    for name in names:
        yield Piece(name, getattr(lead, name), (name,))


def _deal(lead: Lead) -> str:
    first = (lead.interest or "").split("\n", 1)[0]
    who = lead.company or lead.display_name
    return (f"{who}: {first}" if first else who)[:_LONGEST_NAME]


def _json(lead: Lead, name: str) -> Any:
    return lead.model_dump(mode="json", include={name})[name]
