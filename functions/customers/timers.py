"""What happens when a customer's timer falls due: a trait fades, help ends, a grade runs out.

Everything that is due is done in one conditional write, so late, double and stale messages are
harmless.
"""

from typing import TypeVar

from functions.customers import standing
from shared.domain.context import Context
from shared.domain.customers import helping, traits
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.standing import MANUAL_GRADE, REGRADE
from shared.domain.errors import StaleVersion
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue
from shared.storage.store import Store

C = TypeVar("C", Account, Contact)
ATTEMPTS = 5


def act(job: Job[TimerDue], entity_type: type[C]) -> None:
    """Act on every timer of the customer that stands and is due."""
    for attempt in range(ATTEMPTS):
        customer = job.store.find(entity_type, job.message.id)
        if customer is None:
            return
        after = _after(job.store, job.context, customer)
        if after is customer:
            return
        unit = job.store.begin(job.context)
        unit.put(after)
        try:
            unit.commit()
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def _after(store: Store, context: Context, customer: C) -> C:
    due = {name for name, at in customer.timers.items() if at <= context.now}
    after = customer
    if helping.END in due:
        after = helping.end_helping(context, after)
    if traits.FADE in due:
        after = traits.fade(context, after)
    if isinstance(after, Account) and due & {MANUAL_GRADE, REGRADE}:
        after = standing.graded(store, context, after, end_manual=MANUAL_GRADE in due)
    return after
