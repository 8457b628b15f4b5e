"""Mappings for the files of well-known programs, recognised by their headings."""

from functions.imports.presets.base import Bound, Preset
from functions.imports.presets.google import GOOGLE
from functions.imports.presets.hubspot import HUBSPOT, HUBSPOT_COMPANIES
from functions.imports.presets.outlook import OUTLOOK
from functions.imports.presets.salesforce import (
    SALESFORCE_ACCOUNTS,
    SALESFORCE_CONTACTS,
    SALESFORCE_LEADS,
)
from functions.imports.presets.vcard import VCARD

__all__ = ["PRESETS", "Bound", "Preset", "recognise"]

PRESETS: tuple[Preset, ...] = (
    *(GOOGLE, OUTLOOK, HUBSPOT, HUBSPOT_COMPANIES),
    *(SALESFORCE_CONTACTS, SALESFORCE_ACCOUNTS, SALESFORCE_LEADS, VCARD),
)


def recognise(headings: tuple[str, ...], kind: str) -> Preset | None:
    """The preset whose headings these are, for records of this kind; None when nobody's."""
    return next((p for p in PRESETS if kind in p.kinds and p.fits(headings)), None)
