"""The routes of every use case as OpenAPI operations, from the same registry as the template."""

import importlib
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from infra.synth.registry import UseCase
from shared.http.openapi import Operation


def operations(cases: Iterable[UseCase]) -> Iterator[Operation]:
    """Every route with its contract; its id is the gateway's: `<use case>_<view>`."""
    for case in cases:
        app: Any = importlib.import_module(case.module).app
        for route in case.routes:
            view = app.routes[route.path][route.method].view_function
            name = f"{case.name}_{route.name}"
            yield Operation(
                route.method, route.path, name, view.contract, inspect.getdoc(view) or ""
            )
