"""From an order to the records as they will be: everything is decided here, nothing stored.

All targets are worked out even when one is refused, so that every problem is told at once.
"""

from typing import Any

from functions.conversion import linking, ownership
from functions.conversion.candidates import Candidates
from functions.conversion.drafts import Draft, Plan
from functions.conversion.linking import Linked
from functions.conversion.opportunities import draft_opportunity
from functions.conversion.ownership import Ownership
from functions.conversion.refusals import Refusals
from shared.domain.access import grant
from shared.domain.conversion.filling import fill
from shared.domain.conversion.mapping import Shape, names_person, pieces
from shared.domain.conversion.model import ConversionPolicy
from shared.domain.conversion.order import (
    AccountTarget,
    ContactTarget,
    ConversionOrder,
    Mode,
    TargetOrder,
)
from shared.domain.customers import capture
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.customers.contact import MOST_ACCOUNTS, Contact
from shared.domain.customers.work import assign
from shared.domain.events.customers import ContactChanged
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall


class Planner:
    """Works out one order for one lead."""

    def __init__(
        self, call: AnyCall, lead: Lead, order: ConversionOrder, policy: ConversionPolicy
    ) -> None:
        self._call = call
        self._lead = lead
        self._order = order
        self._policy = policy
        self.refusals = Refusals()
        self.candidates = Candidates(call.store, call.context, lead)

    def plan(self) -> Plan:
        """What the order comes to. Raises Forbidden when a kind of record may not be created."""
        order, refusals = self._order, self.refusals
        for name, target in self._targets().items():
            if target is not None and target.refused is not None:
                refusals.take(target.refused, name)
        owned = Ownership.of(self._call, self._lead, order.owner, refusals)
        deal = self._linked(Opportunity, order.opportunity)
        person = self._linked(Contact, order.contact)
        wanted = order.account or _implied(deal, person)
        company = self._linked(Account, wanted)
        shape = self._shape(wanted, company)
        self._require_rights(shape, wanted)
        account = self._account(wanted, company, shape, owned)
        contact = self._contact(person, account, shape, owned)
        opportunity = draft_opportunity(
            self._call,
            self._lead,
            order.opportunity,
            deal,
            account,
            contact,
            shape,
            owned,
            refusals,
        )
        return Plan(account, contact, opportunity, owned, refusals)

    def _targets(self) -> dict[str, TargetOrder | None]:
        order = self._order
        return {
            "account": order.account,
            "contact": order.contact,
            "opportunity": order.opportunity,
        }

    def _linked(self, kind: Any, order: TargetOrder | None) -> Linked[Any] | None:
        return linking.find(self._call, kind, order, self.candidates, self.refusals)

    def _shape(self, wanted: AccountTarget, company: Linked[Account] | None) -> Shape:
        lead, order = self._lead, self._order
        has_account = wanted.way != "none"
        individual = has_account and self._is_individual(wanted, company)
        said = order.contact
        if said is not None:
            has_contact = said.way != "none"
        else:
            has_contact = not has_account or (names_person(lead) and not individual)
        opportunity = order.opportunity is not None and order.opportunity.way != "none"
        return Shape(has_account, has_contact, opportunity, individual)

    def _is_individual(self, wanted: AccountTarget, company: Linked[Account] | None) -> bool:
        if company is not None:
            return company.record.type == "individual"
        if wanted.id is not None or "type" in wanted.said:
            return wanted.type == "individual"
        return not self._lead.company and "name" not in wanted.said

    def _require_rights(self, shape: Shape, wanted: AccountTarget) -> None:
        for kind, target in {**self._targets(), "account": wanted}.items():
            made = target is None or target.way == "create"
            if made and getattr(shape, kind):
                grant(self._call.context.principal, kind, "create")

    def _account(
        self,
        wanted: AccountTarget,
        linked: Linked[Account] | None,
        shape: Shape,
        owned: Ownership,
    ) -> Draft[Account]:
        way: Mode = linked.way if linked else wanted.way
        if not shape.account or (wanted.id is not None and linked is None):
            return Draft("account", way)
        said, found = _said(wanted), pieces(self._lead, "account", shape)
        before = linked.record if linked else None
        filling = fill(found, said, way, wanted.overwrite, before)
        after, welcomed = before, None
        with self.refusals.within("account"):
            given = self.refusals.read("account", AccountInput, filling.values)
            if before is None:
                after = self._new_account(given, owned)
            elif way != "link":
                after = capture.change_account(self._call.context, before, given, filling.names)
        if before is not None and after is not None:
            welcomed = self._welcome(after, linked, owned)
            after = welcomed.record
        return Draft("account", way, found, filling, before, _an(Account, after), welcomed)

    def _new_account(self, given: AccountInput, owned: Ownership) -> Account:
        return capture.new_account(
            self._call.context, given, channel="conversion", owner=owned.owner, team=owned.team
        )

    def _contact(
        self,
        linked: Linked[Contact] | None,
        account: Draft[Account],
        shape: Shape,
        owned: Ownership,
    ) -> Draft[Contact]:
        wanted = self._order.contact or ContactTarget()
        way: Mode = linked.way if linked else wanted.way
        if not shape.contact or (wanted.id is not None and linked is None):
            return Draft("contact", way)
        said, found = _said(wanted), pieces(self._lead, "contact", shape)
        before = linked.record if linked else None
        filling = fill(found, said, way, wanted.overwrite, before)
        after, welcomed = before, None
        with self.refusals.within("contact"):
            values = {**filling.values, "account": account.id}
            given = self.refusals.read("contact", ContactInput, values)
            if before is None:
                after = self._new_contact(given, owned)
            elif way != "link":
                after = capture.change_contact(self._call.context, before, given, filling.names)
        if before is not None and after is not None and linked is not None:
            welcomed = self._welcome(after, linked, owned)
            joined = self._join(_an(Contact, welcomed.record), account.id, linked.changeable)
            return Draft("contact", way, found, filling, before, joined, welcomed)
        return Draft("contact", way, found, filling, before, after, welcomed)

    def _new_contact(self, given: ContactInput, owned: Ownership) -> Contact:
        return capture.new_contact(
            self._call.context, given, channel="conversion", owner=owned.owner, team=owned.team
        )

    def _join(self, contact: Contact | None, account: str | None, changeable: bool) -> Any:
        """The contact also stands for the account; one that may not be changed stays as it is."""
        if contact is None or account is None or account in contact.accounts or not changeable:
            return contact
        if len(contact.accounts) >= MOST_ACCOUNTS:
            self.refusals.add("contact.id", "too_many_accounts", "It stands for 50 accounts.")
            return contact
        accounts, main = (*contact.accounts, account), contact.account or account
        fields = ("account", "accounts") if contact.account is None else ("accounts",)
        event = ContactChanged(fields=fields)
        return contact.evolve(self._call.context, event, accounts=accounts, account=main)

    def _welcome(
        self, record: Any, linked: Linked[Any] | None, owned: Ownership
    ) -> ownership.Welcome:
        """Nobody's customer becomes the newcomer's when it may be changed."""
        fills = linked is not None and linked.way != "link"
        if fills and record.owner is None and owned.owner is not None:
            record = assign(self._call.context, record, owned.owner, owned.team)
        return ownership.welcome(self._call, record, self._lead, owned, self._policy, self.refusals)


def _implied(deal: Linked[Opportunity] | None, person: Linked[Contact] | None) -> AccountTarget:
    """The account of a linked opportunity or contact, as it is; else a new one."""
    account = deal.record.account if deal else None
    account = account or (person.record.account if person else None)
    return AccountTarget(id=account, mode="link") if account else AccountTarget()


def _said(target: TargetOrder) -> dict[str, Any]:
    said = target.said
    values: dict[str, Any] = target.model_dump(mode="json", include=said, exclude_unset=True)
    custom: dict[str, Any] = values.pop("custom", {})
    return values | {f"custom.{name}": value for name, value in custom.items()}


def _an(kind: Any, record: Any) -> Any:
    assert record is None or isinstance(record, kind)
    return record
