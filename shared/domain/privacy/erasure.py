"""What is left of a record when the person is erased from it.

Everything goes but what is named here: a field that is added later is erased until somebody decides
otherwise. Ids, amounts, dates and links stay, so that accounts still add up.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import CODE_MARK, Entity
from shared.domain.events.base import Event
from shared.domain.events.privacy import AccountErased, ContactErased, LeadErased
from shared.domain.leads.model import Lead

E = TypeVar("E", bound=Entity)
ERASED = "[erased]"
"""What stands where a name or a text must be; the same in every language."""

_BOOKS = frozenset(
    {"id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"}
)
_COMMON = frozenset({"owner", "team", "source", "campaign"})
KEPT_FIELDS: Mapping[str, frozenset[str]] = {
    "account": _BOOKS
    | _COMMON
    | {"type", "parent", "lifecycle", "grade", "merged_into", "restricted", "review"},
    "contact": _BOOKS | _COMMON | {"account", "accounts", "merged_into", "restricted", "review"},
    "lead": _BOOKS
    | _COMMON
    | {"status", "score", "tier", "scoring", "routing", "conversion"}
    | {"first_touch", "last_touch", "touched_at", "touched_by"},
}
"""The facts that stay, by kind."""

TEXT_FIELDS: Mapping[str, frozenset[str]] = {
    "note": frozenset({"text"}),
    "opportunity": frozenset({"name", "description"}),
    "duplicate": frozenset({"likeness", "dismissal"}),
    "affiliation": frozenset({"title", "department"}),
    "merge": frozenset[str](),
}
"""Of other records, what may speak of the person."""

_EVENTS: Mapping[str, type[AccountErased | ContactErased | LeadErased]] = {
    "account": AccountErased,
    "contact": ContactErased,
    "lead": LeadErased,
}


def erased(context: Context, record: Account | Contact | Lead, request: str) -> Any:
    """The record without the person, restricted and in the archive; itself when it is so already.

    A converted lead stays where it is: what it became refers to it.
    """
    kept = KEPT_FIELDS[record.kind]
    blank = {
        name: field.get_default(call_default_factory=True)
        for name, field in type(record).model_fields.items()
        if name not in kept
    }
    blank |= {"name": ERASED} | _standing(context, record)
    changed = {name: value for name, value in blank.items() if getattr(record, name) != value}
    if not changed:
        return record
    event: Event = _EVENTS[record.kind](request=request)
    return record.evolve(context, event, **changed)


def _standing(context: Context, record: Account | Contact | Lead) -> dict[str, Any]:
    standing: dict[str, Any] = {"timers": {}, "deleted_at": record.deleted_at or context.now}
    if not isinstance(record, Lead):
        review = record.review.model_copy(update={"reason": ""}) if record.review else None
        return {**standing, "restricted": True, "review": review}
    if record.status == "converted":
        return {"timers": {}}
    reason = record.disqualification
    bare = reason.model_copy(update={"note": ""}) if reason is not None else None
    return {**standing, "disqualification": bare}


def is_personal(kind: str, field: str) -> bool:
    """Whether the history of a record may tell of the person in this field."""
    if kind in KEPT_FIELDS:
        return field not in KEPT_FIELDS[kind] or field == "review"  # it quotes the reviewer
    return field in TEXT_FIELDS.get(kind, frozenset())


def scrubbed(kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a history that still says who changed which field when, but not what it said."""
    changes = [
        {**change, "before": None, "after": None}
        if is_personal(kind, str(change["field"]))
        else dict(change)
        for change in entry["changes"]
    ]
    return {**entry, "changes": changes}


class Needles:
    """The texts that tell who a person is, to be found and blotted out in what others wrote."""

    def __init__(self, texts: frozenset[str]) -> None:
        usable = {text.casefold() for text in texts if len(text) >= _shortest(text)}
        self._texts = sorted(usable, key=len, reverse=True)

    def within(self, text: str) -> bool:
        """Whether the text speaks of the person."""
        folded = text.casefold()
        return any(needle in folded for needle in self._texts)

    def blotted(self, text: str) -> str:
        """The text, or what stands for one that speaks of the person."""
        return ERASED if self.within(text) else text


def _shortest(text: str) -> int:
    """Fewer letters say too little: in Chinese two are a name."""
    return 2 if not text.isascii() else 4


def needles_of(records: list[Account | Contact | Lead]) -> Needles:
    """What the records tell of the person: names, addresses, numbers, what they asked for."""
    texts: set[str] = set()
    for record in records:
        said = [record.interest] if isinstance(record, Lead) and record.interest else []
        texts |= {t.removeprefix(CODE_MARK) for t in (*record.search_texts(), *said) if t != ERASED}
    return Needles(frozenset(texts))
