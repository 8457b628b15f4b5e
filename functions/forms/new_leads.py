"""The lead that a form makes, with the form's source, campaign and owner."""

from shared.domain.forms.form import Form
from shared.domain.leads import work
from shared.domain.leads.capture import LeadInput, capture
from shared.domain.leads.model import Lead, Routing
from shared.domain.tenancy import User
from shared.http.call import AnyCall
from shared.storage import rota


def put_lead(call: AnyCall, form: Form, given: LeadInput) -> Lead:
    """A new lead in the call's unit. When its fixed owner has left, the rules decide."""
    given = given.model_copy(update={"source": form.source, "campaign": form.campaign})
    owner = _owner(call, form)
    by_rules = form.assignment.by != "nobody" and owner is None
    lead = capture(call.context, given, channel="form", assign=by_rules)
    if owner is not None:
        lead = _given_to(call, lead, owner, form)
    return call.unit.put(lead)


def _owner(call: AnyCall, form: Form) -> User | None:
    if form.assignment.owner is None:
        return None
    owner = call.store.find(User, form.assignment.owner)
    return owner if owner is not None and owner.status == "active" else None


def _given_to(call: AnyCall, lead: Lead, owner: User, form: Form) -> Lead:
    wanted = form.assignment.team
    team = wanted if wanted in owner.teams else owner.team
    routing = Routing(at=call.context.now, outcome="manual", reason=f"by form {form.id}")
    if team is not None:
        rota.burden(call.unit, team, owner.id)
    return work.assign(call.context, lead, owner.id, team, routing=routing, first_touch_due=None)
