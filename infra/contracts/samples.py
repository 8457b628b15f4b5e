"""One meaningful, always equal sample per event, made from its schema.

A field's own `examples` win; then the vocabulary below, by field name; then whatever its type
allows. Every sample is validated, so a vocabulary that no longer fits is an error, not a lie.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from jsonschema import Draft202012Validator

from infra.synth.errors import SynthError
from shared.domain.events.base import Event
from shared.domain.ids import derived_id
from shared.events.schemas import schema_of

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PREFIXES: dict[str, str] = {
    "account": "acc",
    "account_relation": "rel",
    "affiliation": "aff",
    "api_key": "key",
    "approval": "apr",
    "audit": "aud",
    "calendar": "cal",
    "delegation": "dlg",
    "consent": "cns",
    "contact": "con",
    "conversion_policy": "cvp",
    "duplicate": "dup",
    "duplicate_policy": "dpp",
    "duplicate_scan": "dsc",
    "export": "exp",
    "form": "form",
    "grading_rules": "grd",
    "import": "imp",
    "lead": "lead",
    "membership": "mbr",
    "merge": "mrg",
    "note": "note",
    "opportunity": "opp",
    "privacy_policy": "ppl",
    "privacy_request": "prv",
    "review_policy": "rvp",
    "segment": "seg",
    "session": "usr",
    "submission": "sub",
    "team": "team",
    "tenant": "ten",
    "tenant_archive": "arc",
    "tenant_deletion": "tdl",
    "touch_standard": "tst",
    "user": "usr",
}
"""Id prefixes by the first word of an event's name, where the word itself is not the prefix."""

SUBJECTS: dict[str, str] = {
    **dict.fromkeys(
        (
            "form.confirmation_requested",
            "form.submission_confirmed",
            "form.submission_failed",
            "form.submission_replayed",
            "form.submitted",
        ),
        "submission",
    ),
    "customer.collision": "account",
    "customer.noted": "note",
    "customer.note_removed": "note",
    "customer.purged": "account",
    "grading.rules_changed": "grading_rules",
    **dict.fromkeys(("helper.added", "helper.removed", "identity.contested"), "contact"),
    "customer.revealed": "audit",
    "duplicate.allowed": "account",
    **dict.fromkeys(("segment.entered", "segment.left"), "membership"),
}
"""Events that are about another kind of record than their name begins with."""

_TIMES = {"at": AT, "due": AT + timedelta(hours=2), "first_touch_due": AT + timedelta(hours=2)}
_PEOPLE = (
    *("actor", "owner", "previous_owner", "manager", "user", "by", "joined", "left"),
    "submitter",
)
_TEAMS = ("team", "teams", "parent")


def _id(prefix: str, seed: str) -> str:
    return derived_id(prefix, AT, seed)


VOCABULARY: dict[str, Any] = {
    **{name: _id("usr", name) for name in _PEOPLE},
    **{name: _id("team", name) for name in _TEAMS},
    **{name: at.isoformat().replace("+00:00", "Z") for name, at in _TIMES.items()},
    "account": _id("acc", "account"),
    "after": "working",
    "approvers": [_id("usr", "approver")],
    "before": "new",
    "behaviour": "page_visited",
    "by_rule": "china-hot",
    "campaign": "spring-2026",
    "candidates": [_id("acc", "account")],
    "codes": ["email_invalid", "required"],
    "challenge": "SOFTWARE_TOKEN_MFA",
    "contact": _id("con", "contact"),
    "conversion": _id("cnv", "conversion"),
    "about": _id("con", "contact"),
    "approval": _id("apr", "approval"),
    "customer": _id("acc", "account"),
    "grade": "B",
    "holder": _id("acc", "account"),
    "level": "read",
    "lifecycle": "customer",
    "other": _id("acc", "other"),
    "created": 8700,
    "correlation_id": "1f0c2b6e-5d1a-4f43-9f3c-2a7f5b8f9d10",
    "failed": 12,
    "first": _id("acc", "account"),
    "fields": ["company", "phone"],
    "form": _id("form", "form"),
    "into": _id("tag", "into"),
    "invitation": 1,
    "format": "csv",
    "lead": _id("lead", "lead"),
    "loser": _id("acc", "other"),
    "merge": _id("mrg", "merge"),
    "merged": True,
    "model_version": 3,
    "moved": 17,
    "newcomer": _id("usr", "newcomer"),
    "opportunity": _id("opp", "opportunity"),
    "pairs": 38,
    "points": 87,
    "reason": "no_eligible_member",
    "record": _id("lead", "lead"),
    "record_kind": "lead",
    "records": 10520,
    "region": "CN",
    "rules": 4,
    "rows": 9240,
    "score": 72,
    "second": _id("acc", "other"),
    "segment": _id("seg", "segment"),
    "snapshot_of": _id("seg", "snapshot_of"),
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "sealed": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "source": "website",
    "status": "working",
    "subject_id": _id("acc", "account"),
    "subject_kind": "account",
    "survivor": _id("acc", "account"),
    "tenant": _id("ten", "tenant"),
    "tier": "hot",
    "updated": 520,
}
SPECIAL: dict[str, Any] = {
    "account.graded.previous": "C",
    "account.lifecycle_changed.previous": "prospect",
    "account_relation.created.type": "supplier",
    "affiliation.changed.fields": ["roles"],
    "affiliation.created.roles": ["decision_maker"],
    "customer.noted.channel": "call",
    "identity.contested.channel": "wecom",
    "approval.overdue.escalated_to": [_id("usr", "manager")],
    "approval.reassigned.previous": _id("usr", "previous"),
    "approval.reassigned.to": _id("usr", "to"),
    "delegation.changed.to": _id("usr", "to"),
    "delegation.changed.end": "2026-03-16T09:30:00Z",
    "export.failed.reason": "storage_unavailable",
    "export.requested.filters": ["status", "owner"],
    "import.failed.reason": "unreadable_file",
    "lead.conversion_reverted.archived": [_id("opp", "opportunity")],
    "lead.conversion_reverted.kept": [_id("acc", "account")],
    "lead.converted.created": [_id("acc", "account"), _id("con", "contact")],
    "lead.disqualified.reason": "no_budget",
    "lead.touched.channel": "call",
    "merge.undone.conflicts": ["industry"],
    "note.added.channel": "call",
    "opportunity.changed.fields": ["amount"],
    "opportunity.reopened.before": "lost",
    "session.refused.reason": "password",
    "team.members_changed.joined": [_id("usr", "joined")],
    "team.moved.after": _id("team", "after"),
    "team.moved.before": _id("team", "before"),
    "user.role_changed.after": "sales_manager",
    "user.role_changed.before": "sales",
    "user.teams_changed.joined": [_id("team", "joined")],
    "user.teams_changed.left": [_id("team", "left")],
}
"""Where a field's name means another thing than elsewhere: `<event>.<field>`."""


def sample_of(event: type[Event]) -> dict[str, Any]:
    """A sample of the bus event's detail. Raises SynthError when none can be made."""
    schema = schema_of(event)
    area = SUBJECTS.get(event.name, event.name.partition(".")[0])
    prefix = PREFIXES.get(area, area[:4])
    made: dict[str, Any] = {
        "id": _id("evt", event.detail_type()),
        "name": event.name,
        "version": event.version,
        "tenant": VOCABULARY["tenant"],
        "at": VOCABULARY["at"],
        "actor": VOCABULARY["actor"],
        "subject": {"kind": area, "id": _id(prefix, area), "version": 2},
        "data": _Sampler(event.name, schema["$defs"]).value(schema["properties"]["data"], ""),
        "correlation_id": VOCABULARY["correlation_id"],
    }
    for error in Draft202012Validator(schema).iter_errors(made):
        where = ".".join(str(part) for part in error.absolute_path)
        problem = f"{event.detail_type()}: {where}: {error.message}; give the field examples"
        raise SynthError([problem])
    return made


class _Sampler:
    def __init__(self, event: str, definitions: dict[str, Any]) -> None:
        self._event = event
        self._definitions = definitions

    def value(self, schema: dict[str, Any], name: str) -> Any:
        """A value that fits the schema of the field called `name`."""
        if "$ref" in schema:
            return self.value(self._definitions[schema["$ref"].rsplit("/", 1)[-1]], name)
        known = self._known(schema, name)
        if known is not None:
            return known
        if "anyOf" in schema:
            return self.value(schema["anyOf"][0], name)
        if schema.get("type") == "object":
            parts: dict[str, Any] = schema.get("properties", {})
            return {part: self.value(below, part) for part, below in parts.items()}
        if schema.get("type") == "array":
            return [self.value(schema.get("items", {}), name)]
        return _plain(schema, name)

    def _known(self, schema: dict[str, Any], name: str) -> Any:
        if "const" in schema:
            return schema["const"]
        if "examples" in schema:
            return schema["examples"][0]
        found = SPECIAL.get(f"{self._event}.{name}", VOCABULARY.get(name))
        if "enum" in schema:
            return found if found in schema["enum"] else schema["enum"][0]
        if schema.get("type") == "array":
            return found if isinstance(found, list) else None
        return None if isinstance(found, list) else found


def _plain(schema: dict[str, Any], name: str) -> Any:
    match schema.get("type"), schema.get("format"):
        case "boolean", _:
            return True
        case (("integer" | "number"), _):
            return schema.get("minimum", 1)
        case "string", "date-time":
            return VOCABULARY["at"]
        case "string", "date":
            return AT.date().isoformat()
        case "string", _:
            return name.replace("_", "-")
        case _:
            return None
