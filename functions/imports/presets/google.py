"""Google Contacts CSV, in the form since 2023 (labels) and the one before (types)."""

from functions.imports.presets.base import Preset

GOOGLE = Preset(
    "google_contacts",
    ("contact", "lead"),
    (
        ("Given Name", "Family Name", "Group Membership"),
        ("Given Name", "Family Name", "Yomi Name"),
        ("First Name", "Last Name", "Labels", "File As"),
        ("First Name", "Last Name", "Phonetic First Name", "Nickname"),
    ),
    r"""
    Name -> name
    (?:Given|First) Name -> given_name
    (?:Family|Last) Name -> family_name
    Gender -> gender
    Birthday -> birthday
    (?:Organization 1 - Name|Organization Name) -> account.name
    (?:Organization 1 - Title|Organization Title) -> job_title
    (?:Organization 1 - Department|Organization Department) -> department
    (?:Group Membership|Labels) -> tags
    E-mail (\d) - (?:Type|Label) -> emails.\1.kind
    E-mail (\d) - Value -> emails.\1.address
    Phone (\d) - (?:Type|Label) -> phones.\1.kind
    Phone (\d) - Value -> phones.\1.number
    Address (\d) - (?:Type|Label) -> addresses.\1.kind
    Address (\d) - Street -> addresses.\1.street
    Address (\d) - City -> addresses.\1.city
    Address (\d) - Region -> addresses.\1.province
    Address (\d) - Postal Code -> addresses.\1.postcode
    Address (\d) - Country -> addresses.\1.country
    """,
    between=" ::: ",
    ignored=r"Yomi.*|.* Yomi Name|Phonetic.*|File As|.*- Formatted|Photo|Name (?:Prefix|Suffix)"
    r"|Initials",
)
