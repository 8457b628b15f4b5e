"""Contexts and customers for the tests of conversion."""

import itertools
from datetime import UTC, datetime
from typing import Any

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, new_account

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_numbers = itertools.count(1)


def context(now: datetime = NOW) -> Context:
    """An admin's command at a fixed time."""
    caller = Principal("ten_A", "usr_A", Role.ADMIN, region="CN")
    return Context(caller, now, lambda: next(_numbers).to_bytes(10, "big"))


def account(**fields: Any) -> Account:
    """A stored account."""
    given = AccountInput.model_validate({"name": "Siemens AG", **fields})
    return new_account(context(), given, channel="api").as_stored()
