"""The contract of routes about one kind of customer, as far as they share it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from functions.customers.kinds import CustomerKind
from shared.http.endpoint import endpoint


def of(kind: CustomerKind, **more: Any) -> Callable[..., Callable[..., Any]]:
    """`endpoint` with what all routes about this kind say alike, and `more`."""
    return partial(endpoint, resource=kind.name, tag=kind.plural.title(), **more)
