"""The JSON schema of every kind of record that the product's kernel defines."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

import shared.domain
from shared.domain.entity import Entity

M = TypeVar("M", bound=BaseModel)


@cache
def schemas_of_kinds() -> dict[str, dict[str, Any]]:
    """Kind -> schema. Imports all of the kernel's modules, which only a finished archive needs."""
    for module in pkgutil.walk_packages(shared.domain.__path__, "shared.domain."):
        importlib.import_module(module.name)
    for model in _below(BaseModel):
        if model.__module__.startswith("shared."):
            model.model_rebuild()  # pydantic puts it off until first use, which writes no defaults
    return {
        entity.kind: entity.model_json_schema(mode="serialization")
        for entity in _below(Entity)
        if "kind" in vars(entity)
    }


def _below(model: type[M]) -> Iterator[type[M]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)
