"""The leads that a customer came from; who may read the customer may read them."""

from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall
from shared.http.record_schemas import PageQuery
from shared.storage.store import DocumentPage


def leads_of_account(call: AnyCall, account_id: str, query: PageQuery) -> DocumentPage:
    """Two requests: the conversions of the account, and their leads."""
    account = call.load(Account, account_id)
    page = call.store.children(Conversion, account.id, limit=query.limit, cursor=query.cursor)
    return _leads(call, page)


def leads_of_contact(call: AnyCall, contact_id: str, query: PageQuery) -> DocumentPage:
    """The same for a contact."""
    contact = call.load(Contact, contact_id)
    page = call.store.written_on(Conversion, contact.id, limit=query.limit, cursor=query.cursor)
    return _leads(call, page)


def leads_of_opportunity(call: AnyCall, opportunity_id: str, query: PageQuery) -> DocumentPage:
    """Those of its customer's leads that led to this opportunity; a short page may have more."""
    deal = call.load(Opportunity, opportunity_id)
    if deal.account is not None:
        page = call.store.children(Conversion, deal.account, limit=query.limit, cursor=query.cursor)
    elif deal.contacts:
        contact = deal.contacts[0]
        page = call.store.written_on(Conversion, contact, limit=query.limit, cursor=query.cursor)
    else:
        page = DocumentPage([], None)
    return _leads(call, page, deal.id)


def _leads(call: AnyCall, page: DocumentPage, target: str | None = None) -> DocumentPage:
    found = [Conversion.from_document(text) for text in page.documents]
    ids = [c.lead for c in found if target is None or target in {t.id for t in c.targets}]
    leads = call.store.load_many(Lead, ids)
    documents = [leads[lead].document() for lead in ids if lead in leads]
    return DocumentPage(documents, page.cursor, page.complete)
