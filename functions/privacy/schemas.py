"""What the routes about people's data accept and answer."""

from typing import Annotated, Any

from pydantic import Field

from shared.domain.consents.model import (
    ConsentChannel,
    ConsentState,
    ConsentStateName,
    Evidence,
    Purpose,
    TextVersion,
)
from shared.domain.entity import Moment, Value
from shared.domain.privacy.policy import ConsentPurpose, PolicyFields
from shared.domain.text import Line

Reason = Annotated[Line, Field(min_length=2, max_length=500)]


class NewConsent(Value):
    """A permission given or withdrawn. `at`: when (default: now); `evidence`: how one knows."""

    purpose: Purpose
    channel: ConsentChannel
    state: ConsentStateName
    evidence: Evidence
    at: Moment | None = None
    text_version: TextVersion | None = None


class ConsentStanding(Value):
    """Where somebody's consents stand. `restricted`: they are contacted for nothing."""

    subject: str
    restricted: bool
    states: tuple[ConsentState, ...]


class ConsentPurposes(Value):
    """For what the tenant asks consent."""

    purposes: tuple[ConsentPurpose, ...]


class PrivacyPolicyChange(PolicyFields):
    """The policy from now on."""


class RevealOrder(Value):
    """Which masked fields to show, and why."""

    fields: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    reason: Reason


class Revealed(Value):
    """The fields as they are. `left`: how many reveals the caller has left today (UTC)."""

    id: str
    fields: dict[str, Any]
    left: int


class RestrictionOrder(Value):
    """Why the data may no longer be used."""

    reason: Reason
