"""Salesforce: files of the Data Loader (API names) and of reports (labels)."""

from functions.imports.presets.base import Preset

_ADDRESS = r"""
    {0} ?Street -> addresses.work.street
    {0} ?City -> addresses.work.city
    {0} ?State(?:/Province)? -> addresses.work.province
    {0} ?(?:Postal ?Code|Zip/Postal Code) -> addresses.work.postcode
    {0} ?Country -> addresses.work.country
"""
_IGNORED = r"SystemModstamp|IsDeleted|.*(Latitude|Longitude|GeocodeAccuracy)|PhotoUrl|Jigsaw.*"

SALESFORCE_CONTACTS = Preset(
    "salesforce_contacts",
    ("contact", "lead"),
    (
        ("LastName", "FirstName", "AccountId"),
        ("First Name", "Last Name", "Account Name", "Mailing City"),
        ("First Name", "Last Name", "Account Name", "Contact ID"),
    ),
    r"""
    (?:Id|Contact ID) -> external_id
    First ?Name -> given_name
    Last ?Name -> family_name
    (?:Account ?Id|Account ID) -> account.external_id
    Account Name -> account.name
    Title -> job_title
    Department -> department
    Email -> emails.work
    Phone -> phones.work
    (?:Mobile ?Phone|Mobile) -> phones.mobile
    Home ?Phone -> phones.home
    Fax -> phones.fax
    (?:Birthdate) -> birthday
    Lead ?Source -> source
    """
    + _ADDRESS.format("Mailing").strip("\n"),
    ignored=_IGNORED,
)
SALESFORCE_ACCOUNTS = Preset(
    "salesforce_accounts",
    ("account",),
    (("Name", "BillingCity"), ("Account Name", "Billing City"), ("Account Name", "Account ID")),
    r"""
    (?:Id|Account ID) -> external_id
    (?:Name|Account Name) -> name
    (?:ParentId|Parent Account ID) -> parent.external_id
    Parent Account -> parent.name
    Phone -> phones.work
    Fax -> phones.fax
    Website -> website
    Industry -> industry
    (?:NumberOfEmployees|Employees) -> company_size
    (?:AccountSource|Account Source) -> source
    """
    + _ADDRESS.format("Billing").strip("\n"),
    ignored=_IGNORED,
)
SALESFORCE_LEADS = Preset(
    "salesforce_leads",
    ("lead",),
    (("LastName", "Company", "LeadSource"), ("Last Name", "Company / Account", "Lead Source")),
    r"""
    (?:Id|Lead ID) -> external_id
    First ?Name -> given_name
    Last ?Name -> family_name
    (?:Company|Company / Account) -> company
    Title -> job_title
    Email -> email
    (?:Mobile ?Phone|Mobile) -> phone
    Phone -> phone
    Website -> website
    Industry -> industry
    (?:NumberOfEmployees|No\. of Employees) -> company_size
    Lead ?Source -> source
    City -> city
    (?:State|State/Province) -> region
    Country -> country
    (?:HasOptedOutOfEmail|Email Opt Out) -> consents.email
    (?:DoNotCall|Do Not Call) -> consents.phone
    """,
    ignored=_IGNORED,
)
