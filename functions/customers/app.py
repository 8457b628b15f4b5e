"""Every trigger of customers: the route modules named here, what follows from events, timers."""

from functions.customers import note_routes, record_routes
from functions.customers.api import app

__all__ = ["ROUTES", "app"]

ROUTES = (record_routes, note_routes)
