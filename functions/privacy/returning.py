"""Somebody whose data was erased comes back: nobody contacts them until they agree anew."""

from datetime import datetime, timedelta
from typing import get_args

from functions.privacy.subjects import SUBJECTS
from shared.domain.consents.model import (
    EVERY_PURPOSE,
    ConsentChannel,
    GivenConsent,
)
from shared.domain.privacy.requests import PrivacyRequest
from shared.domain.privacy.suppression import claims_of
from shared.domain.signatures import Seal
from shared.runtime.consumers import Delivery
from shared.runtime.runtime import Runtime
from shared.storage import suppression
from shared.storage.consents import enter
from shared.storage.store import Store

CHANNELS: tuple[ConsentChannel, ...] = get_args(ConsentChannel)


def recognise(delivery: Delivery, runtime: Runtime) -> None:
    """Look whether a new record shows somebody who had their data erased."""
    store = delivery.store
    if not _any(delivery):
        return
    record = delivery.subject(SUBJECTS[delivery.envelope.subject.kind])
    claims = claims_of(record) if record is not None else frozenset[str]()
    if record is None or not claims:
        return
    seal = Seal(runtime.signing_secret, suppression.PURPOSE)
    requests = suppression.find(store, seal, claims)
    if not requests:
        return
    unit = delivery.begin()
    at = _fresh(record.created_at) if _by_themselves(delivery) else delivery.context.now
    for request in _known(store, requests):
        unit.put(request.returned(delivery.context, record.id))
    withdrawn = [
        GivenConsent(
            purpose=EVERY_PURPOSE,
            channel=channel,
            state="withdrawn",
            at=at,
            evidence=f"Erased before: {min(requests)}",
            source="erasure",
        )
        for channel in CHANNELS
    ]
    enter(store, unit, delivery.context, record.id, withdrawn)
    unit.commit()


def _by_themselves(delivery: Delivery) -> bool:
    """Whether the person came of their own accord: what they agree to then is new."""
    return delivery.envelope.data.get("channel") == "form"


def _fresh(created_at: datetime) -> datetime:
    """Just before what they agreed to when they came."""
    return created_at - timedelta(milliseconds=1)


def _any(delivery: Delivery) -> bool:
    """Whether the tenant ever erased anybody, asked once for a batch."""
    key = f"suppressed {delivery.store.tenant}"
    if key not in delivery.memo:
        delivery.memo[key] = suppression.any_marks(delivery.store)
    return bool(delivery.memo[key])


def _known(store: Store, requests: set[str]) -> list[PrivacyRequest]:
    found = store.load_many(PrivacyRequest, requests)
    return [found[request] for request in sorted(found)]
