"""Answers as text: entities and pages as JSON, with the caller's field rules applied.

Without rules for the caller a page is spliced together from the stored documents, unparsed.
"""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.domain.access import FieldRule, Principal, apply_field_rules, field_rules
from shared.domain.entity import Entity
from shared.http.call import Reply
from shared.http.contract import JSON, Contract
from shared.storage.store import DocumentPage


@dataclass(frozen=True, slots=True)
class Rendered:
    """Status, text and headers of an answer; storable, so that it can be given again."""

    status: int
    text: str
    headers: dict[str, str]


def render(contract: Contract, principal: Principal, answer: Any) -> Rendered:
    """The answer of a view as the caller may see it."""
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    rules = dict(field_rules(principal, contract.kind or ""))
    headers = dict(reply.headers)
    body = reply.body
    if isinstance(body, Entity):
        headers.setdefault("ETag", etag(body.version))
    text = _text(body, rules)
    if text or body is not None:
        headers.setdefault("Content-Type", reply.media or contract.media or JSON)
    return Rendered(reply.status or contract.status, text, headers)


def etag(version: int) -> str:
    """The entity tag of a version: `"3"`."""
    return f'"{version}"'


def _text(body: BaseModel | DocumentPage | str | None, rules: dict[str, FieldRule]) -> str:
    if body is None:
        return ""
    if isinstance(body, str):
        return body
    if isinstance(body, DocumentPage):
        return _page(body, rules)
    if rules:
        return _dump(apply_field_rules(rules, body.model_dump(mode="json")))
    return body.document() if isinstance(body, Entity) else body.model_dump_json()


def _page(page: DocumentPage, rules: dict[str, FieldRule]) -> str:
    documents = page.documents
    if rules:
        documents = [_dump(apply_field_rules(rules, json.loads(text))) for text in documents]
    cursor = json.dumps(page.cursor)
    complete = "true" if page.complete else "false"
    return f'{{"items":[{",".join(documents)}],"cursor":{cursor},"complete":{complete}}}'


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
