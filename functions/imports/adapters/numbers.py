"""Custom fields as they are stored: what a number step read is a number, all else stays text."""

import re
from typing import Any

from functions.imports.mapping import Mapping

_WHOLE = re.compile(r"-?[0-9]{1,15}")


def with_numbers(custom: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """The custom fields of a row."""
    for each in mapping.fields:
        name = each.field.removeprefix("custom.")
        value = custom.get(name)
        if isinstance(value, str) and any(step.step == "number" for step in each.transforms):
            custom[name] = int(value) if _WHOLE.fullmatch(value) else float(value)
    return custom
