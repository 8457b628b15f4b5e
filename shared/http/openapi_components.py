"""The fixed parts of the OpenAPI document: shared headers, parameters and the sign-in scheme."""

from typing import Any

from shared.http.request import IDEMPOTENCY_KEY_MAX

Json = dict[str, Any]
"""A JSON object of the document."""


def ref(section: str, name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


SECURITY: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer` with an access token (POST /v1/sessions) "
        "or an API key.",
    }
}

PARAMETERS: Json = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and body again within 24 hours give the first answer again; "
        "another body gives 409.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": IDEMPOTENCY_KEY_MAX,
            "pattern": r"^[\x21-\x7e]+$",
        },
    },
    "DryRun": {
        "name": "dry_run",
        "in": "query",
        "description": "The same checks and the same answer, but nothing is stored.",
        "schema": {"type": "boolean", "default": False},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag last seen; the write is refused with 412 if the record changed "
        "since.",
        "schema": {"type": "string", "pattern": '^(W/)?"[0-9]{1,12}"$', "examples": ['"3"']},
    },
}

HEADERS: Json = {
    "RequestId": {
        "description": "Names this request in logs and problem details.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The record's version, for If-Match.",
        "schema": {"type": "string"},
    },
    "IdempotencyReplayed": {
        "description": "`true`: this is the stored answer of an earlier request with this key.",
        "schema": {"type": "string", "const": "true"},
    },
    "RetryAfter": {
        "description": "Seconds to wait before the next attempt.",
        "schema": {"type": "string", "pattern": r"^\d+$"},
    },
}


def prune(components: Json, paths: Json) -> Json:
    """The components that `paths` refer to, directly or through others, in order of name."""
    needed: set[str] = set()
    left: list[Any] = [paths]
    while left:
        for reference in _references(left.pop()) - needed:
            needed.add(reference)
            section, name = reference.split("/")[-2:]
            left.append(components[section][name])
    kept: Json = {}
    for section, parts in components.items():
        found = {n: parts[n] for n in sorted(parts) if f"#/components/{section}/{n}" in needed}
        if found:
            kept[section] = found
    return kept


def _references(part: Any) -> set[str]:
    if isinstance(part, list):
        return {r for item in part for r in _references(item)}  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(part, dict):
        return set()
    found = {r for item in part.values() for r in _references(item)}  # pyright: ignore
    target: Any = part.get("$ref")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found | {target} if isinstance(target, str) else found
