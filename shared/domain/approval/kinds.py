"""The kinds of records that can be approved. One more kind is one more entry."""

from collections.abc import Mapping
from typing import Any

from shared.domain.approval.large_exports import LargeExport
from shared.domain.approval.subjects import NewRecord, Reviewable
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.customers.contact import Contact
from shared.domain.errors import NotFound
from shared.domain.events import customers as told

_ACCOUNT = {"name": 30, "phones": 20, "addresses": 15, "tax_number": 15, "emails": 10}
_CONTACT = {"name": 30, "phones": 25, "emails": 20, "account": 15, "job_title": 10}

REVIEWABLE: Mapping[str, Reviewable[Any]] = {
    "account": NewRecord(
        Account,
        frozenset(AccountInput.model_fields),
        {**_ACCOUNT, "industry": 10},
        told.AccountSubmitted,
        told.AccountReturned,
        told.AccountCreated,
    ),
    "contact": NewRecord(
        Contact,
        frozenset(ContactInput.model_fields),
        _CONTACT,
        told.ContactSubmitted,
        told.ContactReturned,
        told.ContactCreated,
    ),
    "export": LargeExport(),
}


def reviewable(kind: str) -> Reviewable[Any]:
    """How this kind is approved. Raises NotFound for kinds that are not."""
    if kind not in REVIEWABLE:
        raise NotFound("Records of this kind are not reviewed.")
    return REVIEWABLE[kind]
