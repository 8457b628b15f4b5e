"""Every trigger of customers: the route modules named here, what follows from events, timers."""

from functions.customers import (
    known_routes,
    link_routes,
    note_routes,
    record_routes,
    regrading,
    removal,
    standing_routes,
    timers,
)
from functions.customers.api import app
from functions.customers.messages import CustomerJob
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.events.customers import (
    AccountRelationEnded,
    AffiliationEnded,
    CustomerNoteRemoved,
    CustomerPurged,
    GradingRulesChanged,
)
from shared.runtime.consumers import Delivery, Job, consumes, follows, works
from shared.runtime.timers import TimerDue

__all__ = ["ROUTES", "app"]

ROUTES = (record_routes, note_routes, known_routes, standing_routes, link_routes)


@app.on_sqs_message(queue="account-grading", batch_size=50, maximum_batching_window_in_seconds=5)
@follows(Account)
def grade_again(delivery: Delivery) -> None:
    """Something happened that concerns an account: its grade follows."""
    regrading.follow(delivery)


@app.on_sqs_message(queue="customer-upkeep", batch_size=10)
@consumes(
    GradingRulesChanged,
    CustomerPurged,
    AffiliationEnded,
    AccountRelationEnded,
    CustomerNoteRemoved,
)
def keep_up(delivery: Delivery) -> None:
    """New rules: grade all accounts. What ended or is purged: remove it."""
    match delivery.event:
        case GradingRulesChanged():
            regrading.grade_all(delivery)
        case CustomerPurged():
            removal.begin(delivery)
        case _:
            removal.remove_ended(delivery)


@app.on_sqs_message(queue="customer-jobs", batch_size=1)
@works(CustomerJob)
def work(job: Job[CustomerJob]) -> None:
    """Grade some accounts, or remove a piece of a purged customer."""
    if job.message.task == "grade":
        regrading.grade_some(job)
    else:
        removal.carry_on(job)


@app.on_sqs_message(queue="account-timers", batch_size=10)
@works(TimerDue)
def act_on_account(job: Job[TimerDue]) -> None:
    """An account's timer fell due."""
    timers.act(job, Account)


@app.on_sqs_message(queue="contact-timers", batch_size=10)
@works(TimerDue)
def act_on_contact(job: Job[TimerDue]) -> None:
    """A contact's timer fell due."""
    timers.act(job, Contact)
