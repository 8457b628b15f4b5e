"""Routes about ties between customers, and about who has an identity."""

from functions.customers import describing, links, relations
from functions.customers.api import app
from functions.customers.kinds import ACCOUNT, CONTACT
from functions.customers.link_schemas import (
    AccountContacts,
    AffiliationOrder,
    Ancestors,
    ContactAccounts,
    IdentityQuery,
    NewRelation,
    RelationChange,
    Relations,
    Resolved,
)
from shared.domain.customers.links import AccountRelation, Affiliation
from shared.http.call import AnyCall
from shared.http.endpoint import endpoint
from shared.http.record_schemas import PageQuery

about_accounts, about_contacts = describing.of(ACCOUNT), describing.of(CONTACT)


@app.route("/v1/accounts/{account}/contacts/{contact}", methods=["PUT"])
@about_contacts(
    "Let a contact stand for an account, in these roles",
    action="update",
    body=AffiliationOrder,
    returns=Affiliation,
    writes=True,
)
def affiliate_contact(call: AnyCall, account: str, contact: str) -> Affiliation:
    """Affiliate."""
    return links.affiliate(call, account, contact, call.body)


@app.route("/v1/accounts/{account}/contacts/{contact}", methods=["DELETE"])
@about_contacts(
    "A contact no longer stands for an account", action="update", status=204, writes=True
)
def end_affiliation(call: AnyCall, account: str, contact: str) -> None:
    """End an affiliation."""
    links.end_affiliation(call, account, contact)


@app.route("/v1/accounts/{account}/contacts", methods=["GET"])
@about_accounts(
    "The contacts of an account with their roles",
    action="read",
    query=PageQuery,
    returns=AccountContacts,
)
def list_account_contacts(call: AnyCall, account: str) -> AccountContacts:
    """The contacts of an account."""
    return links.contacts_of(call, account, call.query)


@app.route("/v1/contacts/{contact}/accounts", methods=["GET"])
@about_contacts(
    "The accounts of a contact with their roles", action="read", returns=ContactAccounts
)
def list_contact_accounts(call: AnyCall, contact: str) -> ContactAccounts:
    """The accounts of a contact."""
    return links.accounts_of(call, contact)


@app.route("/v1/accounts/{account}/ancestors", methods=["GET"])
@about_accounts("The accounts above an account", action="read", returns=Ancestors)
def list_ancestors(call: AnyCall, account: str) -> Ancestors:
    """The accounts above; those right below are the list of accounts with `parent`."""
    return links.above(call, account)


@app.route("/v1/accounts/{account}/relations", methods=["POST"])
@about_accounts(
    "Say what an account is to another one",
    action="update",
    body=NewRelation,
    returns=AccountRelation,
    status=201,
    writes=True,
)
def relate_accounts(call: AnyCall, account: str) -> AccountRelation:
    """Relate."""
    return relations.relate(call, account, call.body)


@app.route("/v1/accounts/{account}/relations", methods=["GET"])
@about_accounts(
    "What an account is to others, and others to it",
    action="read",
    returns=Relations,
)
def list_relations(call: AnyCall, account: str) -> Relations:
    """The relations of an account."""
    return relations.page(call, account)


@app.route("/v1/accounts/{account}/relations/{relation}", methods=["PATCH"])
@about_accounts(
    "Change the note on a relation",
    action="update",
    body=RelationChange,
    returns=AccountRelation,
    writes=True,
)
def change_relation(call: AnyCall, account: str, relation: str) -> AccountRelation:
    """Change a relation."""
    return relations.change(call, account, relation, call.body)


@app.route("/v1/accounts/{account}/relations/{relation}", methods=["DELETE"])
@about_accounts("Two accounts are no longer related", action="update", status=204, writes=True)
def end_relation(call: AnyCall, account: str, relation: str) -> None:
    """End a relation."""
    relations.end(call, account, relation)


@app.route("/v1/customers/resolve", methods=["GET"])
@endpoint(
    "The one customer who has a telephone number, an address or an outside identity",
    resource="account",
    action="read",
    tag="Customers",
    query=IdentityQuery,
    returns=Resolved,
    other_statuses=(404,),
)
def resolve_identity(call: AnyCall) -> Resolved:
    """Resolve."""
    return relations.resolve(call, call.query)
