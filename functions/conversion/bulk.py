"""Many leads at once: each is converted alone, and each gets its own result."""

from dataclasses import replace

from functions.conversion import use_cases
from functions.conversion.candidates import Candidates
from functions.conversion.schemas import (
    BulkConversion,
    BulkConversionAnswer,
    BulkConversionResult,
    ConversionView,
    Obstacle,
)
from shared.domain.conversion.order import (
    AccountTarget,
    ContactTarget,
    ConversionOrder,
    OpportunityTarget,
)
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import (
    ConcurrentChange,
    DuplicatesFound,
    InvalidInput,
    RapportError,
    StaleVersion,
)
from shared.domain.leads.model import Lead
from shared.domain.matching.policy import Allowance
from shared.http.call import AnyCall
from shared.storage.duplicates import told

_ATTEMPTS = 3


def convert(call: AnyCall, order: BulkConversion) -> BulkConversionAnswer:
    """The order for every lead; what one is refused for does not touch the others."""
    results = tuple(_one(call, order, lead_id) for lead_id in order.ids)
    converted = sum(result.outcome == "converted" for result in results)
    return BulkConversionAnswer(
        results=results, converted=converted, failed=len(results) - converted
    )


def _one(call: AnyCall, order: BulkConversion, lead_id: str) -> BulkConversionResult:
    for attempt in range(_ATTEMPTS):
        single = replace(call, unit=call.store.begin(call.context), if_match=None)
        try:
            done = _convert(single, order, lead_id)
            single.unit.commit()
        except (StaleVersion, ConcurrentChange) as refusal:
            if attempt == _ATTEMPTS - 1:
                return _failed(lead_id, refusal)
        except RapportError as refusal:
            return _failed(lead_id, refusal)
        else:
            return BulkConversionResult(id=lead_id, outcome="converted", conversion=done)
    raise AssertionError("unreachable")


def _convert(call: AnyCall, order: BulkConversion, lead_id: str) -> ConversionView:
    lead = call.load(Lead, lead_id)
    account = contact = None
    if order.matched != "create":
        candidates = Candidates(call.store, call.context, lead)
        account = _matched(call, order, candidates, Account.kind)
        contact = _matched(call, order, candidates, Contact.kind)
    return use_cases.convert(
        call,
        lead_id,
        ConversionOrder(
            account=AccountTarget(id=account) if account else None,
            contact=ContactTarget(id=contact) if contact else None,
            opportunity=OpportunityTarget(mode="create") if order.opportunity else None,
            allow_duplicate=Allowance(reason=order.reason) if order.reason else None,
        ),
    )


def _matched(call: AnyCall, order: BulkConversion, candidates: Candidates, kind: str) -> str | None:
    """The one customer of this kind that is surely the lead's. Raises DuplicatesFound when there
    are several, when it is out of reach, or when such leads are to be left."""
    sure = candidates.sure(kind)
    if not sure:
        return None
    reachable = sure[0].readable_by(call.context) or candidates.proves(sure[0].id)
    if order.matched == "fail" or len(sure) > 1 or not reachable:
        raise DuplicatesFound(details=told(call.context, sure, blocked=False))
    return sure[0].id


def _failed(lead_id: str, refusal: RapportError) -> BulkConversionResult:
    errors = refusal.errors if isinstance(refusal, InvalidInput) else ()
    return BulkConversionResult(
        id=lead_id,
        outcome="failed",
        code=refusal.code,
        message=refusal.message,
        errors=tuple(Obstacle(**error.as_dict()) for error in errors),
        details=refusal.details or None,
    )
