"""By what a person is recognised who had their data erased and comes back."""

from shared.domain.customers.customer import Customer
from shared.domain.leads.model import Lead


def claims_of(record: Customer | Lead) -> frozenset[str]:
    """What identifies the person of a record, alike for customers and leads."""
    if isinstance(record, Customer):
        return frozenset(record.claims())
    found: list[str] = []
    if record.phone is not None:
        found.append(f"phone::{record.phone.e164}")
    if record.email is not None:
        found.append(f"email::{record.email.casefold()}")
    return frozenset(found)
