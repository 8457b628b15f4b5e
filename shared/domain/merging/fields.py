"""What the survivor of a merge says, field by field: one of the two, or both together.

Fields of many values are united; of the others the caller chooses, or a rule suggests. Nothing is
dropped silently: names and outside ids that were not chosen stay as aliases and identities.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import Identity
from shared.domain.entity import Entity, Value
from shared.domain.errors import FieldError, InvalidInput

Side = Literal["survivor", "loser", "both"]
Preference = Literal["survivor", "newest", "most_complete", "source"]
Record = Account | Contact

MANY = frozenset(
    {"phones", "emails", "addresses", "identities", "traits", "tags", "aliases", "helpers"}
    | {"accounts", "custom"}
)
"""Fields that hold several values: united unless one side is chosen."""

SINGLE = frozenset(
    {"name", "given_name", "family_name", "gender", "birthday", "source", "campaign"}
    | {"external_id", "type", "tax_number", "website", "industry", "company_size", "parent"}
    | {"job_title", "department", "account", "grade", "lifecycle"}
)
"""Fields of which one side's value stays."""

_FURTHEST = ("lost", "prospect", "customer", "key")


class FieldView(Value):
    """One field of two records that may be merged: both values, and what is suggested."""

    field: str
    survivor: Any = None
    loser: Any = None
    suggestion: Side
    value: Any = None
    differs: bool


def mergeable(record: Record) -> list[str]:
    """The fields about which a merge decides, in the record's own order."""
    return [name for name in type(record).model_fields if name in MANY | SINGLE]


def suggested(
    survivor: Record, loser: Record, prefer: Preference, sources: tuple[str, ...] = ()
) -> dict[str, Side]:
    """For each field whose value to take: the only one there is, else that of the preferred one."""
    preferred = _preferred(survivor, loser, prefer, sources)
    found: dict[str, Side] = {}
    for name in mergeable(survivor):
        mine, theirs = getattr(survivor, name), getattr(loser, name)
        if name in MANY:
            found[name] = "both"
        elif name == "lifecycle":
            found[name] = "loser" if _further(loser) > _further(survivor) else "survivor"
        elif _empty(mine) != _empty(theirs):
            found[name] = "loser" if _empty(mine) else "survivor"
        else:
            found[name] = preferred
    return found


def merged_fields(survivor: Record, loser: Record, choices: Mapping[str, Side]) -> dict[str, Any]:
    """The survivor's changed fields. Raises InvalidInput for choices that cannot be."""
    _require_known(survivor, choices)
    changed: dict[str, Any] = {}
    for name in mergeable(survivor):
        side = choices.get(name, "both" if name in MANY else "survivor")
        mine, theirs = getattr(survivor, name), getattr(loser, name)
        changed[name] = _both(name, mine, theirs) if side == "both" else mine
        if side == "loser":
            changed[name] = theirs
            if name == "lifecycle":
                changed["lifecycle_reason"] = getattr(loser, "lifecycle_reason", "")
    _keep_what_was_not_chosen(survivor, loser, changed)
    _tidy(survivor, loser, changed)
    changed["timers"] = _earliest(survivor.timers, loser.timers)
    changed["provenance"] = _provenance(survivor, loser, changed)
    _require_room(survivor, changed)
    return {name: value for name, value in changed.items() if value != getattr(survivor, name)}


def views(survivor: Record, loser: Record, choices: Mapping[str, Side]) -> list[FieldView]:
    """What a preview shows of each field that at least one of the two has."""
    changed = merged_fields(survivor, loser, choices)
    after = survivor.model_copy(update=changed)
    mine, theirs, result = (r.model_dump(mode="json") for r in (survivor, loser, after))
    return [
        FieldView(
            field=name,
            survivor=mine[name],
            loser=theirs[name],
            suggestion=choices[name],
            value=result[name],
            differs=mine[name] != theirs[name],
        )
        for name in mergeable(survivor)
        if not (_empty(mine[name]) and _empty(theirs[name]))
    ]


def completeness(record: Record) -> int:
    """How many fields say something."""
    return sum(not _empty(getattr(record, name)) for name in mergeable(record))


def _preferred(
    survivor: Record, loser: Record, prefer: Preference, sources: tuple[str, ...]
) -> Side:
    match prefer:
        case "newest":
            wins = loser.updated_at > survivor.updated_at
        case "most_complete":
            wins = completeness(loser) > completeness(survivor)
        case "source":
            ranks = [_rank(record.source, sources) for record in (survivor, loser)]
            wins = ranks[1] < ranks[0]
        case _:
            wins = False
    return "loser" if wins else "survivor"


def _rank(source: str | None, sources: tuple[str, ...]) -> int:
    return sources.index(source) if source in sources else len(sources)


def _further(record: Record) -> int:
    return _FURTHEST.index(record.lifecycle) if isinstance(record, Account) else 0


def _empty(value: Any) -> bool:
    return value in (None, "", (), {}, [])


def _both(name: str, mine: Any, theirs: Any) -> Any:
    if name == "custom":
        return {**theirs, **mine}
    known = {_sameness(name, entry) for entry in mine}
    return (*mine, *(_second(entry) for entry in theirs if _sameness(name, entry) not in known))


def _sameness(name: str, entry: Any) -> Any:
    """What makes two entries the same one, whatever else they say of it."""
    match name:
        case "phones":
            return entry.number.e164, entry.number.extension
        case "emails":
            return entry.address.casefold()
        case "identities":
            return entry.claim
        case "traits":
            return entry.name, entry.nature, entry.source
        case "helpers":
            return entry.user
        case "addresses":
            return entry.model_copy(update={"primary": False})
        case _:
            return entry


def _second(entry: Any) -> Any:
    """An entry that came from the loser is not the primary one."""
    return (
        entry.model_copy(update={"primary": False}) if getattr(entry, "primary", False) else entry
    )


def _keep_what_was_not_chosen(survivor: Record, loser: Record, changed: dict[str, Any]) -> None:
    """The other name of an account becomes an alias, the other outside id an identity."""
    if isinstance(survivor, Account):
        names = (survivor.name, loser.name)
        known = (changed["name"], *changed["aliases"])
        others = tuple(n for n in dict.fromkeys(names) if n and n not in known)
        changed["aliases"] = (*changed["aliases"], *others)
    for code in (survivor.external_id, loser.external_id):
        if code is None or code == changed["external_id"]:
            continue
        identity = Identity(channel="other", system=f"external_id:{survivor.kind}", value=code)
        if identity not in changed["identities"]:
            changed["identities"] = (*changed["identities"], identity)


def _tidy(survivor: Record, loser: Record, changed: dict[str, Any]) -> None:
    """No record refers to itself, and a contact's main account is one of its accounts."""
    if changed.get("parent") in (survivor.id, loser.id):
        changed["parent"] = None
    if isinstance(survivor, Contact):
        main = changed["account"]
        if main is not None and main not in changed["accounts"]:
            changed["accounts"] = (main, *changed["accounts"])
    changed["restricted"] = survivor.restricted or loser.restricted


def _earliest(mine: Mapping[str, datetime], theirs: Mapping[str, datetime]) -> dict[str, datetime]:
    """The timers of both; whoever acts on one looks whether it is really due."""
    both = {**theirs, **mine}
    return {name: min(at, theirs.get(name, at)) for name, at in both.items()}


def _provenance(survivor: Record, loser: Record, changed: Mapping[str, Any]) -> dict[str, str]:
    """The outside source of each value goes with it."""
    found: dict[str, str] = {}
    for name in sorted({*survivor.provenance, *loser.provenance}):
        kept = changed.get(name, getattr(survivor, name, None)) == getattr(survivor, name, None)
        source = (survivor if kept else loser).provenance.get(name)
        if source is not None:
            found[name] = source
    return found


def _require_known(survivor: Record, choices: Mapping[str, Side]) -> None:
    known = mergeable(survivor)
    errors = [
        FieldError(f"choices.{name}", "unknown_field", "There is no such field to choose.")
        for name in choices
        if name not in known
    ]
    errors += [
        FieldError(f"choices.{name}", "one_value", "This field holds one value: choose a side.")
        for name, side in choices.items()
        if side == "both" and name in SINGLE
    ]
    if errors:
        raise InvalidInput(errors)


def _require_room(survivor: Record, changed: Mapping[str, Any]) -> None:
    errors = [
        FieldError(f"choices.{name}", "too_many_values", f"Together more than {most}: choose one.")
        for name, most in limits(type(survivor)).items()
        if len(changed.get(name, ())) > most
    ]
    if errors:
        raise InvalidInput(errors)


def limits(record_type: type[Entity]) -> dict[str, int]:
    """How many values each field of many values may hold."""
    return {
        name: most
        for name, field in record_type.model_fields.items()
        if name in MANY and (most := _most(field.metadata)) is not None
    }


def _most(metadata: Iterable[Any]) -> int | None:
    return next((m.max_length for m in metadata if hasattr(m, "max_length")), None)


def customer_claims(record: Customer) -> set[tuple[str, str]]:
    """The identities that a record shows."""
    return set(record.claims().values())
