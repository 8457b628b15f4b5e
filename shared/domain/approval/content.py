"""What an approval was given on, as a hash of the relevant fields."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

Content = Mapping[str, Any]
"""Field -> value as JSON: everything an approver decides on."""


def content_hash(content: Content, fields: Iterable[str] = ()) -> str:
    """The hash of these fields (empty: of all). Absent, null and empty count as the same."""
    wanted = set(fields)
    said = {
        name: value
        for name, value in content.items()
        if (not wanted or name in wanted) and value not in (None, "", [], {})
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
