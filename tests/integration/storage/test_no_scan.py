"""No handler can scan the table: no code does, no role may, and the driver offers no way."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.template import load
from shared.storage.driver import Table
from tests.world import ROOT

SOURCES = sorted(p for part in ("shared", "functions") for p in (ROOT / part).rglob("*.py"))
FORBIDDEN = {"scan", "Scan", "execute_statement", "ExecuteStatement", "PartiQL"}


def names_in(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_code_scans() -> None:
    assert len(SOURCES) > 100
    guilty = {str(p.relative_to(ROOT)) for p in SOURCES if FORBIDDEN & set(names_in(p))}
    assert guilty == set()


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


def test_no_role_may_scan() -> None:
    roles = [
        resource
        for resource in load(ROOT / "template.yaml").resources.values()
        if resource["Type"].startswith("AWS::IAM::")
    ]
    actions = {action for role in roles for action in actions_in(role["Properties"])}
    assert "dynamodb:GetItem" in actions
    assert not {a for a in actions if a in ("*", "dynamodb:*", "dynamodb:Scan") or "PartiQL" in a}


@pytest.mark.parametrize("name", ["connection"])
def test_only_the_driver_reaches_the_connection(name: str) -> None:
    users = {str(p.relative_to(ROOT)) for p in SOURCES if name in set(names_in(p))}
    assert users <= {"shared/storage/driver.py"}
