"""The two kinds of customer: what differs between their otherwise equal routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from functions.customers.schemas import (
    AccountChange,
    AccountQuery,
    BulkAccounts,
    BulkContacts,
    ContactChange,
    ContactQuery,
    NewAccount,
    NewContact,
)
from shared.domain.customers import capture
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact


@dataclass(frozen=True, slots=True)
class CustomerKind:
    """One kind of customer: its record, and how input becomes one."""

    entity: type[Account] | type[Contact]
    a: str
    new: type[BaseModel]
    change: type[BaseModel]
    query: type[BaseModel]
    bulk: type[BaseModel]
    make: Callable[..., Any]
    alter: Callable[..., Any]

    @property
    def name(self) -> str:
        """`account`: its rights, its path parameter."""
        return self.entity.kind

    @property
    def plural(self) -> str:
        """`accounts`: its collection."""
        return f"{self.entity.kind}s"


ACCOUNT = CustomerKind(
    entity=Account,
    a="an account",
    new=NewAccount,
    change=AccountChange,
    query=AccountQuery,
    bulk=BulkAccounts,
    make=capture.new_account,
    alter=capture.change_account,
)
CONTACT = CustomerKind(
    entity=Contact,
    a="a contact",
    new=NewContact,
    change=ContactChange,
    query=ContactQuery,
    bulk=BulkContacts,
    make=capture.new_contact,
    alter=capture.change_contact,
)
KINDS = (ACCOUNT, CONTACT)
