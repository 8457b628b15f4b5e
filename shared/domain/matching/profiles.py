"""How accounts, contacts and leads look to matching; what many share identifies nobody."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.domain.matching.profile import Profile
from shared.domain.text import fold

if TYPE_CHECKING:
    from shared.domain.customers.account import Account
    from shared.domain.customers.contact import Contact
    from shared.domain.customers.customer import Customer
    from shared.domain.customers.parts import Address
    from shared.domain.entity import Entity
    from shared.domain.leads.model import Lead


def matched_kinds() -> Mapping[str, "type[Account] | type[Contact] | type[Lead]"]:
    """The kinds of records that may mean the same customer, by name."""
    from shared.domain.customers.account import Account
    from shared.domain.customers.contact import Contact
    from shared.domain.leads.model import Lead

    return {Account.kind: Account, Contact.kind: Contact, Lead.kind: Lead}


def profile_of(record: "Entity") -> Profile:
    """The profile of an account, contact or lead. Raises TypeError for any other kind."""
    from shared.domain.customers.account import Account
    from shared.domain.customers.contact import Contact
    from shared.domain.leads.model import Lead

    match record:
        case Account():
            return account_profile(record)
        case Contact():
            return contact_profile(record)
        case Lead():
            return lead_profile(record)
        case _:
            raise TypeError(f"a {record.kind} is never a duplicate")


def account_profile(account: "Account") -> Profile:
    """An account: a company by all its names, or an individual."""
    company = account.type == "company"
    tax = account.tax_number
    return _customer(
        account,
        is_company=company,
        names=(account.name, *account.aliases),
        domains=domains_of(account.website),
        tax=f"{tax.scheme}:{tax.value}" if tax else None,
    )


def contact_profile(contact: "Contact") -> Profile:
    """A contact: a person."""
    return _customer(contact, is_company=False, names=(contact.name,))


def lead_profile(lead: "Lead") -> Profile:
    """A lead: a person of a company, or only a company."""
    named = bool(lead.name or lead.given_name or lead.family_name)
    company = (lead.company,) if lead.company else ()
    return Profile(
        kind=lead.kind,
        id=lead.id,
        is_company=not named and bool(company),
        names=((lead.name,) if lead.name else ()) if named else company,
        given=lead.given_name,
        family=lead.family_name,
        employers=company if named else (),
        phones=frozenset((lead.phone.e164,) if lead.phone else ()),
        emails=frozenset((lead.email.casefold(),) if lead.email else ()),
        domains=domains_of(lead.website),
        city=lead.city,
        region=lead.region,
    )


def _customer(
    record: "Customer",
    *,
    is_company: bool,
    names: tuple[str, ...],
    domains: frozenset[str] = frozenset(),
    tax: str | None = None,
) -> Profile:
    address = _best(record.addresses)
    return Profile(
        kind=record.kind,
        id=record.id,
        is_company=is_company,
        names=tuple(name for name in names if name),
        given=None if is_company else record.given_name,
        family=None if is_company else record.family_name,
        phones=frozenset(_phones(record)),
        emails=frozenset(_emails(record)),
        domains=domains,
        tax=tax,
        identities=frozenset(":".join(identity.claim) for identity in record.identities),
        birthday=record.birthday,
        street=address.street if address else None,
        city=(address.city or address.province) if address else None,
        postcode=address.postcode if address else None,
        region=address.province if address else None,
    )


def _phones(record: "Customer") -> Iterable[str]:
    usable = (p for p in record.phones if not p.shared and p.validity != "invalid")
    return (p.number.e164 for p in usable if p.kind != "fax")


def _emails(record: "Customer") -> Iterable[str]:
    usable = (e for e in record.emails if not e.shared and e.validity != "invalid")
    return (e.address.casefold() for e in usable)


def _best(addresses: Iterable["Address"]) -> "Address | None":
    return max(addresses, key=lambda a: (a.primary, bool(a.street), bool(a.postcode)), default=None)


def domains_of(website: str | None) -> frozenset[str]:
    """The host of a website's address, however it was typed; nothing when there is none."""
    if not website:
        return frozenset()
    text = fold(website)
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:  # brackets that hold no address
        return frozenset()
    return frozenset((host.removeprefix("www."),)) if host and "." in host else frozenset()
