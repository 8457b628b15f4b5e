"""HubSpot's exports of contacts and companies."""

from functions.imports.presets.base import Preset

HUBSPOT = Preset(
    "hubspot_contacts",
    ("contact", "lead"),
    (("Record ID(?: - Contact)?", "First Name", "Last Name", "Email"),),
    r"""
    Record ID(?: - Contact)? -> external_id
    First Name -> given_name
    Last Name -> family_name
    Email -> emails.work
    (?:Work email|Additional email addresses) -> emails.other
    Phone Number -> phones.work
    Mobile Phone Number -> phones.mobile
    Fax Number -> phones.fax
    Job Title -> job_title
    (?:Company Name|Associated Company|Primary Associated Company Name) -> account.name
    Street Address -> addresses.work.street
    City -> addresses.work.city
    State/Region -> addresses.work.province
    Postal Code -> addresses.work.postcode
    Country/Region -> addresses.work.country
    (?:Original Source|Original Traffic Source) -> source
    Gender -> gender
    Date of birth -> birthday
    """,
    between=";",
)
HUBSPOT_COMPANIES = Preset(
    "hubspot_companies",
    ("account",),
    (("Record ID(?: - Company)?", "Company name"),),
    r"""
    Record ID(?: - Company)? -> external_id
    Company name -> name
    Phone Number -> phones.work
    (?:Website URL|Company Domain Name) -> website
    Industry -> industry
    Number of Employees -> company_size
    Street Address -> addresses.work.street
    City -> addresses.work.city
    State/Region -> addresses.work.province
    Postal Code -> addresses.work.postcode
    Country/Region -> addresses.work.country
    Parent Company -> parent.name
    """,
)
