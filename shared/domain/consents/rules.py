"""What follows from a ledger: whether somebody may be contacted, and what a merge makes of two."""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.consents.model import (
    EVERY_PURPOSE,
    ConsentLedger,
    ConsentState,
    GivenConsent,
)
from shared.domain.leads.model import Consent

LEAD_PURPOSE = "marketing"
"""What the consents that a lead carries are for: forms and files ask for nothing else."""


def may_contact(ledger: ConsentLedger | None, purpose: str, channel: str, at: datetime) -> bool:
    """Whether the subject of the ledger may be contacted for this, through this, at this time.

    Only a permission for exactly this purpose and channel counts. The stricter wins: nobody
    without a ledger, nobody restricted, no permission that is not yet given at `at`, none that a
    withdrawal of all purposes on this channel took back at the same time or later.
    """
    if ledger is None or ledger.restricted:
        return False
    state = ledger.state_of(purpose, channel)
    if state is None or state.state != "granted" or state.at > at:
        return False
    every = ledger.state_of(EVERY_PURPOSE, channel)
    return every is None or every.state != "withdrawn" or every.at < state.at


def stricter(mine: ConsentState | None, other: ConsentState | None) -> ConsentState | None:
    """Of two persons' states for one purpose and channel the one that the merged person has.

    A withdrawal beats a permission, however old; of two alike the later one counts. What only one
    of them has said, the merged person has said.
    """
    if mine is None or other is None:
        return mine or other
    if mine.state != other.state:
        return mine if mine.state == "withdrawn" else other
    return max(mine, other, key=lambda state: (state.at, state.entry))


def merge_entries(
    survivor: ConsentLedger | None, loser: ConsentLedger | None, at: datetime
) -> list[GivenConsent]:
    """What is to be entered for the survivor of a merge, so that the stricter of both holds."""
    if loser is None:
        return []
    found: list[GivenConsent] = []
    for theirs in loser.states:
        mine = survivor.state_of(*theirs.pair) if survivor else None
        if stricter(mine, theirs) is not theirs:
            continue
        overruled = mine is not None and mine.state != theirs.state
        found.append(_taken_over(theirs, "merge", loser.subject, at if overruled else theirs.at))
    return found


def _taken_over(state: ConsentState, source: str, subject: str, at: datetime) -> GivenConsent:
    evidence = f"{source.capitalize()} with {subject}: entry {state.entry}"
    fields = {"purpose": state.purpose, "channel": state.channel, "state": state.state}
    return GivenConsent.model_validate({**fields, "at": at, "evidence": evidence, "source": source})


def copied_entries(ledger: ConsentLedger | None) -> list[GivenConsent]:
    """What a lead's ledger hands on to the customer that the lead becomes."""
    if ledger is None:
        return []
    return [_taken_over(s, "conversion", ledger.subject, s.at) for s in ledger.states]


def from_lead(consents: Iterable[Consent]) -> list[GivenConsent]:
    """The consents that a lead carries, as its ledger says them."""
    return [
        GivenConsent(
            purpose=LEAD_PURPOSE,
            channel=consent.channel,
            state="granted" if consent.granted else "withdrawn",
            at=consent.at,
            evidence=consent.evidence,
            text_version=consent.text_version,
            source="lead",
        )
        for consent in consents
    ]


def onto_lead(consents: Iterable[Consent], given: Iterable[GivenConsent]) -> tuple[Consent, ...]:
    """The consents of a lead after entries in its ledger; what is older than known changes none."""
    found = {consent.channel: consent for consent in consents}
    for entry in given:
        known = found.get(entry.channel)
        if entry.purpose != LEAD_PURPOSE or (known is not None and _as_new(known, entry)):
            continue
        found[entry.channel] = Consent(
            channel=entry.channel,
            granted=entry.state == "granted",
            at=entry.at,
            evidence=entry.evidence,
            text_version=entry.text_version,
        )
    return tuple(found.values())


def _as_new(known: Consent, entry: GivenConsent) -> bool:
    """Whether what the lead carries is as strong as the entry: later, or at once and as strict."""
    return (known.at, not known.granted) >= (entry.at, entry.state == "withdrawn")
