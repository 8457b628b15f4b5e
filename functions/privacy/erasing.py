"""An erasure in the background, step after step; every step may come twice and counts once.

First goes what is found by what the records say (copies, files, what others wrote), then the
records themselves, and last their histories, once the stream has written what followed.
"""

from collections.abc import Callable, Mapping
from typing import get_args

from functions.privacy import erasing_copies, erasing_records
from functions.privacy.messages import STEPS, Phase, PrivacyStep
from functions.privacy.persons import records_of
from functions.privacy.requests import signature_of
from functions.privacy.work import Work
from shared.domain.privacy.certificate import Certificate
from shared.domain.privacy.erasure import needles_of
from shared.domain.privacy.requests import PrivacyRequest
from shared.runtime.consumers import Job
from shared.runtime.runtime import runtime

MOST_TRIES = 20
WAIT = 30
"""Seconds before the history is looked at again."""

PHASES: tuple[Phase, ...] = get_args(Phase)
_STEPS: Mapping[Phase, Callable[[Work], None]] = {
    "files": erasing_copies.files,
    "merges": erasing_copies.merge_images,
    "conversions": erasing_copies.conversion_images,
    "submissions": erasing_copies.submissions,
    "imports": erasing_copies.import_rows,
    "notes": erasing_records.notes,
    "opportunities": erasing_records.opportunities,
    "affiliations": erasing_records.affiliations,
    "consents": erasing_records.withdraw_consents,
    "records": erasing_records.records,
    "duplicates": erasing_records.duplicates,
}


class HistoryIsLate(Exception):
    """The stream has not written the history of what was erased for ten minutes."""


def step(order: Job[PrivacyStep]) -> None:
    """Take one step and order the next."""
    message, store = order.message, order.store
    request = store.find(PrivacyRequest, message.request)
    if request is None or (request.status, request.type) != ("running", "erasure"):
        return
    records = records_of(store, request.subject)
    work = Work(store, order.context, runtime(), request, records, needles_of(records))
    if message.phase == "finish":
        _finish(work)
    elif message.phase != "history":
        _STEPS[message.phase](work)
        _send(work, message, PHASES[PHASES.index(message.phase) + 1])
    elif erasing_records.histories(work):
        _send(work, message, "finish")
    else:
        _wait(message)


def begin(tenant: str, request: str, correlation_id: str) -> None:
    """Order the first step."""
    first = PrivacyStep(tenant=tenant, request=request, correlation_id=correlation_id)
    runtime().send(STEPS, [first])


def _send(work: Work, message: PrivacyStep, phase: Phase) -> None:
    work.runtime.send(STEPS, [message.model_copy(update={"phase": phase, "tries": 0})])


def _wait(message: PrivacyStep) -> None:
    if message.tries >= MOST_TRIES:
        raise HistoryIsLate
    again = message.model_copy(update={"tries": message.tries + 1})
    runtime().send(STEPS, [again], delay_seconds=WAIT)


def _finish(work: Work) -> None:
    request, context = work.request, work.context
    started = next(line for line in request.log if line.action == "started")
    certificate = Certificate(
        request=request.id,
        tenant=work.store.tenant,
        subject=request.subject,
        received_at=request.received_at,
        erased_at=context.now,
        by=started.by,
        forced=request.forced,
        counts=work.tally.total(),
        chain=request.sealed,
    )
    signed = certificate.model_copy(update={"signature": signature_of(work.runtime, certificate)})
    unit = work.store.begin(context)
    unit.put(request.complete(context, certificate=signed))
    unit.commit()
    work.forget()
