"""The parts of the written report: markdown tables and wrapped paragraphs."""

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100


def prose(text: str) -> str:
    """A paragraph, wrapped."""
    return textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def section(title: str, *parts: str) -> str:
    """A titled section; its parts are separated by blank lines."""
    return "\n\n".join([f"## {title}", *parts])
