"""Affiliations in a merge: one for each contact and account, so two may have to become one."""

from typing import Any

from shared.domain.context import Context
from shared.domain.customers.links import Affiliation, AffiliationFields, affiliation_id
from shared.domain.events.customers import (
    AffiliationChanged,
    AffiliationCreated,
    AffiliationEnded,
)

_FIELDS = tuple(AffiliationFields.model_fields)


def led_id(affiliation: Affiliation, old: str, new: str) -> str | None:
    """The id of the affiliation that takes the place of this one; None when `old` is not in it."""
    account, contact = _ends(affiliation, old, new)
    if (account, contact) == (affiliation.account, affiliation.contact):
        return None
    return affiliation_id(account, contact)


def led(
    context: Context, affiliation: Affiliation, twin: Affiliation | None, old: str, new: str
) -> Affiliation:
    """The affiliation with `new` that says what this one says too; `twin` is the one there is."""
    account, contact = _ends(affiliation, old, new)
    said = {name: getattr(affiliation, name) for name in _FIELDS}
    created = AffiliationCreated(account=account, contact=contact, roles=affiliation.roles)
    if twin is None:
        stamp = Affiliation.stamp(context, affiliation_id(account, contact))
        return Affiliation(**stamp, **said, account=account, contact=contact).recording(created)
    if twin.deleted_at is not None:
        return twin.evolve(context, created, deleted_at=None, **said)
    changed = _united(twin, said)
    differs = tuple(sorted(n for n, v in changed.items() if v != getattr(twin, n)))
    if not differs:
        return twin
    event = AffiliationChanged(account=account, contact=contact, fields=differs)
    return twin.evolve(context, event, **changed)


def ended(context: Context, affiliation: Affiliation) -> Affiliation:
    """The affiliation after its end was merged away, or its move was taken back."""
    event = AffiliationEnded(account=affiliation.account, contact=affiliation.contact)
    return affiliation.evolve(context, event, deleted_at=context.now)


def begun_again(context: Context, affiliation: Affiliation | None, own: Affiliation) -> Affiliation:
    """The affiliation back after an undo, as it was; one that ended may be gone by then."""
    event = AffiliationCreated(account=own.account, contact=own.contact, roles=own.roles)
    said = {name: getattr(own, name) for name in _FIELDS}
    if affiliation is not None:
        return affiliation.evolve(context, event, deleted_at=None, **said)
    return own.model_copy(update={"version": 0}).recording(event)


def as_it_was(
    context: Context, affiliation: Affiliation, before: Affiliation | None
) -> Affiliation:
    """The twin as it was before the move: gone, or with its own roles."""
    if before is None or before.deleted_at is not None:
        return ended(context, affiliation)
    said = {name: getattr(before, name) for name in _FIELDS}
    event = AffiliationChanged(
        account=affiliation.account, contact=affiliation.contact, fields=tuple(sorted(said))
    )
    return affiliation.evolve(context, event, **said)


def says(affiliation: Affiliation) -> dict[str, Any]:
    """What it says, by which it is seen whether it was edited since."""
    return affiliation.model_dump(mode="json", include={*_FIELDS, "deleted_at"})


def _ends(affiliation: Affiliation, old: str, new: str) -> tuple[str, str]:
    ends = (affiliation.account, affiliation.contact)
    account, contact = (new if end == old else end for end in ends)
    return account, contact


def _united(twin: Affiliation, said: dict[str, Any]) -> dict[str, Any]:
    found = {name: getattr(twin, name) or value for name, value in said.items()}
    found["roles"] = tuple(dict.fromkeys((*twin.roles, *said["roles"])))
    return found
