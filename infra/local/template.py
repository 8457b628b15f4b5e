"""Reads template.yaml: intrinsic functions in either spelling become the long form.

Nothing is resolved here. Which resource a value points at can be asked; what its ARN or name is,
only the embedded cloud's CloudFormation knows (see stack.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TemplateError(Exception):
    """The template is missing or says something the laptop runtime cannot serve."""


class _TemplateLoader(_Loader):
    """Knows CloudFormation's short tags."""


def _intrinsic(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_TemplateLoader.add_multi_constructor("!", _intrinsic)


class Template:
    """The template's resources, with each function's properties completed from Globals."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.resources: dict[str, dict[str, Any]] = content["Resources"]
        self._globals: dict[str, Any] = content.get("Globals") or {}

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Logical id and properties of every resource of a kind."""
        for logical_id, resource in self.resources.items():
            if resource["Type"] == kind:
                yield logical_id, resource.get("Properties") or {}

    def environment(self) -> dict[str, Any]:
        """The environment variables that all functions share, unresolved."""
        function = self._globals.get("Function") or {}
        return (function.get("Environment") or {}).get("Variables") or {}

    def default(self, name: str, fallback: Any) -> Any:
        """What Globals say about a property of functions."""
        return (self._globals.get("Function") or {}).get(name, fallback)


def load(path: Path) -> Template:
    """Read a template. Raises TemplateError when it is missing or is no template."""
    try:
        content = yaml.load(path.read_text("utf-8"), _TemplateLoader)
    except OSError as error:
        raise TemplateError(f"{path.name} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("Resources"), dict):
        raise TemplateError(f"{path.name} has no Resources")
    return Template(content)


def points_at(value: Any) -> str:
    """The logical id that a Ref, GetAtt or Sub points at; a plain text is taken as it is."""
    match value:
        case str():
            return value
        case {"Ref": str(logical_id)}:
            return logical_id
        case {"Fn::GetAtt": [str(logical_id), *_]}:
            return logical_id
        case {"Fn::GetAtt": str(path)}:
            return path.partition(".")[0]
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            for name in re.findall(r"\$\{([A-Za-z0-9]+)(?:\.\w+)?\}", text):
                return name
        case {"Fn::Join": [_, list(parts)]}:
            return next(points_at(part) for part in parts if isinstance(part, dict))
    raise TemplateError(f"cannot tell which resource is meant by {value!r}")
