"""Outlook's CSV export: one column for each of its fixed numbers and addresses."""

from functions.imports.presets.base import Preset

OUTLOOK = Preset(
    "outlook_contacts",
    ("contact", "lead"),
    (
        ("First Name", "Last Name", "E-mail Address", "Business Phone"),
        ("First Name", "Last Name", "E-mail Address", "Web Page"),
    ),
    r"""
    First Name -> given_name
    Last Name -> family_name
    Gender -> gender
    Birthday -> birthday
    Company -> account.name
    Job Title -> job_title
    Department -> department
    Categories -> tags
    E-mail Address -> emails.work
    E-mail (\d) Address -> emails.other_\1
    Mobile Phone -> phones.mobile
    Business Phone ?(\d?) -> phones.work_\1
    Home Phone ?(\d?) -> phones.home_\1
    (?:Primary|Other|Car) Phone -> phones.other
    (Business|Home|Other) Fax -> phones.fax_\1
    (Business|Home|Other) Street -> addresses.\1.street
    (Business|Home|Other) City -> addresses.\1.city
    (Business|Home|Other) State -> addresses.\1.province
    (Business|Home|Other) Postal Code -> addresses.\1.postcode
    (Business|Home|Other) Country(?:/Region)? -> addresses.\1.country
    """,
    ignored=r"E-mail.* (Type|Display Name)|.*Yomi|Priority|Private|Sensitivity|Initials|Title"
    r"|Suffix",
)
