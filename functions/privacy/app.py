"""Every trigger of privacy: the route modules named here, what follows from events, timers."""

from typing import Any

from functions.privacy import (
    deadlines,
    erasing,
    following,
    policy_routes,
    record_routes,
    request_routes,
    subject_export,
)
from functions.privacy.api import app
from functions.privacy.messages import PrivacyStep
from shared.domain.events.customers import AccountCreated, ContactCreated
from shared.domain.events.leads import LeadCaptured, LeadChanged
from shared.domain.events.privacy import PrivacyRequestStarted
from shared.domain.privacy.requests import PrivacyRequest
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.runtime.runtime import runtime
from shared.runtime.timers import TimerDue

__all__ = ["ROUTES", "app"]

ROUTES: tuple[Any, ...] = (record_routes, policy_routes, request_routes)


@app.on_sqs_message(queue="consents", batch_size=10, maximum_batching_window_in_seconds=1)
@consumes(AccountCreated, ContactCreated, LeadCaptured, LeadChanged)
def follow_records(delivery: Delivery) -> None:
    """The ledger follows what leads bring along, and who is back after an erasure."""
    following.follow(delivery, runtime())


@app.on_sqs_message(queue="privacy-requests", batch_size=1)
@consumes(PrivacyRequestStarted)
def carry_out(delivery: Delivery) -> None:
    """An export is made at once, an erasure in steps."""
    store, context = delivery.store, delivery.context
    request = store.find(PrivacyRequest, delivery.envelope.subject.id)
    if request is None or request.status != "running":
        return
    if request.type == "export":
        subject_export.export(store, runtime(), context, request)
    elif request.type == "erasure":
        erasing.begin(store.tenant, request.id, context.correlation_id)


@app.on_sqs_message(queue="privacy-steps", batch_size=1)
@works(PrivacyStep)
def take_step(job: Job[PrivacyStep]) -> None:
    """Take a step of an erasure."""
    erasing.step(job)


@app.on_sqs_message(queue="privacy_request-timers", batch_size=1)
@works(TimerDue)
def pass_deadline(job: Job[TimerDue]) -> None:
    """The time for an answer is over."""
    deadlines.act_on_timer(job)
