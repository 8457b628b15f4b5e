"""What happens to leads. Events carry ids and decisions, never names, addresses or numbers."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.domain.events.base import Event


class LeadCaptured(Event):
    """A lead came in, from whatever channel. Scoring and assignment start here."""

    name: ClassVar[str] = "lead.captured"

    channel: Literal["api", "form", "import"]
    source: str | None = None
    campaign: str | None = None
    assign: bool = True


class LeadChanged(Event):
    """Somebody changed fields of a lead; `fields` names them."""

    name: ClassVar[str] = "lead.changed"

    fields: tuple[str, ...]


class LeadScored(Event):
    """A lead's score was decided anew."""

    name: ClassVar[str] = "lead.scored"

    score: int
    tier: str
    model_version: int


class LeadAssigned(Event):
    """A lead has a new owner, by rule or by hand."""

    name: ClassVar[str] = "lead.assigned"

    owner: str
    team: str | None = None
    previous_owner: str | None = None
    by_rule: str | None = None
    first_touch_due: datetime | None = None


class LeadWaiting(Event):
    """Nobody was eligible: the lead waits in the unassigned queue. An alert to managers."""

    name: ClassVar[str] = "lead.waiting"

    reason: str
    team: str | None = None


class LeadStatusChanged(Event):
    """A lead moved between the working statuses."""

    name: ClassVar[str] = "lead.status_changed"

    before: str
    after: str


class LeadDisqualified(Event):
    """A lead will not be pursued, for this reason."""

    name: ClassVar[str] = "lead.disqualified"

    reason: str
    before: str


class LeadRequalified(Event):
    """A disqualified lead is worked again."""

    name: ClassVar[str] = "lead.requalified"

    status: str


class LeadDeleted(Event):
    """A lead went to the bin."""

    name: ClassVar[str] = "lead.deleted"


class LeadRestored(Event):
    """A lead came back from the bin."""

    name: ClassVar[str] = "lead.restored"


class LeadBehaved(Event):
    """A lead did something worth points: visited, opened, downloaded."""

    name: ClassVar[str] = "lead.behaved"

    behaviour: str


class LeadTouched(Event):
    """The first contact of a sales person with the lead; it ends the first-touch clock."""

    name: ClassVar[str] = "lead.touched"

    by: str
    channel: str


class LeadFirstTouchMissed(Event):
    """The first-touch clock ran out. `step` tells what follows: a reminder to the owner, another
    owner, or an alert to the manager."""

    name: ClassVar[str] = "lead.first_touch_missed"

    step: Literal["reminder", "reroute", "manager_alert"]
    owner: str | None = None
    manager: str | None = None
    due: datetime


class NoteAdded(Event):
    """A note was written on a lead."""

    name: ClassVar[str] = "note.added"

    lead: str
    channel: str


class NoteDeleted(Event):
    """A note was removed from a lead."""

    name: ClassVar[str] = "note.deleted"

    lead: str


class ScoringModelChanged(Event):
    """The tenant's scoring rules changed: its open leads are scored again."""

    name: ClassVar[str] = "scoring.model_changed"

    model_version: int


class RoutingChanged(Event):
    """The tenant's assignment rules changed; owned leads stay where they are."""

    name: ClassVar[str] = "routing.changed"

    rules: int
