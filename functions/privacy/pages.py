"""The page of a data export that people read: everything in tables, in Chinese and English.

Every value is escaped; the page loads nothing from anywhere.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from shared.domain.privacy.requests import PrivacyRequest

_TITLES: Mapping[str, str] = {
    "records": "您的资料 · Your data",
    "history": "修改记录 · What was changed",
    "timeline": "往来记录 · What happened",
    "notes": "备注 · Notes about you",
    "affiliations": "所属公司 · Companies you stand for",
    "consents": "同意记录 · What you agreed to",
    "who_looked": "查看记录 · Who looked",
    "dealings": "业务往来 · Dealings with us",
    "form_answers": "表单 · What you sent through forms",
    "files": "文件 · Files you appear in",
}
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}"
    "th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "th{width:12rem;background:#f4f4f4}td{white-space:pre-wrap;overflow-wrap:anywhere}"
)


def overview_page(
    request: PrivacyRequest, parts: Mapping[str, Sequence[Mapping[str, Any]]], now: datetime
) -> str:
    """The whole page."""
    sections = "".join(_section(_TITLES.get(name, name), rows) for name, rows in parts.items())
    head = f'<meta charset="utf-8"><title>个人信息 · Personal data</title><style>{_STYLE}</style>'
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head += f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    about = escape(f"{request.id} · {request.subject} · {now.isoformat()}")
    body = f"<h1>个人信息 · Personal data</h1><p>{about}</p>{sections}"
    return f'<!doctype html><html lang="zh"><head>{head}</head><body>{body}</body></html>'


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    tables = "".join(_table(row) for row in rows) or "<p>—</p>"
    return f"<h2>{escape(title)} ({len(rows)})</h2>{tables}"


def _table(row: Mapping[str, Any]) -> str:
    cells = (
        f"<tr><th>{escape(name)}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return f"<table>{''.join(cells)}</table>"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
