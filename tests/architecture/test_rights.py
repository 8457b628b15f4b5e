"""The rights that code needs at AWS are the rights that its role has."""

import re

from infra.synth.grants import GRANTS
from infra.synth.outputs import ROOT

ADMIN_CALL = re.compile(
    r"\badmin_(?:create|disable|enable|initiate|respond|set|user|get|list|reset|update|delete|forget|confirm|link|add|remove)_?\w*"
)


def actions(grant: str) -> set[str]:
    """The actions that a grant of functions.yaml allows."""
    return {action for statement in GRANTS[grant] for action in statement["Action"]}


def test_the_right_to_manage_users_is_what_access_calls() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "functions/access").glob("*.py")]
    called = {name.replace("_", "") for text in sources for name in ADMIN_CALL.findall(text)}
    granted = {action.removeprefix("cognito-idp:").lower() for action in actions("users")}
    assert called == granted


def test_the_right_to_remove_users_is_what_offboarding_calls() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "functions/offboarding").glob("*.py")]
    called = {name.replace("_", "") for text in sources for name in ADMIN_CALL.findall(text)}
    granted = {action.removeprefix("cognito-idp:").lower() for action in actions("users.remove")}
    assert called == granted


def test_one_grant_alone_scans() -> None:
    scanning = re.compile("scan|partiql", re.IGNORECASE)
    everything = {action for grant in GRANTS for action in actions(grant)}
    assert "dynamodb:Query" in everything
    found = {grant for grant in GRANTS if any(scanning.search(a) for a in actions(grant))}
    assert found == {"table.scan"}
