"""docs/data-model.md speaks of every key, index and kind there is."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import functions
import shared.domain as domain
from shared.domain.entity import Entity
from shared.storage import keys

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "data-model.md").read_text("utf-8")
TOLD = set(re.findall(r"`([^`\n]+)`", TEXT))


def key_functions() -> list[str]:
    found = inspect.getmembers(keys, inspect.isfunction)
    return [name for name, f in found if f.__module__ == keys.__name__ and name[0] != "_"]


def kinds() -> set[str]:
    for package in (domain, functions):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    ours = ("shared.", "functions.")
    return {k.kind for k in _all(Entity) if k.__module__.startswith(ours)}


def _all(entity: type[Entity]) -> list[type[Entity]]:
    return [
        k for child in entity.__subclasses__() for k in (child, *_all(child)) if "kind" in dir(k)
    ]


@pytest.mark.parametrize("name", key_functions())
def test_every_key_function_is_described(name: str) -> None:
    assert name in TOLD


@pytest.mark.parametrize("name", keys.INDEXES)
def test_every_index_is_described(name: str) -> None:
    assert name in TOLD


def test_every_kind_of_record_is_described() -> None:
    found = kinds()
    assert len(found) >= 14
    assert found - TOLD == set()


def test_the_number_of_shards_is_the_real_one() -> None:
    assert f"{keys.DUE_SHARDS} partitions" in TEXT
