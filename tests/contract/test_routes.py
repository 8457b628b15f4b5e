"""What every route promises, and that the promise is complete."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import pytest

import shared
from infra.contracts.operations import operations
from infra.synth import registry
from shared.domain.access import ASSIGNABLE_ROLES, Principal, rights_of
from shared.domain.errors import RapportError
from shared.domain.events.base import Event
from shared.events.catalogue import all_events
from shared.http.openapi import Operation
from shared.http.problems import STATUS, TITLES


@cache
def routes() -> tuple[Operation, ...]:
    return tuple(operations(registry.load()))


def errors(kind: type[RapportError] = RapportError) -> Iterator[type[RapportError]]:
    """Every error class below `kind`."""
    for below in kind.__subclasses__():
        yield below
        yield from errors(below)


def load_all() -> None:
    for package in (shared, importlib.import_module("functions")):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def test_every_error_has_a_status_and_a_code_of_its_own() -> None:
    load_all()
    found = {kind for kind in errors() if kind.__module__.startswith(("shared.", "functions."))}
    without_status = {k for k in found if not any(base in STATUS for base in k.__mro__)}
    assert without_status == set()
    by_code: dict[str, set[str]] = {}
    for kind in found:
        by_code.setdefault(kind.code, set()).add(kind.__qualname__)
    assert {code: names for code, names in by_code.items() if len(names) > 1} == {}
    assert RapportError.code not in by_code


def test_every_status_has_a_title() -> None:
    assert set(STATUS.values()) <= TITLES.keys()


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_a_route_says_what_it_does(route: Operation) -> None:
    assert route.contract.summary[:1].isupper()
    assert not route.contract.summary.endswith(".")
    assert route.contract.tag.strip()
    assert route.path == "/healthz" or route.path.startswith(("/v1/", "/docs", "/openapi.json"))


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_somebody_has_the_right_that_a_route_asks_for(route: Operation) -> None:
    contract = route.contract
    if contract.public:
        assert contract.action is None
        return
    everyone = [rights_of(Principal("ten_A", "usr_1", role)) for role in ASSIGNABLE_ROLES]
    assert any(contract.action in rights.get(contract.resource or "", {}) for rights in everyone)


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_methods_and_contracts_agree(route: Operation) -> None:
    contract = route.contract
    reading = route.method in ("GET", "HEAD")
    if reading:
        assert contract.body is None
        assert not contract.writes
        assert not contract.precondition
    if contract.listed:
        assert reading
        assert contract.query is not None
    if contract.precondition:
        assert contract.writes


def test_no_two_paths_differ_only_in_a_parameter_s_name() -> None:
    import re

    shapes: dict[str, set[str]] = {}
    for route in routes():
        shapes.setdefault(re.sub(r"{\w+}", "{}", route.path), set()).add(route.path)
    assert {shape: paths for shape, paths in shapes.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("event", all_events().values(), ids=lambda event: event.detail_type())
def test_an_event_is_documented_and_in_the_past(event: type[Event]) -> None:
    assert event.__doc__
    area, _, fact = event.name.partition(".")
    assert area.isidentifier()
    assert fact.isidentifier()
    assert event.version >= 1
