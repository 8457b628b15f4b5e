"""What a mapping orders beside its fields: whether it makes sense, and whether the caller may."""

from functions.imports.adapters import RecordKind
from functions.imports.mapping import Mapping
from shared.domain.access import Principal, grant
from shared.domain.errors import FieldError

_RELATIONS = frozenset({"account", "parent"})
AUTHOR_FIELDS = frozenset({"created_at", "created_by"})
PRESERVE = "preserve_author"
"""The right to say who made a record and when, also somebody who is no longer active."""


def policy_problems(mapping: Mapping, kind: RecordKind) -> list[FieldError]:
    """Options that contradict each other or the kind; paths are those of the mapping."""
    found: list[FieldError] = []
    options, given = mapping.options, {each.field for each in mapping.fields}
    if options.notify:
        message = "Notices about imported records are not supported yet."
        found.append(FieldError("options.notify", "not_supported", message))
    if mapping.on_duplicate == "create" and "external_id" in given:
        message = "external_id is unique, so a repeated row cannot create another record."
        found.append(FieldError("on_duplicate", "not_possible", message))
    if (options.owner == "column") != ("owner" in given | mapping.defaults.keys()):
        message = "The field owner and the option that the owner is in a column go together."
        found.append(FieldError("options.owner", "owner_column", message))
    if kind.relation is None and options.accounts != "require":
        message = f"Records of kind {kind.name} belong to no account."
        found.append(FieldError("options.accounts", "not_possible", message))
    return found


def require_rights(principal: Principal, mapping: Mapping) -> None:
    """Raises Forbidden for what the mapping orders and the caller may not do."""
    given = {each.field for each in mapping.fields} | mapping.defaults.keys()
    if given & AUTHOR_FIELDS:
        grant(principal, "import", PRESERVE)
    if mapping.options.owner == "column":
        grant(principal, mapping.kind, "assign")
    if mapping.options.review == "skip" and mapping.kind != "lead":
        grant(principal, mapping.kind, "review")
    if any(name.partition(".")[0] in _RELATIONS for name in given):
        grant(principal, "account", "read")
    if mapping.options.accounts == "create":
        grant(principal, "account", "create")
