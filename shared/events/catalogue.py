"""The catalogue of events: everything that may travel on the bus, by detail-type.

An event that is not here cannot be parsed, so it goes
to the dead-letter queue instead of being skipped.
"""

import importlib
import pkgutil
from functools import cache

import shared.domain.events as areas
from shared.domain.events.base import Envelope, Event


class UnknownEvent(Exception):
    """A detail-type that no version of this code knows."""


@cache
def _load_areas() -> None:
    """Import every area once, when the first event is read: the API never needs them."""
    for module in pkgutil.iter_modules(areas.__path__):
        importlib.import_module(f"{areas.__name__}.{module.name}")


def all_events() -> dict[str, type[Event]]:
    """detail-type -> event class, sorted."""
    _load_areas()
    return dict(sorted(Event.catalogue.items()))


def event_in(envelope: Envelope) -> Event:
    """The typed event. Raises UnknownEvent, or pydantic's error when the data does not fit.

    Fields that this code does not know yet are passed over: changes of an event are additive.
    """
    _load_areas()
    event_type = Event.catalogue.get(envelope.detail_type())
    if event_type is None:
        raise UnknownEvent(envelope.detail_type())
    known = event_type.model_fields
    return event_type.model_validate({n: v for n, v in envelope.data.items() if n in known})
