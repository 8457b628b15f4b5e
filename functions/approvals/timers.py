"""What happens when a step's time comes: a reminder, then escalation.

Acts on the timers that stand and re-arms in one conditional write, so late, double and stale
messages are harmless.
"""

from shared.domain.approval import editing
from shared.domain.approval.model import Approval
from shared.domain.errors import StaleVersion
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue

ATTEMPTS = 5


def act(job: Job[TimerDue]) -> None:
    """Act on every timer of the approval that is due."""
    for attempt in range(ATTEMPTS):
        approval = job.store.find(Approval, job.message.id)
        if approval is None:
            return
        after = editing.on_time(job.context, approval)
        if after is approval:
            return
        try:
            unit = job.store.begin(job.context)
            unit.put(after)
            unit.commit()
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise
