"""Lifecycle and grade of accounts, and the tenant's rules for grades."""

from decimal import Decimal
from typing import Any

from functions.customers import use_cases
from functions.customers.known_schemas import NewGrade, NewLifecycle
from shared.domain.context import Context
from shared.domain.customers import standing
from shared.domain.customers.account import Account
from shared.domain.customers.grading import GradingRules, NewGradingRules, require_known_fields
from shared.domain.errors import StaleVersion
from shared.domain.events.customers import GradingRulesChanged
from shared.http.call import AnyCall
from shared.storage import keys
from shared.storage.overview import sums_in
from shared.storage.store import Store

ATTEMPTS = 5


def change_lifecycle(call: AnyCall, account_id: str, order: NewLifecycle) -> Account:
    """Another stage of life, and why."""
    account = call.load(Account, account_id)
    after = standing.change_lifecycle(call.context, account, order.lifecycle, order.reason)
    return use_cases.put(call, account, after)


def grade_by_hand(call: AnyCall, account_id: str, order: NewGrade) -> Account:
    """A grade that overrides the computed one."""
    account = call.load(Account, account_id)
    after = standing.grade_by_hand(call.context, account, order.grade, order.reason, order.expires)
    return use_cases.put(call, account, after)


def take_back_grade(call: AnyCall, account_id: str) -> Account:
    """The computed grade stands again."""
    account = call.load(Account, account_id)
    return use_cases.put(call, account, graded(call.store, call.context, account, end_manual=True))


def rules_of(store: Store, context: Context) -> GradingRules:
    """The tenant's rules, or none (version 0 of the record)."""
    return store.sole(GradingRules, context)


def replace_rules(call: AnyCall, given: NewGradingRules) -> GradingRules:
    """Store new rules; grading all accounts again follows from the event."""
    require_known_fields(given)
    present = call.expect(rules_of(call.store, call.context))
    event = GradingRulesChanged(rules=len(given.rules))
    changes: dict[str, Any] = {"rules": given.rules, "otherwise": given.otherwise}
    return call.unit.put(present.evolve(call.context, event, **changes))


def graded(
    store: Store,
    context: Context,
    account: Account,
    rules: GradingRules | None = None,
    *,
    end_manual: bool = False,
) -> Account:
    """The account with the grade that the rules give it now."""
    known = rules or rules_of(store, context)
    figures: dict[str, Decimal] = {}
    if known.rules:
        figures = sums_in(store.table.get(keys.figures(store.tenant, account.id)))
    return standing.grade_by_rules(context, account, known, figures, end_manual=end_manual)


def grade_again(store: Store, context: Context, account_id: str, rules: GradingRules) -> None:
    """Bring an account's grade up to date; nothing is written when it is the same."""
    for attempt in range(ATTEMPTS):
        account = store.find(Account, account_id)
        if account is None or account.hidden:
            return
        after = graded(store, context, account, rules)
        if after is account:
            return
        unit = store.begin(context)
        unit.put(after)
        try:
            unit.commit()
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return
