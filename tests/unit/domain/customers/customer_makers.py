"""Customers as the rules see them: no table, no clock."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, ContactInput, new_account, new_contact
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer

C = TypeVar("C", bound=Customer)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def context(now: datetime = NOW) -> Context:
    """A command of an admin in China."""
    return Context(Principal("ten_A", "usr_A", Role.ADMIN, region="CN"), now, lambda: bytes(10))


def account(**fields: Any) -> Account:
    """A stored account."""
    given = AccountInput.model_validate({"name": "华为技术有限公司", **fields})
    return stored(new_account(context(), given, channel="api"))


def contact(**fields: Any) -> Contact:
    """A stored contact."""
    given = ContactInput.model_validate({"name": "王伟", **fields})
    return stored(new_contact(context(), given, channel="api"))


def stored(customer: C) -> C:
    """As it comes back from the table."""
    return type(customer).from_document(customer.as_stored().document())
