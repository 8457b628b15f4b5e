"""Customers that a lead may be, and the open opportunities to which it could be attached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from functions.conversion.schemas import LikelyCustomer, OpenOpportunity
from shared.domain.access import grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import Forbidden
from shared.domain.leads.model import Lead
from shared.domain.matching.policy import BLOCK, REVIEW
from shared.domain.matching.profiles import lead_profile
from shared.domain.opportunities.model import Opportunity
from shared.storage import duplicates
from shared.storage.duplicates import Hit
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

LEAST = 40
"""Points from which on a customer is shown; it is suggested only from REVIEW on."""

MOST_SHOWN = 10
_MOST_ACCOUNTS = 5
_IDENTIFYING = frozenset({"phone", "email", "tax", "identity"})


@dataclass
class Candidates:
    """The customers that look like one lead; looked for once, when first needed."""

    store: Store
    context: Context
    lead: Lead

    @cached_property
    def hits(self) -> list[Hit]:
        """Accounts and contacts, the likeliest first."""
        found = duplicates.check(self.store, lead_profile(self.lead), least=LEAST)
        return [hit for hit in found if hit.kind != Lead.kind][:MOST_SHOWN]

    def proves(self, record_id: str) -> bool:
        """Whether an identity of the lead is this customer's: then they may be linked by somebody
        who may not read the customer."""
        return any(hit.id == record_id and _proved(hit) for hit in self.hits)

    def best(self, kind: str, least: int = REVIEW) -> Hit | None:
        """The likeliest readable customer of a kind, if it is likely enough."""
        hits = (hit for hit in self.hits if hit.kind == kind and hit.points >= least)
        return next((hit for hit in hits if hit.readable_by(self.context)), None)

    def sure(self, kind: str) -> list[Hit]:
        """Those of a kind that are surely the lead's."""
        return [hit for hit in self.hits if hit.kind == kind and hit.points >= BLOCK]

    def shown(self) -> tuple[LikelyCustomer, ...]:
        """As the caller may know them; with the accounts of the contacts among them."""
        own = [_shown(self.context, hit) for hit in self.hits]
        return (*own, *(_through(account, contact) for account, contact in self._employers()))

    def accounts(self) -> list[str]:
        """The readable accounts among them."""
        direct = [h.id for h in self.hits if h.kind == Account.kind and h.readable_by(self.context)]
        return list(dict.fromkeys([*direct, *(account.id for account, _ in self._employers())]))

    def _employers(self) -> list[tuple[Account, Hit]]:
        known = {hit.id for hit in self.hits}
        through: dict[str, Hit] = {}
        for hit in self.hits:
            if isinstance(hit.record, Contact) and hit.readable_by(self.context):
                for account in hit.record.accounts:
                    through.setdefault(account, hit)
        found = self.store.load_many(Account, through.keys() - known)
        mine = (a for a in found.values() if may_read(self.context, a))
        return [(account, through[account.id]) for account in mine]


def may_read(context: Context, record: Account | Contact | Opportunity) -> bool:
    """Whether the caller may read the record."""
    try:
        reader = grant(context.principal, record.kind, "read")
    except Forbidden:
        return False
    return replace(reader, at=context.now).covers(record)


def open_opportunities(
    store: Store, context: Context, accounts: Iterable[str]
) -> tuple[OpenOpportunity, ...]:
    """The open opportunities of these accounts that the caller may read. A request an account."""
    try:
        reader = replace(grant(context.principal, Opportunity.kind, "read"), at=context.now)
    except Forbidden:
        return ()
    found: list[OpenOpportunity] = []
    for account in list(accounts)[:_MOST_ACCOUNTS]:
        query = ListQuery(relation=account, state="open")
        page = store.page(Opportunity, query, reader, limit=MOST_SHOWN)
        found += [_deal(Opportunity.from_document(text)) for text in page.documents]
    return tuple(found)


def _proved(hit: Hit) -> bool:
    return hit.points >= REVIEW and bool(_IDENTIFYING & set(hit.keys))


def _shown(context: Context, hit: Hit) -> LikelyCustomer:
    told = duplicates.as_told(context, hit)
    if not told["readable"] and _proved(hit):
        told["id"] = hit.id
    return LikelyCustomer.model_validate(told)


def _through(account: Account, contact: Hit) -> LikelyCustomer:
    return LikelyCustomer(
        kind="account",
        readable=True,
        id=account.id,
        label=account.name,
        owner=account.owner,
        points=contact.points,
        keys=("contact",),
        reasons=({"key": "contact", "code": "works_there", "contact": contact.id},),
    )


def _deal(found: Opportunity) -> OpenOpportunity:
    return OpenOpportunity(
        id=found.id,
        account=found.account,
        name=found.name,
        owner=found.owner,
        amount=found.amount.model_dump(mode="json") if found.amount else None,
    )
