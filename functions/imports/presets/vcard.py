"""The columns that cards are read into, also when the file to correct comes back as CSV."""

from functions.imports.presets.base import Preset

_KINDS = "work|home|other"

VCARD = Preset(
    "vcard",
    ("contact", "lead"),
    (("Full name", "(?:email|phone) (?:work|home|other|mobile|fax).*"), ("Full name", "UID")),
    rf"""
    Full name -> name
    Given name -> given_name
    Family name -> family_name
    Gender -> gender
    Birthday -> birthday
    Organization -> account.name
    Department -> department
    Title -> job_title
    Categories -> tags
    WeChat -> identities.wechat
    Email ((?:{_KINDS})(?: \d+)?) -> emails.\1.address
    Email ((?:{_KINDS})(?: \d+)?) label -> emails.\1.label
    Phone ((?:mobile|fax|{_KINDS})(?: \d+)?) -> phones.\1.number
    Phone ((?:mobile|fax|{_KINDS})(?: \d+)?) label -> phones.\1.label
    Address ((?:{_KINDS})(?: \d+)?) street -> addresses.\1.street
    Address ((?:{_KINDS})(?: \d+)?) city -> addresses.\1.city
    Address ((?:{_KINDS})(?: \d+)?) region -> addresses.\1.province
    Address ((?:{_KINDS})(?: \d+)?) postal code -> addresses.\1.postcode
    Address ((?:{_KINDS})(?: \d+)?) country -> addresses.\1.country
    """,
    ignored=r"(X|REV|TZ|GEO|LANG|KIND|IM|URL|ANNIVERSARY|Name (prefix|suffix)|Middle|UID|RELATED)"
    r"\b.*",
)
