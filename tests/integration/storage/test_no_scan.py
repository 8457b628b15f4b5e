"""Nobody can scan the table but one use case's maintenance jobs: no other code, role or import."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.template import load
from infra.synth.names import role_id
from shared.storage.driver import Table
from tests.world import ROOT

SOURCES = sorted(p for part in ("shared", "functions") for p in (ROOT / part).rglob("*.py"))
WAY = "shared/storage/whole_table.py"
OPERATIONS = {"Scan", "ExecuteStatement", "BatchExecuteStatement", "PartiQL"}
"""As DynamoDB calls them."""

METHODS = {"scan", "execute_statement", "batch_execute_statement"}
"""As clients call them: forbidden where they are called, or asked for by name."""


def names_in(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def asks_in(source: Path) -> Iterator[str]:
    """Methods that are called, and the names that are handed to whatever is called."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            if _name(node.func) in ("getattr", "get_paginator", "dispatch"):
                yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def scans(source: Path) -> bool:
    return bool(OPERATIONS & set(names_in(source)) or METHODS & set(asks_in(source)))


@pytest.mark.parametrize(
    "line",
    [
        "table.scan()",
        "client.get_paginator('scan')",
        "connection.dispatch('Scan', {})",
        "getattr(client, 'execute_statement')",
        "call = 'ExecuteStatement'",
    ],
)
def test_each_way_of_scanning_is_noticed(tmp_path: Path, line: str) -> None:
    source = tmp_path / "source.py"
    source.write_text(line)
    assert scans(source)


def scanning_use_cases() -> set[str]:
    """The folders whose entry in functions.yaml asks for it."""
    sizes: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text("utf-8"))
    return {name for name, size in sizes.items() if "table.scan" in size.get("access", ())}


def test_one_use_case_at_most_may_scan() -> None:
    assert len(scanning_use_cases()) <= 1


def test_no_code_scans_but_the_one_way() -> None:
    assert len(SOURCES) > 100
    guilty = {str(p.relative_to(ROOT)) for p in SOURCES if scans(p)}
    assert guilty == {WAY}


def test_the_one_way_is_taken_by_that_use_case_only() -> None:
    module = WAY.removesuffix(".py").replace("/", ".")
    users = {p for p in SOURCES if module in p.read_text("utf-8") or imports_from(p, module)}
    folders = {str(p.relative_to(ROOT).parent) for p in users}
    assert folders <= {f"functions/{name}" for name in scanning_use_cases()}


def imports_from(source: Path, module: str) -> bool:
    package, _, name = module.rpartition(".")
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == package
        and name in {alias.name for alias in node.names}
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
    )


def test_the_driver_has_no_scan() -> None:
    assert not hasattr(Table, "scan")


def actions_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "Action":
                yield from [part] if isinstance(part, str) else part
            else:
                yield from actions_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from actions_in(part)


def test_no_other_role_may_scan() -> None:
    roles = {
        name: set(actions_in(resource["Properties"]))
        for name, resource in load(ROOT / "template.yaml").resources.items()
        if resource["Type"].startswith("AWS::IAM::")
    }
    assert any("dynamodb:GetItem" in actions for actions in roles.values())
    guilty = {
        name
        for name, actions in roles.items()
        if any(a in ("*", "dynamodb:*", "dynamodb:Scan") or "PartiQL" in a for a in actions)
    }
    assert guilty == {role_id(name) for name in scanning_use_cases()}


@pytest.mark.parametrize("name", ["connection"])
def test_only_the_driver_reaches_the_connection(name: str) -> None:
    users = {str(p.relative_to(ROOT)) for p in SOURCES if name in set(names_in(p))}
    assert users <= {"shared/storage/driver.py", WAY}
