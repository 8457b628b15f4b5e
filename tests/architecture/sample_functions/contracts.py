"""The least that a view and a consumer carry for the synthesiser."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def endpoint(*, public: bool = False) -> Callable[[Any], Any]:
    """Leaves a contract on the view."""

    def mark(view: Any) -> Any:
        view.contract = SimpleNamespace(public=public)
        return view

    return mark


def consumes(*detail_types: str) -> Callable[[Any], Any]:
    """Leaves a subscription on the handler."""

    def event(detail_type: str) -> SimpleNamespace:
        return SimpleNamespace(detail_type=lambda: detail_type)

    def mark(handler: Any) -> Any:
        handler.subscription = tuple(event(name) for name in detail_types)
        return handler

    return mark


def follows(*prefixes: str) -> Callable[[Any], Any]:
    """Leaves the beginnings of ids on the handler."""

    def mark(handler: Any) -> Any:
        handler.follows = prefixes
        return handler

    return mark
