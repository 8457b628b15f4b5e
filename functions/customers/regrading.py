"""Grades follow what happens: to one account by its events, to all when the rules change."""

from typing import Any

from functions.customers import standing
from functions.customers.messages import MOST_IDS, CustomerJob
from shared.domain.access import Grant, Scope
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.grading import GradingRules
from shared.domain.events.customers import AccountGraded
from shared.domain.ids import is_id
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

FIGURES_AFTER = 20
"""Seconds after an event by which the sums of an overview have followed it."""


def follow(delivery: Delivery) -> None:
    """Something happened that concerns accounts: grade each of them again."""
    rules = _rules(delivery.memo, delivery.store, delivery.context)
    if rules.version == 0:
        return
    done: set[str] = delivery.memo.setdefault(f"graded {delivery.store.tenant}", set())
    concerned = {i for i in delivery.envelope.concerns if is_id(i, Account.prefix)} - done
    for account_id in sorted(concerned):
        done.add(account_id)
        standing.grade_again(delivery.store, delivery.context, account_id, rules)
    if concerned and rules.look_at_figures and not isinstance(delivery.event, AccountGraded):
        _send(delivery.context, sorted(concerned), delay=FIGURES_AFTER)


def grade_all(delivery: Delivery) -> None:
    """The rules changed: send every account to be graded again. Repeating it does no harm."""
    reader = Grant(delivery.context.principal, Account.kind, Scope.ALL)
    chunk: list[str] = []
    for account in delivery.store.list_all(Account, ListQuery(), reader):
        chunk.append(account.id)
        if len(chunk) == MOST_IDS:
            _send(delivery.context, chunk)
            chunk = []
    if chunk:
        _send(delivery.context, chunk)


def grade_some(job: Job[CustomerJob]) -> None:
    """Grade these accounts again."""
    rules = standing.rules_of(job.store, job.context)
    for account_id in job.message.ids:
        standing.grade_again(job.store, job.context, account_id, rules)


def _rules(memo: dict[str, Any], store: Store, context: Context) -> GradingRules:
    key = f"grading rules {store.tenant}"
    if key not in memo:
        memo[key] = standing.rules_of(store, context)
    return memo[key]


def _send(context: Context, ids: list[str], *, delay: int = 0) -> None:
    order = CustomerJob(
        tenant=context.tenant,
        correlation_id=context.correlation_id,
        task="grade",
        ids=tuple(ids),
    )
    runtime().send("customer-jobs", [order], delay_seconds=delay)
