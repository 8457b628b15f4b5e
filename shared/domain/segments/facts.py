"""What conditions see of a record: one form for the model, the event and the back-fill.

The record's own fields by their names, and beside them what lists hold in a form that a condition
can name: `behaviour.page.visited.last`, `trait.favourite`, `consent.email`, `figures.x`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from shared.domain.entity import Entity

NO_FIGURES: Mapping[str, Decimal] = {}


def facts_of(
    record: Entity,
    figures: Mapping[str, Decimal] = NO_FIGURES,
    *,
    tags: Iterable[str] | None = None,
) -> dict[str, Any]:
    """The facts about a record; `tags` in place of its own."""
    facts: dict[str, Any] = {name: getattr(record, name) for name in type(record).model_fields}
    facts["emails"] = emails_of(record)
    facts["phones"] = phones_of(record)
    facts["grade"] = getattr(facts.get("grade"), "value", None)
    facts["trait"] = {trait.name: trait.value for trait in facts.pop("traits", ())}
    facts["trait_at"] = {trait.name: trait.at for trait in getattr(record, "traits", ())}
    facts["behaviour"] = _behaviours(facts.pop("behaviours", ()))
    facts["consent"] = {c.channel: c.granted for c in facts.pop("consents", ())}
    facts["figures"] = _nested(figures.items())
    if tags is not None:
        facts["tags"] = tuple(tags)
    return facts


def emails_of(record: Entity) -> tuple[str, ...]:
    """Every e-mail address of the record, folded."""
    own = getattr(record, "email", None)
    listed = (entry.address for entry in getattr(record, "emails", ()))
    return tuple(str(address).casefold() for address in (own, *listed) if address)


def phones_of(record: Entity) -> tuple[str, ...]:
    """Every telephone number of the record, as E.164."""
    own = getattr(record, "phone", None)
    numbers = (own, *(entry.number for entry in getattr(record, "phones", ())))
    return tuple(str(number.e164) for number in numbers if number is not None)


def _behaviours(happened: Iterable[Any]) -> dict[str, Any]:
    """Each type of behaviour with how often, when first and when last."""
    found: dict[str, dict[str, Any]] = {}
    for one in happened:
        known = found.setdefault(one.type, {"count": 0, "first": one.at, "last": one.at})
        known["count"] += 1
        known["first"] = min(known["first"], one.at)
        known["last"] = max(known["last"], one.at)
    return _nested(
        (f"{name}.{part}", value) for name, parts in found.items() for part, value in parts.items()
    )


def _nested(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Dotted names as the nested mappings in which a condition's path finds them.

    Where a name is both a value and the beginning of longer names, these win.
    """
    whole: dict[str, Any] = {}
    for path, value in sorted(values):
        *above, name = path.split(".")
        level = whole
        for step in above:
            below = level.get(step)
            level[step] = cast(dict[str, Any], below) if isinstance(below, dict) else {}
            level = level[step]
        level[name] = value
    return whole
