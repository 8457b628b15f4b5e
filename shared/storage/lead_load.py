"""Keeps each member's count of open leads equal to the leads they own, in the same transaction.

Whoever changes a lead's owner, team or openness calls this, in whatever use case.
"""

from shared.domain.leads.model import Lead
from shared.storage import rota
from shared.storage.unit_of_work import UnitOfWork


def balance(unit: UnitOfWork, before: Lead, after: Lead, *, claimed: bool = False) -> None:
    """Count the change of owner, team or openness. `claimed`: the new owner's turn counted it."""
    old, new = _holder(before), _holder(after)
    if old == new:
        return
    if old is not None:
        rota.release(unit, *old)
    if new is not None and not claimed:
        rota.burden(unit, *new)


def _holder(lead: Lead) -> tuple[str, str] | None:
    """Team and user who carry this lead as open work."""
    if not lead.open or lead.owner is None or lead.team is None:
        return None
    return lead.team, lead.owner
