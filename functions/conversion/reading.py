"""The leads that a customer came from; who may read the customer may read them."""

from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.leads.model import Lead
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


def _leads(call: AnyCall, page: DocumentPage) -> DocumentPage:
    ids = [Conversion.from_document(text).lead for text in page.documents]
    leads = call.store.load_many(Lead, ids)
    documents = [leads[lead].document() for lead in ids if lead in leads]
    return DocumentPage(documents, page.cursor, page.complete)
