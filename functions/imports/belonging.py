"""Which account a row belongs to: found by what the file calls it, made when the mapping says."""

from collections.abc import Iterable
from dataclasses import replace

from functions.imports.adapters.accounts import ACCOUNTS
from functions.imports.adapters.extras import Reference
from functions.imports.finding import Finder
from functions.imports.made_accounts import MadeAccounts
from functions.imports.mapping import Options
from functions.imports.row_keys import Token, tokens_of
from shared.domain.access import Scope, grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, new_account
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    AlreadyHandled,
    ConcurrentChange,
    DuplicatesFound,
    InvalidInput,
)
from shared.domain.ids import derived_id
from shared.domain.imports import ImportJob
from shared.domain.matching.companies import company_name
from shared.domain.text import fold
from shared.storage import matching
from shared.storage.customer_entry import enter_customer
from shared.storage.store import Store

MOST_TOLD = 10


class Homes:
    """The accounts that the rows of a chunk name. What was found is kept for the chunk."""

    def __init__(self, store: Store, context: Context, job: ImportJob, options: Options) -> None:
        self._store, self._context, self._job = store, context, job
        self._policy = options.accounts
        self._finder = Finder(store, ACCOUNTS)
        right = grant(context.principal, "account", "read")
        self._reader = replace(right, at=context.now)
        self._found: dict[Reference, tuple[Account, ...]] = {}
        self._made: set[str] = set()
        self._refused: dict[Reference, InvalidInput] = {}

    def learn(self, references: Iterable[Reference]) -> None:
        """Look all of them up: ids and outside ids a hundred at once, names one by one."""
        new = [each for each in dict.fromkeys(references) if each not in self._found]
        by_id = {each: each.value for each in new if each.by == "id"}
        loaded = self._finder.loaded(by_id.values())
        for reference, entity_id in by_id.items():
            self._found[reference] = self._readable(
                [loaded[entity_id]] if entity_id in loaded else []
            )
        tokens = {
            each: self._token(each) for each in new if each.by in ("external_id", "tax_number")
        }
        holders = self._finder.find(token for token in tokens.values() if token)
        for reference, token in tokens.items():
            self._found[reference] = self._readable(holders.get(token or "", ()))
        for reference in new:
            if reference.by == "name":
                self._found[reference] = self._named(reference.value)

    def of(self, references: tuple[Reference, ...]) -> str | None:
        """The account, or None when the row names none (or none that is there, which may be).

        Raises InvalidInput: `account_ambiguous` with the candidates, `account_not_found`,
        `account_unusable` when a new one cannot be made.
        """
        self.learn(references)
        for reference in references:
            found = self._found[reference]
            if len(found) > 1:
                raise _ambiguous(reference, found)
            if found:
                return found[0].id
        if not references or self._policy == "link":
            return None
        if self._policy == "create":
            return self._make_once(references)
        first = references[0]
        message = f"There is no account with the {first.by} '{first.value[:80]}'."
        raise InvalidInput.of(first.field, "account_not_found", message)

    def _token(self, reference: Reference) -> Token | None:
        tokens = tokens_of([reference.by], {reference.by: reference.value}, None)[0]
        return tokens[0] if tokens else None

    def _named(self, name: str) -> tuple[Account, ...]:
        """Accounts of exactly this name (or other name), whatever its case and width."""
        key = company_name(name).key
        found = matching.find(self._store.table, self._store.tenant, [f"company:{key}"[:120]])
        records = self._finder.loaded(m.id for m in found if m.kind == Account.kind)
        wanted = fold(name)
        return self._readable(
            account
            for account in records.values()
            if isinstance(account, Account)
            and wanted in {fold(text) for text in (account.name, *account.aliases)}
        )

    def _readable(self, records: Iterable[Entity]) -> tuple[Account, ...]:
        return tuple(
            record
            for record in records
            if isinstance(record, Account)
            and record.deleted_at is None
            and self._reader.covers(record)
        )

    def _make_once(self, references: tuple[Reference, ...]) -> str:
        """What was refused once is refused for every row of the chunk."""
        last = references[-1]
        if last in self._refused:
            raise self._refused[last]
        try:
            return self._make(references)
        except InvalidInput as refusal:
            self._refused[last] = refusal
            raise

    def _make(self, references: tuple[Reference, ...]) -> str:
        """A new account of the name that the row gives, stored at once: other rows name it too."""
        named = next((each for each in references if each.by == "name"), None)
        if named is None:
            message = "A new account needs a name; the file gives only its number."
            raise InvalidInput.of(references[0].field, "account_unusable", message)
        said = {each.by: each.value for each in references if each.by == "external_id"}
        at = self._job.started_at or self._job.created_at
        words = said.get("external_id") or fold(named.value)
        account_id = derived_id(Account.prefix, at, self._job.id, "account", words)
        if account_id in self._made:
            return account_id
        account = new_account(
            self._context,
            AccountInput.model_validate({"name": named.value, **said}),
            channel="import",
            account_id=account_id,
            created_at=at,
            **self._whose(),
        )
        self._store_new(account, named)
        self._made.add(account_id)
        for each in references:
            self._found[each] = (account,)
        return account_id

    def _whose(self) -> dict[str, str | None]:
        caller = self._context.principal
        mine = self._reader.scope is not Scope.ALL
        team = next(iter(caller.teams), None)
        return {"owner": caller.actor, "team": team} if mine else {"owner": None, "team": None}

    def _store_new(self, account: Account, named: Reference) -> None:
        """Another lane, or this chunk before it crashed, may have stored it already."""
        if self._finder.loaded([account.id]):
            return
        unit = self._store.begin(self._context)
        try:
            enter_customer(self._store, unit, self._context, account, channel="import")
            MadeAccounts(self._store, self._job).note(self._context, unit, account.id)
            unit.commit()
        except DuplicatesFound as like:
            ids = [c["id"] for c in (like.details or {})["candidates"] if "id" in c]
            message = f"'{named.value[:80]}' looks like an account that is there: {', '.join(ids)}."
            raise InvalidInput.of(named.field, "account_ambiguous", message) from None
        except (AlreadyExists, AlreadyHandled, ConcurrentChange):
            if not self._finder.loaded([account.id]):
                raise


def _ambiguous(reference: Reference, found: tuple[Account, ...]) -> InvalidInput:
    ids = ", ".join(sorted(account.id for account in found)[:MOST_TOLD])
    message = f"Several accounts have the {reference.by} '{reference.value[:80]}': {ids}."
    return InvalidInput.of(reference.field, "account_ambiguous", message)
