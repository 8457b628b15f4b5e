"""What staff do with forms: create, change, delete, renew the address."""

from collections.abc import Iterable

from functions.forms.desk import make_token
from functions.forms.schemas import FormChange, FormQuery, NewForm
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.forms import FormChanged, FormCreated, FormDeleted
from shared.domain.forms.form import Form, FormSettings
from shared.domain.forms.rules import check_settings
from shared.domain.tenancy import User
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage


def create(call: AnyCall, given: NewForm) -> Form:
    """A new form, open at once. Raises InvalidInput."""
    _check(call, given)
    stamp = Form.stamp(call.context)
    settings = {name: getattr(given, name) for name in FormSettings.model_fields}
    form = Form(**stamp, **settings, token=_new_token(call, stamp["id"]))
    return call.unit.put(form.recording(FormCreated()))


def page_of_forms(call: AnyCall, query: FormQuery) -> DocumentPage:
    """Forms, newest first."""
    wanted = ListQuery(state=query.status)
    return call.store.page(Form, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def change(call: AnyCall, form_id: str, given: FormChange) -> Form:
    """The form with the given settings; an unchanged one is answered without a write."""
    form = call.load(Form, form_id)
    named = {name: getattr(given, name) for name in given.model_fields_set}
    changed = {name: value for name, value in named.items() if getattr(form, name) != value}
    if not changed:
        return form
    event = FormChanged(fields=tuple(sorted(changed)))
    after = form.evolve(call.context, event, **changed)
    _check(call, after)
    return call.unit.put(after)


def delete(call: AnyCall, form_id: str) -> Form:
    """The form in the bin; its address leads nowhere. Its submissions stay."""
    form = call.load(Form, form_id)
    return call.unit.put(form.evolve(call.context, FormDeleted(), deleted_at=call.context.now))


def rotate(call: AnyCall, form_id: str) -> Form:
    """The form under a new address; the old one leads nowhere from now on."""
    form = call.load(Form, form_id)
    event = FormChanged(fields=("token",))
    return call.unit.put(form.evolve(call.context, event, token=_new_token(call, form.id)))


def _new_token(call: AnyCall, form_id: str) -> str:
    secret = (call.context.entropy() + call.context.entropy())[:16]
    return make_token(call.context.tenant, form_id, secret)


def _check(call: AnyCall, settings: FormSettings) -> None:
    check_settings(settings)
    if errors := [*_mail_errors(call, settings), *_owner_errors(call, settings)]:
        raise InvalidInput(errors)


def _mail_errors(call: AnyCall, settings: FormSettings) -> Iterable[FieldError]:
    installed = call.runtime.settings
    if settings.double_opt_in and not (installed.mail_from and installed.public_url):
        message = "The installation has no sender address or no public address for links."
        yield FieldError("double_opt_in", "mail_not_set_up", message)


def _owner_errors(call: AnyCall, settings: FormSettings) -> Iterable[FieldError]:
    wanted = settings.assignment
    if wanted.owner is None:
        return
    user = call.store.find(User, wanted.owner)
    if user is None or user.status != "active":
        message = "There is no active user with this id."
        yield FieldError("assignment.owner", "unknown_user", message)
    elif wanted.team is not None and wanted.team not in user.teams:
        message = "The user is not a member of this team."
        yield FieldError("assignment.team", "not_a_member", message)
