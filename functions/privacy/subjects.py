"""Whose data it is about: accounts, contacts and leads, asked for with the caller's own rights."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.domain.access import grant
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import InvalidInput
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall

Subject = Account | Contact | Lead
SubjectType = type[Account] | type[Contact] | type[Lead]
SUBJECTS: Mapping[str, SubjectType] = {entity.kind: entity for entity in (Account, Contact, Lead)}
CUSTOMERS: Mapping[str, type[Account] | type[Contact]] = {
    "account": Account,
    "contact": Contact,
}


def kind_of_id(record_id: str) -> SubjectType:
    """The kind that an id belongs to. Raises InvalidInput for one that is nobody's."""
    prefix = record_id.partition("_")[0]
    for entity in SUBJECTS.values():
        if entity.prefix == prefix:
            return entity
    raise InvalidInput.of("subject", "subject_unknown", "This is no account, contact or lead.")


def readable(call: AnyCall, kind: str, record_id: str, *, deleted: bool = False) -> Any:
    """The record, if the caller may read it. Raises NotFound, Moved, Forbidden, StaleVersion."""
    right = replace(grant(call.context.principal, kind, "read"), at=call.context.now)
    return replace(call, grant=right).load(SUBJECTS[kind], record_id, deleted=deleted)
