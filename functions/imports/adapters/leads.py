"""Leads as imports and exports see them: fields, key, consents with evidence, undo."""

import re
from collections.abc import Mapping as ReadOnly
from typing import Any, cast

from pydantic import ValidationError

from functions.imports.adapters.base import Making, RecordFields, Source, unknown_names
from functions.imports.adapters.customer_fields import AUTHORSHIP
from functions.imports.adapters.numbers import with_numbers
from functions.imports.mapping import Mapping
from functions.imports.proposals import Target
from functions.imports.row_mapper import RowInput
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import FieldError
from shared.domain.events.leads import LeadChanged
from shared.domain.leads import work
from shared.domain.leads.capture import LeadInput, capture, change
from shared.domain.leads.model import Consent, Lead, Routing
from shared.domain.notes import Note
from shared.http.problems import invalid_input
from shared.storage.lead_filters import LeadFilters
from shared.storage.store import Store

_CUSTOM = re.compile(r"custom\.[a-z][a-z0-9_]{0,63}")
_CHANNELS = ("email", "phone", "sms", "wechat", "post")
_TEXTS = (
    *("external_id", "name", "given_name", "family_name", "job_title", "company", "website"),
    *("industry", "country", "region", "city", "source", "campaign", "interest"),
)
_IMPORTABLE = frozenset(LeadInput.model_fields) | {"last_touch"}
_CONSENT_CONCEPTS = {"email": "consent_email", "phone": "consent_phone", "sms": "consent_sms"}

TARGETS = (
    *(Target(field=name, concept=name) for name in _TEXTS),
    Target(field="email", concept="email", type="email"),
    Target(field="phone", concept="phone", type="phone"),
    Target(field="company_size", concept="company_size", type="number"),
    Target(field="urgency", concept="urgency", choices=("low", "normal", "high", "immediate")),
    Target(field="budget.amount", concept="budget", type="number"),
    Target(field="budget.currency", concept="currency"),
    Target(field="tags", concept="tags", type="list"),
    *(
        Target(field=f"consents.{name}", concept=_CONSENT_CONCEPTS.get(name), type="boolean")
        for name in _CHANNELS
    ),
)
_FIELDS = {target.field: target for target in TARGETS}
_READABLE = frozenset(Lead.model_fields) - {"scoring", "behaviours", "timers"}
_NESTED = {
    "phone": ("e164", "typed", "extension"),
    "budget": ("amount", "currency"),
    "first_touch": ("source", "campaign", "at"),
    "last_touch": ("source", "campaign", "at"),
    "disqualification": ("reason", "note", "before"),
}


class Leads(RecordFields):
    """The adapter of leads. Where several have one address, a row with it means none of them."""

    name = "lead"
    entity: type[Entity] = Lead
    importable = _IMPORTABLE
    keys = frozenset({"external_id", "email", "phone"})
    relation: str | None = None
    filters = LeadFilters
    targets = TARGETS
    export_fields = (
        *("id", "external_id", "name", "given_name", "family_name", "job_title", "company"),
        *("email", "phone.e164", "website", "source", "campaign", "interest", "budget.amount"),
        *("budget.currency", "urgency", "company_size", "industry", "country", "region", "city"),
        *("status", "owner", "team", "score", "tier", "tags", "created_at", "updated_at"),
    )

    def target(self, name: str) -> Target | None:
        """The field of this name."""
        return _target(name)

    def problems(self, mapping: Mapping) -> list[FieldError]:
        """Unknown fields, keys that cannot be looked up, an amount without its currency."""
        found = unknown_names(self, mapping)
        given = {each.field for each in mapping.fields} | mapping.defaults.keys()
        if ("budget.amount" in given) != ("budget.currency" in given):
            message = "An amount and its currency go together; a default may give the currency."
            found.append(FieldError("fields", "currency_needed", message))
        return found

    def readable(self, name: str) -> bool:
        """Fields of the stored lead; `custom.<name>`; the parts of composed fields."""
        head, _, tail = name.partition(".")
        if not tail:
            return head in _READABLE
        return bool(_CUSTOM.fullmatch(name)) or tail in _NESTED.get(head, ())

    def read(
        self, row: RowInput, source: Source, mapping: Mapping, region: str | None = None
    ) -> LeadInput:
        """The row as lead input."""
        values = dict(row.values)
        if custom := values.get("custom"):
            values["custom"] = with_numbers(custom, mapping)
        if isinstance(tags := values.get("tags"), str):
            values["tags"] = [tags]
        if consents := values.get("consents"):
            evidence = f"import of {source.file_name}, line {row.line}"
            values["consents"] = [
                {"channel": name, "granted": granted, "at": source.at, "evidence": evidence}
                for name, granted in consents.items()
            ]
        _clear(values, row.cleared)
        try:
            return LeadInput.model_validate(values)
        except ValidationError as error:
            raise invalid_input(error) from None

    def create(self, context: Context, given: Any, making: Making) -> Entity:
        """A captured lead whose time of creation agrees with its id."""
        lead = capture(
            context,
            given,
            channel="import",
            assign=making.assign,
            lead_id=making.id,
            created_at=making.at,
        )
        return lead.evolve(context, created_by=making.created_by) if making.created_by else lead

    def update(self, context: Context, record: Entity, given: Any) -> Entity:
        """The lead with what the row says; tags are added, consents replaced by channel."""
        lead = cast(Lead, record)
        names: set[str] = set(given.model_fields_set)
        merged: dict[str, Any] = {}
        if "tags" in names:
            merged["tags"] = tuple(dict.fromkeys((*lead.tags, *given.tags)))
        if "consents" in names:
            merged["consents"] = _consents(lead, given)
        if merged:
            given = given.model_copy(update=merged)
        return change(context, lead, given, names)

    def restore(self, context: Context, record: Entity, values: ReadOnly[str, Any]) -> Entity:
        """The lead with old values."""
        fields = self.former(record, values)
        return record.evolve(context, LeadChanged(fields=tuple(sorted(values))), **fields)

    def gone(self, context: Context, record: Entity) -> Entity:
        """The lead in the bin, its outside id free."""
        gone = work.delete(context, cast(Lead, record))
        return gone.evolve(context, external_id=None) if gone.external_id else gone

    def related(self, context: Context, record: Entity, account: str) -> Entity:
        """Leads name their company in words."""
        return record

    def owned_by(self, context: Context, record: Entity, owner: str, team: str | None) -> Entity:
        """The lead with this owner, as if somebody had given it to them."""
        lead = cast(Lead, record)
        if (lead.owner, lead.team) == (owner, team):
            return lead
        by_hand = Routing(at=context.now, outcome="manual", reason="import")
        return work.assign(context, lead, owner, team, routing=by_hand, first_touch_due=None)

    def revive(self, context: Context, record: Entity) -> Entity:
        """The lead back from the bin."""
        return work.restore(context, cast(Lead, record))

    def shown(self, document: dict[str, Any]) -> dict[str, Any]:
        """As it is."""
        return document

    def worked_on(self, store: Store, record: Entity) -> bool:
        """Notes on the lead."""
        return bool(store.children(Note, record.id, limit=1).documents)


LEADS = Leads()


def _target(name: str) -> Target | None:
    found = _FIELDS.get(name) or AUTHORSHIP.get(name)
    return found or (Target(field=name) if _CUSTOM.fullmatch(name) else None)


def _clear(values: dict[str, Any], names: tuple[str, ...]) -> None:
    """Fields whose cells were empty, when the mapping says that this clears them.

    A consent is never withdrawn by an empty cell.
    """
    for name in names:
        head, _, tail = name.partition(".")
        if head == "custom":
            values.setdefault("custom", {})[tail] = None
        elif head == "tags":
            values["tags"] = ()
        elif head != "consents":
            values[head] = None


def _consents(lead: Lead, given: LeadInput) -> tuple[Consent, ...]:
    """The lead's consents with those that the row changes; the same answer keeps its evidence."""
    known = {consent.channel: consent for consent in lead.consents}
    for consent in given.consents:
        before = known.get(consent.channel)
        if before is None or before.granted != consent.granted:
            known[consent.channel] = consent
    return tuple(known.values())
