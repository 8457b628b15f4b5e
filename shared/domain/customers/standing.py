"""How much a customer matters: lifecycle and grade, each with its reason in the history.

A grade is computed by the tenant's rules unless somebody sets it by hand; a manual one may expire,
and then the computed one stands again.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.grading import GradingRules
from shared.domain.customers.parts import Grade, Lifecycle
from shared.domain.errors import InvalidInput
from shared.domain.events.customers import AccountGraded, AccountLifecycleChanged

MANUAL_GRADE = "manual_grade"
"""The timer at which a grade set by hand ends."""

REGRADE = "regrade"
"""The timer at which passing time alone may change the computed grade."""


def change_lifecycle(
    context: Context, account: Account, lifecycle: Lifecycle, reason: str
) -> Account:
    """The account in this stage of life, and why; the same one when it is there already."""
    if account.lifecycle == lifecycle:
        return account
    event = AccountLifecycleChanged(lifecycle=lifecycle, previous=account.lifecycle)
    return account.evolve(context, event, lifecycle=lifecycle, lifecycle_reason=reason)


def grade_by_hand(
    context: Context, account: Account, value: str, reason: str, expires: datetime | None
) -> Account:
    """The account with a grade that overrides the computed one until it expires."""
    if expires is not None and expires <= context.now:
        raise InvalidInput.of("expires", "in_the_past", "The grade would be over already.")
    grade = Grade(value=value, source="manual", reason=reason, at=context.now, expires=expires)
    timers = {n: at for n, at in account.timers.items() if n not in (MANUAL_GRADE, REGRADE)}
    if expires is not None:
        timers[MANUAL_GRADE] = expires
    event = AccountGraded(grade=value, previous=account.grade_value, by_hand=True, expires=expires)
    return account.evolve(context, event, grade=grade, timers=timers)


def grade_by_rules(
    context: Context,
    account: Account,
    rules: GradingRules,
    figures: Mapping[str, Decimal],
    *,
    end_manual: bool = False,
) -> Account:
    """The account with the grade that the rules give; the same one when nothing changes.

    A manual grade that stands stays, unless it is to end (`end_manual`).
    """
    present = account.grade
    manual = present is not None and present.source == "manual" and present.stands(context.now)
    if manual and not end_manual:
        return account
    judged = rules.judge(account, figures, context.now)
    timers = {n: at for n, at in account.timers.items() if n not in (MANUAL_GRADE, REGRADE)}
    if judged.until is not None:
        timers[REGRADE] = judged.until
    known = (present.value, present.source, present.reason) if present else None
    wanted = (judged.grade, "computed", judged.reason) if judged.grade else None
    if known == wanted:
        return account if timers == account.timers else account.evolve(context, timers=timers)
    grade = None
    if judged.grade is not None:
        grade = Grade(value=judged.grade, source="computed", reason=judged.reason, at=context.now)
    changes = {"grade": grade, "timers": timers}
    if present is not None and present.value == judged.grade and present.source == "computed":
        return account.evolve(context, **changes)
    event = AccountGraded(grade=judged.grade, previous=account.grade_value, by_hand=False)
    return account.evolve(context, event, **changes)
