"""The reviewer's one screen: record, changes, what looks alike, what is missing, the log."""

import json
from typing import Any

from functions.approvals import circle
from functions.approvals.deciding import subject_of
from functions.approvals.schemas import Possible, ReviewScreen, Verification
from shared.domain.access import apply_field_rules, apply_to_changes, field_rules
from shared.domain.approval.flow import may_decide
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.log import verify
from shared.domain.approval.model import Approval
from shared.domain.approval.review import Completeness, completeness
from shared.domain.entity import Entity
from shared.domain.matching.profiles import matched_kinds, profile_of
from shared.http.call import AnyCall
from shared.http.record_schemas import FieldChange
from shared.storage.duplicates import as_told, check
from shared.storage.reviews import ReviewDesk

LEAST_ALIKE = 40
"""Points from which a reviewer is shown what looks alike."""

MOST_ALIKE = 10
MOST_VERSIONS = 200
"""Versions of a record through which its changes are followed."""


def screen(call: AnyCall, approval_id: str) -> ReviewScreen:
    """Everything about one approval, as the caller may see it. Raises NotFound."""
    approval = circle.load(call, approval_id)
    subject = subject_of(call, approval)
    possible = _possible(call, approval)
    if subject is None:
        return ReviewScreen(
            approval=approval, subject=None, changes=(), changes_complete=True, possible=possible
        )
    changes, complete = _changes(call, approval, subject)
    whole = _completeness(call, subject)
    rules = field_rules(call.context.principal, subject.kind)
    return ReviewScreen(
        approval=approval,
        subject=apply_field_rules(rules, subject.model_dump(mode="json")),
        changes=changes,
        changes_complete=complete,
        completeness=whole.score,
        missing=whole.missing,
        duplicates=_duplicates(call, subject) if possible.decide else (),
        possible=possible,
    )


def verification(call: AnyCall, approval_id: str) -> Verification:
    """Whether the log is what was written. Raises NotFound."""
    approval = circle.load(call, approval_id)
    flaw = verify(approval.log, approval.id, approval.sealed)
    return Verification(
        whole=flaw is None, entries=len(approval.log), sealed=approval.sealed, flaw=flaw
    )


def _possible(call: AnyCall, approval: Approval) -> Possible:
    actor = call.context.actor
    approver = may_decide(approval, actor, circle.acting_for(call, approval))
    own = actor == approval.submitter
    return Possible(
        decide=approver is not None,
        on_behalf_of=None if approver == actor else approver,
        resubmit=own and approval.state == "returned",
        withdraw=own and approval.state in ("pending", "returned"),
    )


def _changes(
    call: AnyCall, approval: Approval, subject: Entity
) -> tuple[tuple[FieldChange, ...], bool]:
    """The relevant fields that differ from what was submitted before, with both values."""
    if subject.version == approval.baseline:
        return (), True
    texts, _ = call.store.history(subject.id, limit=MOST_VERSIONS)
    entries = [
        entry for text in texts if (entry := json.loads(text))["version"] > approval.baseline
    ]
    fields = reviewable(subject.kind).fields
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:  # newest first: the last one seen has the oldest value
        for change in entry["changes"]:
            known = found.setdefault(change["field"], change)
            known["before"] = change["before"]
    rules = field_rules(call.context.principal, subject.kind)
    differing = [c for c in found.values() if c["field"] in fields and c["before"] != c["after"]]
    shown = apply_to_changes(rules, sorted(differing, key=lambda change: change["field"]))
    complete = bool(entries) and entries[0]["version"] == subject.version
    return tuple(FieldChange.model_validate(change) for change in shown), complete


def _completeness(call: AnyCall, subject: Entity) -> Completeness:
    policy = ReviewDesk(call.store, call.context).policy(subject.kind)
    return completeness(subject, policy.weights or reviewable(subject.kind).weights)


def _duplicates(call: AnyCall, subject: Entity) -> tuple[dict[str, Any], ...]:
    if not isinstance(subject, tuple(matched_kinds().values())):
        return ()
    hits = check(call.store, profile_of(subject), least=LEAST_ALIKE)
    return tuple(as_told(call.context, hit) for hit in hits[:MOST_ALIKE])
