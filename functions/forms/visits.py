"""How a visitor came: the signed time of showing, the address's stand-in, and the hourly limit."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from functions.forms.schemas import SubmissionInput
from shared.domain.errors import InvalidInput, RateLimited
from shared.domain.forms.form import Form
from shared.domain.forms.submission import SpamReason, Visit
from shared.domain.signatures import Seal
from shared.http.call import AnyCall
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.actions import CounterChange
from shared.storage.unit_of_work import UnitOfWork

LONGEST_VISIT = timedelta(days=2)
MAILS_A_DAY = 5
"""Confirmation mails to one address: nobody's mailbox is filled by a form."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def started_token(runtime: Runtime, form: Form, now: datetime) -> str:
    """Proof of when the form was shown."""
    return _seal(runtime, "form-started").sign(f"{form.id}.{int(now.timestamp() * 1000)}")


def visit_of(call: AnyCall, form: Form, given: SubmissionInput) -> Visit:
    """How this submission came."""
    return Visit(
        address=address_digest(call.runtime, call.origin.source_ip),
        origin=call.origin.header("origin")[:300],
        page=given.page,
        started_at=_started_at(call.runtime, form, given.started),
    )


def spam_reason(
    form: Form, given: SubmissionInput, visit: Visit, now: datetime
) -> SpamReason | None:
    """Why this looks like a machine's work, or None."""
    if given.answers.get(form.honeypot) not in (None, "", False):
        return "honeypot"
    if form.minimum_seconds == 0:
        return None
    if visit.started_at is None:
        return "forged_start" if given.started else "no_start"
    soon = visit.started_at + timedelta(seconds=form.minimum_seconds)
    return "too_fast" if now < soon else None


def require_fresh(visit: Visit, now: datetime) -> None:
    """Raises InvalidInput `stale` when the page was open for days."""
    if visit.started_at is not None and now - visit.started_at > LONGEST_VISIT:
        raise InvalidInput.of("started", "stale", "Load the form again.")


def count_visit(unit: UnitOfWork, form: Form, visit: Visit, now: datetime) -> None:
    """Count a submission of this address and hour; too many raise RateLimited at the commit."""
    name = f"form#{form.id}#{visit.address}"
    _count(unit, name, _floor(now, _HOUR), _HOUR, form.rate_limit, now)


def count_mail(unit: UnitOfWork, runtime: Runtime, email: str, now: datetime) -> None:
    """Count a confirmation mail to this address; too many a day raise RateLimited at the commit."""
    name = f"confirmation-mail#{_seal(runtime, 'mail-address').digest(email.casefold())}"
    _count(unit, name, _floor(now, _DAY), _DAY, MAILS_A_DAY, now)


def address_digest(runtime: Runtime, address: str) -> str:
    """What stands for a network address in the table: nobody can compute it back.

    An IPv6 customer has 2^64 addresses, so the network counts.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return _seal(runtime, "form-address").digest(address)
    network = int(parsed) >> 64 if isinstance(parsed, IPv6Address) else int(parsed)
    return _seal(runtime, "form-address").digest(f"{parsed.version}:{network}")


def _count(
    unit: UnitOfWork, name: str, start: datetime, span: timedelta, most: int, now: datetime
) -> None:
    change = CounterChange(
        keys.counter(unit.tenant, name, keys.moment(start)),
        add={"n": 1},
        at_most={"n": most},
        expires=start + 2 * span,
    )
    wait = max(1, int((start + span - now).total_seconds()))
    message = "Too many submissions; try again later."
    unit.count(change, lambda _: RateLimited(message, details={"retry_after": wait}))


def _floor(now: datetime, span: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return now - (now - epoch) % span


def _started_at(runtime: Runtime, form: Form, token: str | None) -> datetime | None:
    said = _seal(runtime, "form-started").read(token) if token else None
    form_id, _, milliseconds = (said or "").partition(".")
    if form_id != form.id:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)


def _seal(runtime: Runtime, purpose: str) -> Seal:
    return Seal(runtime.signing_secret, purpose)
