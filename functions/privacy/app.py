"""Every trigger of privacy: the route modules named here, and what follows from events."""

from typing import Any

from functions.privacy import consents, policy_routes, record_routes
from functions.privacy.api import app
from shared.domain.events.leads import LeadCaptured, LeadChanged
from shared.runtime.consumers import Delivery, consumes

__all__ = ["ROUTES", "app"]

ROUTES: tuple[Any, ...] = (record_routes, policy_routes)


@app.on_sqs_message(queue="lead-consents", batch_size=10, maximum_batching_window_in_seconds=1)
@consumes(LeadCaptured, LeadChanged)
def follow_lead_consents(delivery: Delivery) -> None:
    """The ledger follows what leads bring along."""
    consents.follow_lead(delivery)
