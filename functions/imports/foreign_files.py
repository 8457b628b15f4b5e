"""Files that are no table of records, told apart so that the refusal says what to do instead."""

import json
import re

from functions.imports.layout import refused

_BINARY = {
    b"\xd0\xcf\x11\xe0": "The file is an old workbook (.xls); save it as .xlsx or CSV.",
    b"%PDF": "The file is a PDF; export the data as CSV or XLSX.",
    b"\x89PNG": "The file is a picture.",
    b"\xff\xd8\xff": "The file is a picture.",
    b"7z\xbc\xaf": "The file is an archive; unpack it first.",
    b"Rar!": "The file is an archive; unpack it first.",
}
_JSON_START = re.compile(r"\s*[\[{]\s*[\[{\"\]}]")
_MARKUP = re.compile(r"\s*(<\?xml|<!doctype|<html|<table)", re.I)


def refuse_binary(head: bytes) -> None:
    """Raises InvalidInput (`file_kind_not_supported`) for a file that begins like a foreign one."""
    for magic, message in _BINARY.items():
        if head.startswith(magic):
            raise refused("file_kind_not_supported", message)


def refuse_foreign_text(text: str) -> None:
    """Raises InvalidInput for text that is JSON, a jCard, a calendar or markup.

    Codes: `jcard_not_supported`, `file_kind_not_supported`.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR":
        raise refused("file_kind_not_supported", "The file is a calendar and holds no contacts.")
    if _MARKUP.match(text):
        raise refused("file_kind_not_supported", "The file is markup; save it as .xlsx or CSV.")
    if _JSON_START.match(text) and _is_json(text):
        _refuse_json(text)


def _is_json(text: str) -> bool:
    """Whether the text is JSON as far as it goes: a sample may end in the middle."""
    try:
        json.loads(text)
    except json.JSONDecodeError as broken:
        return broken.pos >= len(text.rstrip()) - 1 or broken.msg.startswith("Unterminated")
    return True


def _refuse_json(text: str) -> None:
    start = "".join(text[:400].split()).lower()
    if start.startswith(('["vcard"', '[["vcard"')):
        message = "The file is a jCard (vCard as JSON); export the contacts as vCard (.vcf) or CSV."
        raise refused("jcard_not_supported", message)
    raise refused("file_kind_not_supported", "The file is JSON; export the data as CSV or XLSX.")
