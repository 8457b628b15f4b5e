"""What the ledger takes from new and changed records: consents that leads bring along, and that
somebody whose data was erased is back, whom nobody contacts until they agree anew."""

from datetime import datetime, timedelta
from typing import get_args

from functions.privacy.subjects import SUBJECTS, Subject
from shared.domain.consents.model import EVERY_PURPOSE, ConsentChannel, GivenConsent
from shared.domain.consents.rules import from_lead
from shared.domain.events.leads import LeadChanged
from shared.domain.leads.model import Lead
from shared.domain.privacy.requests import PrivacyRequest
from shared.domain.privacy.suppression import claims_of
from shared.domain.signatures import Seal
from shared.runtime.consumers import Delivery
from shared.runtime.runtime import Runtime
from shared.storage import suppression
from shared.storage.consents import enter
from shared.storage.store import Store

CHANNELS: tuple[ConsentChannel, ...] = get_args(ConsentChannel)


def follow(delivery: Delivery, runtime: Runtime) -> None:
    """Enter what a new record, or a lead that changed, means for the consents."""
    event = delivery.event
    changed = isinstance(event, LeadChanged)
    if changed and "consents" not in event.fields:
        return
    record = delivery.subject(SUBJECTS[delivery.envelope.subject.kind])
    if record is None:
        return
    given = from_lead(record.consents) if isinstance(record, Lead) else []
    requests = set[str]() if changed else _erased_before(delivery, runtime, record)
    if requests:
        given += _withdrawn(delivery, record.created_at, min(requests))
    if not given:
        return
    unit = delivery.begin()
    for request in _known(delivery.store, requests):
        unit.put(request.returned(delivery.context, record.id))
    enter(delivery.store, unit, delivery.context, record.id, given)
    unit.commit()


def _erased_before(delivery: Delivery, runtime: Runtime, record: Subject) -> set[str]:
    """The requests by which the person of a new record was erased before."""
    claims = claims_of(record) if _any_marks(delivery) else frozenset[str]()
    if not claims:
        return set()
    seal = Seal(runtime.signing_secret, suppression.PURPOSE)
    return suppression.find(delivery.store, seal, claims)


def _any_marks(delivery: Delivery) -> bool:
    """Whether the tenant ever erased anybody, asked once for a batch."""
    key = f"suppressed {delivery.store.tenant}"
    if key not in delivery.memo:
        delivery.memo[key] = suppression.any_marks(delivery.store)
    return bool(delivery.memo[key])


def _withdrawn(delivery: Delivery, created_at: datetime, request: str) -> list[GivenConsent]:
    """No purpose on any channel. Who came of their own accord agrees to new things right then."""
    by_themselves = delivery.envelope.data.get("channel") == "form"
    at = created_at - timedelta(milliseconds=1) if by_themselves else delivery.context.now
    return [
        GivenConsent(
            purpose=EVERY_PURPOSE,
            channel=channel,
            state="withdrawn",
            at=at,
            evidence=f"Erased before: {request}",
            source="erasure",
        )
        for channel in CHANNELS
    ]


def _known(store: Store, requests: set[str]) -> list[PrivacyRequest]:
    found = store.load_many(PrivacyRequest, requests)
    return [found[request] for request in sorted(found)]
