"""The deadline of a request: when it passes without an answer, that is told as an alert."""

from shared.domain.privacy.requests import DEADLINE, PrivacyRequest
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue


def act_on_timer(order: Job[TimerDue]) -> None:
    """Tell it if the timer still stands and is due."""
    request = order.store.find(PrivacyRequest, order.message.id)
    due = request.timers.get(DEADLINE) if request is not None else None
    if request is None or due is None or due > order.context.now:
        return
    unit = order.store.begin(order.context)
    unit.put(request.pass_deadline(order.context))
    unit.commit()
