"""Where a public request meets its form: the token is checked, the tenant entered, the site
admitted. One BatchGetItem."""

import re
from dataclasses import dataclass

from shared.domain.errors import Forbidden, Gone, NotFound
from shared.domain.forms.addresses import is_web_address, origin_of
from shared.domain.forms.form import Form
from shared.domain.forms.readers import Terms
from shared.domain.ids import is_id
from shared.domain.tenancy import Tenant
from shared.http.call import AnyCall
from shared.storage import keys
from shared.storage.record import from_item

_TENANT = re.compile(r"[a-z]{2,5}_[0-9A-Za-z]{1,40}")
DEFAULT_CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Desk:
    """An open form, and the terms by which its tenant reads answers."""

    form: Form
    terms: Terms


def make_token(tenant: str, form_id: str, secret: bytes) -> str:
    """The public address of a form."""
    return f"{tenant}.{form_id}.{secret.hex()}"


def terms_of(tenant: Tenant | None) -> Terms:
    """How a tenant reads numbers and amounts."""
    if tenant is None:
        return Terms(None, DEFAULT_CURRENCY)
    return Terms(tenant.default_region, tenant.currency)


def open_form(call: AnyCall, token: str) -> Desk:
    """The active form with this token, for a request from a site that may use it.

    Raises NotFound (also for a token that was renewed), Gone (`form_paused`), Forbidden
    (`origin_not_allowed`).
    """
    desk = _find(call, token)
    if desk is None:
        raise NotFound("There is no such form.")
    call.enter(token.split(".")[0], actor=desk.form.id, region=desk.terms.region)
    if desk.form.status == "paused":
        raise Gone("This form is closed just now.", code="form_paused")
    origin = call.origin.header("origin")
    if not (desk.form.admits(origin) or _own(call, origin)):
        raise Forbidden("This site may not use the form.", code="origin_not_allowed")
    return desk


def public_address(call: AnyCall) -> str:
    """Where the API is for the public, without a slash at the end."""
    settings = call.runtime.settings
    return settings.public_url or f"https://{call.origin.host}/{settings.stage}"


def _find(call: AnyCall, token: str) -> Desk | None:
    tenant, _, rest = token.partition(".")
    form_id = rest.partition(".")[0]
    # What stands in a token becomes part of a key: only ids may.
    if not _TENANT.fullmatch(tenant) or not is_id(form_id, Form.prefix):
        return None
    wanted = (keys.entity(tenant, form_id), keys.entity(tenant, tenant))
    items = call.runtime.table.get_many(wanted, consistent=True)
    found, company = (items.get(key) for key in wanted)
    if found is None or "deleted" in found:
        return None
    form = from_item(Form, found)
    terms = terms_of(from_item(Tenant, company) if company else None)
    return Desk(form, terms) if form.opens_with(token) else None


def _own(call: AnyCall, origin: str) -> bool:
    """Whether the request comes from a page of ours: the form's own page."""
    if not is_web_address(origin):
        return False
    public = call.runtime.settings.public_url
    same_host = origin.partition("://")[2] == call.origin.host
    return same_host or (bool(public) and origin == origin_of(public))
