"""From what somebody said about a customer to a valid record, and to a changed one.

The same code serves the API, imports and conversion, so that a rule exists once.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field

from shared.domain.context import Context
from shared.domain.customers.account import Account, AccountFields
from shared.domain.customers.contact import MOST_ACCOUNTS, Contact, ContactFields
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import (
    MOST_ADDRESSES,
    MOST_PHONES,
    Address,
    Phone,
    PhoneUse,
    Reach,
    TaxNumber,
)
from shared.domain.customers.places import require_consistent
from shared.domain.customers.tax_numbers import checked_tax_number
from shared.domain.entity import Moment, Value
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.base import Event
from shared.domain.events.customers import (
    AccountChanged,
    AccountCreated,
    Channel,
    ContactChanged,
    ContactCreated,
)
from shared.domain.names import display_name
from shared.domain.phone import parse_phone
from shared.domain.text import Line
from shared.domain.told import readable_number, told_by_schema

C = TypeVar("C", bound=Customer)


def _tax_number(given: TaxNumber | None) -> TaxNumber | None:
    if given is None:
        return None
    return told_by_schema(lambda: checked_tax_number(given), "tax_number")


def _addresses(given: tuple[Address, ...]) -> tuple[Address, ...]:
    told_by_schema(lambda: require_consistent(given), "addresses")
    return given


class PhoneInput(Reach):
    """A telephone number as typed."""

    number: Annotated[Line, Field(min_length=1, max_length=64), AfterValidator(readable_number)]
    kind: PhoneUse = "mobile"


class Phones(Value):
    """The numbers of a customer as clients give them."""

    phones: Annotated[tuple[PhoneInput, ...], Field(max_length=MOST_PHONES)] = ()


class Addresses(Value):
    """The addresses of a customer, each in itself without contradiction."""

    addresses: Annotated[
        tuple[Address, ...], Field(max_length=MOST_ADDRESSES), AfterValidator(_addresses)
    ] = ()


class AccountInput(Addresses, Phones, AccountFields):  # pyright: ignore[reportIncompatibleVariableOverride]
    """Account fields as clients give them."""

    tax_number: Annotated[TaxNumber | None, AfterValidator(_tax_number)] = None


class ContactInput(Addresses, Phones, ContactFields):  # pyright: ignore[reportIncompatibleVariableOverride]
    """Contact fields as clients give them."""


CustomerInput = AccountInput | ContactInput


def new_account(
    context: Context,
    given: AccountInput,
    *,
    channel: Channel,
    account_id: str | None = None,
    created_at: Moment | None = None,
    created_by: str | None = None,
    **more: Any,
) -> Account:
    """A new account from checked input; `more` are fields that clients do not give (owner, team).

    `created_at` and `created_by` keep the authorship of imported history. Raises InvalidInput with
    every bad field.
    """
    fields = checked(context, given, set(AccountInput.model_fields)) | more
    stamp = _stamp(Account, context, account_id, created_at, created_by)
    return Account.model_validate({**fields, **stamp}).recording(
        AccountCreated(channel=channel, source=given.source)
    )


def new_contact(
    context: Context,
    given: ContactInput,
    *,
    channel: Channel,
    contact_id: str | None = None,
    created_at: Moment | None = None,
    created_by: str | None = None,
    **more: Any,
) -> Contact:
    """A new contact from checked input, as `new_account`."""
    fields = checked(context, given, set(ContactInput.model_fields)) | more
    accounts = (given.account,) if given.account else ()
    stamp = _stamp(Contact, context, contact_id, created_at, created_by)
    return Contact.model_validate({"accounts": accounts, **fields, **stamp}).recording(
        ContactCreated(channel=channel, source=given.source)
    )


def change_account(
    context: Context, account: Account, given: AccountInput, names: set[str]
) -> Account:
    """The account with the named fields as given; the same one when that changes nothing.

    `custom` is merged, its null values remove an entry. Raises InvalidInput.
    """
    if "parent" in names and given.parent == account.id:
        raise InvalidInput.of("parent", "parent_is_itself", "An account is not its own parent.")
    return _changed(context, account, given, names, lambda f: AccountChanged(fields=f))


def change_contact(
    context: Context, contact: Contact, given: ContactInput, names: set[str]
) -> Contact:
    """The contact with the named fields as given, as `change_account`.

    Another main account joins those it stands for; the one before stays until that is ended.
    """
    return _changed(context, contact, given, names, lambda f: ContactChanged(fields=f))


def checked(
    context: Context, given: CustomerInput, names: set[str], before: Customer | None = None
) -> dict[str, Any]:
    """The named fields as they are stored. Raises InvalidInput with every bad field at once."""
    fields = {name: getattr(given, name) for name in names & set(type(given).model_fields)}
    errors: list[FieldError] = []
    if "phones" in fields:
        fields["phones"] = _phones(given, context.principal.region, errors)
    if "birthday" in fields and given.birthday and given.birthday > context.now.date():
        errors.append(FieldError("birthday", "in_the_future", "Nobody is born in the future."))
    if "custom" in fields:
        merged = {**(before.custom if before else {}), **given.custom}
        fields["custom"] = {k: v for k, v in merged.items() if v is not None}
    _name(fields, before, errors)
    errors += _one_primary(fields)
    if errors:
        raise InvalidInput(errors)
    return {n: None if v == "" else v for n, v in fields.items()}


def _changed(
    context: Context,
    record: C,
    given: CustomerInput,
    names: set[str],
    event: Callable[[tuple[str, ...]], Event],
) -> C:
    fields = checked(context, given, names & set(type(record).model_fields), record)
    changed = {n: v for n, v in fields.items() if getattr(record, n) != v}
    if not changed:
        return record
    if isinstance(record, Contact) and changed.get("account"):
        changed["accounts"] = _with_account(record, str(changed["account"]))
    own = {n: source for n, source in record.provenance.items() if n not in changed}
    return record.evolve(context, event(tuple(sorted(changed))), **changed, provenance=own)


def _with_account(contact: Contact, account: str) -> tuple[str, ...]:
    if account in contact.accounts:
        return contact.accounts
    if len(contact.accounts) >= MOST_ACCOUNTS:
        message = f"A contact stands for at most {MOST_ACCOUNTS} accounts."
        raise InvalidInput.of("account", "too_many", message)
    return (*contact.accounts, account)


def _phones(
    given: CustomerInput, region: str | None, errors: list[FieldError]
) -> tuple[Phone, ...]:
    found: list[Phone] = []
    for n, entry in enumerate(given.phones):
        try:
            number = parse_phone(entry.number, region, f"phones.{n}.number")
        except InvalidInput as refusal:
            errors += refusal.errors
            continue
        found.append(Phone.model_validate({**entry.model_dump(), "number": number}))
    return tuple(found)


def _name(fields: dict[str, Any], before: Customer | None, errors: list[FieldError]) -> None:
    """The name to show: as given, else made of given and family name. One is always needed."""
    if before is not None and not {"name", "given_name", "family_name"} & fields.keys():
        return
    parts = {
        part: fields.get(part, getattr(before, part, None))
        for part in ("given_name", "family_name")
    }
    own = fields.get("name") or display_name(parts["given_name"], parts["family_name"])
    own = own or (before.name if before is not None and "name" not in fields else None)
    if own:
        fields["name"] = own
    else:
        errors.append(FieldError("name", "required", "A customer has a name."))


def _one_primary(fields: dict[str, Any]) -> list[FieldError]:
    message = "Only one of them is the primary one."
    return [
        FieldError(name, "several_primary", message)
        for name in ("phones", "emails", "addresses")
        if sum(1 for entry in fields.get(name) or () if entry.primary) > 1
    ]


def _stamp(
    entity: type[Customer],
    context: Context,
    given_id: str | None,
    created_at: Moment | None,
    created_by: str | None,
) -> dict[str, Any]:
    stamp = entity.stamp(context, given_id)
    if created_at is not None:
        stamp["created_at"] = created_at
    if created_by is not None:
        stamp["created_by"] = created_by
    return stamp
