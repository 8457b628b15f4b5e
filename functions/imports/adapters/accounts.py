"""Accounts as imports and exports see them."""

from typing import Any, cast

from functions.imports.adapters.base import Making
from functions.imports.adapters.customer_fields import COMMON, PERSON, REACHES
from functions.imports.adapters.customers import CustomerKind, CustomerRow, renamed
from functions.imports.proposals import Target
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, new_account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.errors import InvalidInput
from shared.domain.events.customers import AccountChanged
from shared.storage.customer_filters import AccountFilters
from shared.storage.store import Store

_OWN = (
    Target(field="name", concept="company", names=("account name", "customer", "客户")),
    Target(field="type", names=("account type",), choices=("company", "individual")),
    Target(field="tax_number", names=("tax number", "vat", "统一社会信用代码", "税号", "uscc")),
    Target(field="website", concept="website"),
    Target(field="industry", concept="industry"),
    Target(field="company_size", concept="company_size", type="number"),
    Target(field="aliases", type="list", names=("aliases", "short name", "简称", "曾用名")),
    Target(field="parent.name", names=("parent account", "parent company", "上级客户", "母公司")),
)
_HIDDEN_PARTS = (
    Target(field="tax_number.scheme", choices=("uscc", "vat", "other")),
    Target(field="tax_number.value"),
    Target(field="parent.id"),
    Target(field="parent.external_id"),
    Target(field="parent.tax_number"),
)


_FIXED = {t.field: t for t in (*COMMON, *PERSON, *REACHES, *_HIDDEN_PARTS, *_OWN)}


class Accounts(CustomerKind):
    """The adapter of accounts; `parent` is the account above."""

    name = "account"
    entity: type[Entity] = Account
    relation = "parent"
    keys = frozenset({"external_id", "emails", "phones", "identities", "tax_number"})
    input_model = AccountInput
    filters = AccountFilters
    importable = frozenset(AccountInput.model_fields) | {"owner", "team", "deleted_at"}
    targets = (*_OWN, *(t for t in COMMON if t.field != "name"), *REACHES)
    fixed = _FIXED
    plain_fields = frozenset(Account.model_fields) - {"timers", "contested", "helpers", "review"}
    export_fields = (
        *("id", "external_id", "name", "type", "tax_number.value", "website", "industry"),
        *("company_size", "phones.mobile", "phones.work", "emails.work", "addresses.work.country"),
        *("addresses.work.province", "addresses.work.city", "addresses.work.street"),
        *("lifecycle", "grade.value", "parent", "source", "owner", "team", "tags"),
        *("created_at", "updated_at"),
    )

    def changed(self, fields: tuple[str, ...]) -> AccountChanged:
        """`account.changed`."""
        return AccountChanged(fields=fields)

    def create(self, context: Context, given: CustomerRow, making: Making) -> Account:
        """A new account whose time of creation agrees with its id."""
        try:
            return new_account(
                context,
                cast(AccountInput, given.input),
                channel="import",
                account_id=making.id,
                created_at=making.at,
                created_by=making.created_by,
                **_owner(making),
            )
        except InvalidInput as refusal:
            raise renamed(refusal, given) from None

    def worked_on(self, store: Store, record: Entity) -> bool:
        """Notes, people or subsidiaries."""
        below = (Contact, Account)
        found = (store.children(kind, record.id, limit=1).documents for kind in below)
        return super().worked_on(store, record) or any(found)


def _owner(making: Making) -> dict[str, Any]:
    return {"owner": making.owner, "team": making.team}


ACCOUNTS = Accounts()
