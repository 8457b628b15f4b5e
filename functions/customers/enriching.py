"""Enrichment: an outside source fills what is empty, and each field says where it is from."""

from functions.customers import use_cases
from functions.customers.kinds import ACCOUNT
from functions.customers.known_schemas import Enrichment
from shared.domain.access import field_rules, refuse_ruled_fields
from shared.domain.customers.account import Account
from shared.http.call import AnyCall


def enrich(call: AnyCall, account_id: str, given: Enrichment) -> Account:
    """Fill the empty ones of the given fields. What somebody entered is never overwritten.

    `provenance` names the source of each filled field until the field is changed.
    """
    account = call.load(Account, account_id)
    names = given.fields.model_fields_set
    refuse_ruled_fields(field_rules(call.context.principal, Account.kind), names)
    empty = {name for name in names if getattr(account, name) in (None, (), "", {})}
    filled = ACCOUNT.alter(call.context, account, given.fields, empty)
    if filled is account:
        return account
    changed = {n for n in empty if getattr(filled, n) != getattr(account, n)}
    provenance = {**account.provenance, **dict.fromkeys(changed, given.source)}
    after = filled.evolve(call.context, provenance=provenance)
    stored = use_cases.store(call, account, after)
    assert isinstance(stored, Account)
    return stored
