"""The consent ledger of one customer or lead: entries that are never changed, and where they stand.

An entry says that a permission was given or withdrawn, when, and by what evidence. The ledger's
head keeps the newest state of each purpose and channel, so one read answers whether to contact.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Moment, Value
from shared.domain.events.privacy import ConsentGranted, ConsentWithdrawn
from shared.domain.ids import derived_id
from shared.domain.leads.model import Channel as ConsentChannel
from shared.domain.tenancy import Setup
from shared.domain.text import Line

Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["marketing"])]
"""A code of the tenant's list of purposes."""

EVERY_PURPOSE = "all"
"""Stands for all purposes: its withdrawal takes back whatever was granted before it."""

ConsentStateName = Literal["granted", "withdrawn"]
ConsentSource = Literal["api", "form", "import", "lead", "conversion", "merge", "erasure"]
Evidence = Annotated[Line, Field(min_length=1, max_length=500)]
TextVersion = Annotated[Line, Field(max_length=100)]
MOST_STATES = 400
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""No permission is older than this; what claims to be is a mistake."""


class GivenConsent(Value):
    """A permission given or withdrawn, before it is entered."""

    purpose: Purpose
    channel: ConsentChannel
    state: ConsentStateName
    at: Moment
    evidence: Evidence
    text_version: TextVersion | None = None
    source: ConsentSource = "api"


class ConsentEntry(Setup, GivenConsent):  # pyright: ignore[reportIncompatibleVariableOverride]
    """One line of a ledger. Its id follows from what it says, so a double entry is the same."""

    kind: ClassVar[str] = "consent"
    prefix: ClassVar[str] = "cns"
    relation_field: ClassVar[str | None] = "subject"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False
    model_config = Setup.model_config

    subject: str

    def concerns(self) -> tuple[str, ...]:
        """The customer or lead it is about."""
        return (self.subject,)


class ConsentState(Value):
    """Where one purpose and channel stand, since when, and by which entry."""

    purpose: Purpose
    channel: ConsentChannel
    state: ConsentStateName
    at: Moment
    entry: str

    @property
    def pair(self) -> tuple[str, str]:
        """Purpose and channel."""
        return self.purpose, self.channel

    @property
    def strength(self) -> tuple[datetime, bool]:
        """What decides between two: the later one, and of two at once the withdrawal."""
        return self.at, self.state == "withdrawn"


class ConsentLedger(Setup):
    """The head of a ledger. `restricted`: the subject's data may be kept, but not used."""

    kind: ClassVar[str] = "consent_ledger"
    prefix: ClassVar[str] = "csl"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False

    subject: str
    states: Annotated[tuple[ConsentState, ...], Field(max_length=MOST_STATES)] = ()
    restricted: bool = False

    @classmethod
    def opened(cls, context: Context, subject: str) -> "ConsentLedger":
        """The empty ledger of a subject."""
        return cls(**cls.stamp(context, ledger_id(subject)), subject=subject)

    def state_of(self, purpose: str, channel: str) -> ConsentState | None:
        """What is known for exactly this purpose and channel."""
        return next((s for s in self.states if s.pair == (purpose, channel)), None)

    def with_entries(self, context: Context, entries: Iterable[ConsentEntry]) -> "ConsentLedger":
        """The head after these entries; itself when none of them is news."""
        states = newest((*self.states, *(state_after(entry) for entry in entries)))
        return self if states == self.states else self.evolve(context, states=states)


def ledger_id(subject: str) -> str:
    """The id of a subject's ledger."""
    return derived_id(ConsentLedger.prefix, FIRST, subject)


def entry_of(context: Context, subject: str, given: GivenConsent) -> ConsentEntry:
    """The ledger's line for what was said; saying it twice gives the same line."""
    entry_id = derived_id(
        ConsentEntry.prefix,
        given.at,
        *(subject, given.purpose, given.channel, given.state, given.at.astimezone(UTC).isoformat()),
    )
    event = (ConsentGranted if given.state == "granted" else ConsentWithdrawn)(
        purpose=given.purpose, channel=given.channel, source=given.source
    )
    fields = {name: getattr(given, name) for name in GivenConsent.model_fields}
    stamp = ConsentEntry.stamp(context, entry_id)
    return ConsentEntry(**stamp, **fields, subject=subject).recording(event)


def state_after(entry: ConsentEntry) -> ConsentState:
    """What an entry says about its purpose and channel."""
    return ConsentState(
        purpose=entry.purpose,
        channel=entry.channel,
        state=entry.state,
        at=entry.at,
        entry=entry.id,
    )


def newest(states: Iterable[ConsentState]) -> tuple[ConsentState, ...]:
    """The strongest state of each purpose and channel, whatever order they come in."""
    found: dict[tuple[str, str], ConsentState] = {}
    for state in states:
        known = found.get(state.pair)
        if known is None or state.strength > known.strength:
            found[state.pair] = state
    return tuple(found[pair] for pair in sorted(found))
