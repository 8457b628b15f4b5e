"""The record of a conversion: what was made and changed, so that it can be shown and taken back."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.conversion.order import TargetKind
from shared.domain.customers.parts import Helper
from shared.domain.entity import Entity, Moment, Value
from shared.domain.leads.origin import LeadOrigin
from shared.domain.tenancy import Setup

FORGET = "forget"
"""The timer at which what a reversal would need is forgotten."""

_KEPT_BOOKS = frozenset(
    {"version", "created_at", "updated_at", "updated_by", "timers", "deleted_at"}
    | {"contested", "review", "helpers", "restricted", "provenance"}
)
_COMPUTED = frozenset({"grade", "traits", "tags"})
"""What the product itself changes on a record that nobody works on."""


class Image(Value):
    """A field's value before and after the conversion (JSON)."""

    before: Any = None
    after: Any = None


class Target(Value):
    """One record that the lead became part of.

    `seal`: a digest of what a new record said, by which one nobody touched is recognised. `images`:
    what changed in a linked one; `helper`: who was let into it; `collision`: it is somebody else's.
    """

    kind: TargetKind
    id: str
    made: bool
    in_review: bool = False
    collision: bool = False
    seal: str = ""
    images: dict[str, Image] = Field(default_factory=dict[str, Image])
    helper: Helper | None = None


class Children(Value):
    """How far what was written on the lead has moved: to its home now, or back to the lead."""

    state: Literal["moving", "moved", "returning", "returned"] = "moving"
    notes: int = 0
    at: Moment | None = None


class Reversal(Value):
    """How a conversion was taken back."""

    at: Moment
    by: str
    archived: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


class Conversion(Entity):
    """One conversion of one lead. Found by its account (`relation`) and its contact (`owner`)."""

    kind: ClassVar[str] = "conversion"
    prefix: ClassVar[str] = "cnv"
    owner_field: ClassVar[str | None] = "contact"
    relation_field: ClassVar[str | None] = "account"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False  # its images are not kept longer than a reversal needs them

    lead: str
    account: str | None = None
    contact: str | None = None
    targets: tuple[Target, ...] = ()
    origin: LeadOrigin
    left: tuple[str, ...] = ()
    lead_timers: dict[str, Moment] = Field(default_factory=dict[str, Moment])
    revertible_until: Moment
    children: Children = Children()
    reversal: Reversal | None = None

    @property
    def status(self) -> Literal["active", "reverted"]:
        """Whether it stands."""
        return "active" if self.reversal is None else "reverted"

    @property
    def made(self) -> tuple[str, ...]:
        """The records that it made."""
        return tuple(target.id for target in self.targets if target.made)

    def forgetting(self) -> dict[str, Any]:
        """The changes by which it forgets what only a reversal needs."""
        bare: dict[str, Any] = {"images": {}, "seal": "", "helper": None}
        targets = tuple(target.model_copy(update=bare) for target in self.targets)
        return {"targets": targets, "timers": {}}


class ConversionPolicy(Setup):
    """A tenant's rules: for how many days a conversion can be taken back, and for how many the
    owner of a lead is let into a customer of somebody else."""

    kind: ClassVar[str] = "conversion_policy"
    prefix: ClassVar[str] = "cvp"

    revert_days: Annotated[int, Field(ge=0, le=365)] = 30
    helper_days: Annotated[int, Field(ge=1, le=365)] = 90

    def revertible_until(self, at: datetime) -> datetime:
        """The last moment for a conversion of `at`."""
        return at + timedelta(days=self.revert_days)

    def helper_until(self, at: datetime) -> datetime:
        """When a helper's time ends."""
        return at + timedelta(days=self.helper_days)


def seal_of(record: Entity) -> str:
    """A digest of what a record says: equal as long as nobody changes it."""
    content = record.model_dump(mode="json", exclude=set(_KEPT_BOOKS | _COMPUTED))
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def images_of(before: Entity, after: Entity) -> dict[str, Image]:
    """Each field that a conversion changed in a linked record. Entries of `custom` stand alone."""
    was, now = _flat(before), _flat(after)
    names = sorted(was.keys() | now.keys())
    return {
        name: Image(before=was.get(name), after=now.get(name))
        for name in names
        if was.get(name) != now.get(name)
    }


def _flat(record: Entity) -> dict[str, Any]:
    content = record.model_dump(mode="json", exclude=set(_KEPT_BOOKS))
    custom: dict[str, Any] = content.pop("custom", None) or {}
    return content | {f"custom.{name}": value for name, value in custom.items()}
