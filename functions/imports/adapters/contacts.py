"""Contacts as imports and exports see them."""

from typing import Any, cast

from functions.imports.adapters.base import Making
from functions.imports.adapters.customer_fields import COMMON, PERSON, REACHES, REFERENCES
from functions.imports.adapters.customers import CustomerKind, CustomerRow, renamed
from functions.imports.proposals import Target
from shared.domain.context import Context
from shared.domain.customers.capture import ContactInput, new_contact
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.entity import Entity
from shared.domain.errors import InvalidInput
from shared.domain.events.customers import ContactChanged
from shared.storage.customer_filters import ContactFilters

_OWN = (
    Target(field="job_title", concept="job_title"),
    Target(field="department", concept="department"),
    Target(field="account.name", concept="company"),
    Target(field="roles", type="list", names=("roles", "buying role", "角色")),
)
_REFERENCES = tuple(Target(field=f"account.{by}") for by in REFERENCES if by != "name")


_FIXED = {t.field: t for t in (*COMMON, *PERSON, *_OWN, *_REFERENCES, *REACHES)}


class Contacts(CustomerKind):
    """The adapter of contacts; `account` is the one they mainly stand for."""

    name = "contact"
    entity: type[Entity] = Contact
    relation = "account"
    keys = frozenset({"external_id", "emails", "phones", "identities"})
    input_model = ContactInput
    filters = ContactFilters
    importable = frozenset(ContactInput.model_fields) | {"accounts", "owner", "team", "deleted_at"}
    targets = (*COMMON, *PERSON, *_OWN, *REACHES)
    fixed = _FIXED
    plain_fields = frozenset(Contact.model_fields) - {"timers", "contested", "helpers", "review"}
    export_fields = (
        *("id", "external_id", "name", "given_name", "family_name", "job_title", "department"),
        *("account", "phones.mobile", "phones.work", "emails.work", "emails.personal"),
        *("addresses.work.country", "addresses.work.province", "addresses.work.city"),
        *("addresses.work.street", "identities.wechat", "source", "owner", "team", "tags"),
        *("created_at", "updated_at"),
    )

    def changed(self, fields: tuple[str, ...]) -> ContactChanged:
        """`contact.changed`."""
        return ContactChanged(fields=fields)

    def create(self, context: Context, given: CustomerRow, making: Making) -> Contact:
        """A new contact whose time of creation agrees with its id."""
        try:
            return new_contact(
                context,
                cast(ContactInput, given.input),
                channel="import",
                contact_id=making.id,
                created_at=making.at,
                created_by=making.created_by,
                owner=making.owner,
                team=making.team,
            )
        except InvalidInput as refusal:
            raise renamed(refusal, given) from None

    def relation_fields(self, record: Customer, account: str) -> dict[str, Any]:
        """The main account, which is also one of all of them."""
        known = cast(Contact, record).accounts
        return {"account": account, "accounts": tuple(dict.fromkeys((*known, account)))}


CONTACTS = Contacts()
