"""What people call the columns of their files, in English and Chinese, and what they mean by it.

A concept is a name that kinds of records share (`email`, `company`); each kind says which of its
fields stands for which concept.
"""

import re
from functools import cache

from functions.imports.headings import HEADINGS
from shared.domain.text import fold, has_cjk

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")
_PREPOSITION = re.compile(r"(?<=\w) (?:on|of|for|per|by|with|from|in|at|to|via|since|about) ")
_NEGATION = re.compile(
    r"\b(?:not?|dont|do nt|never|without|opt(?:ed|s)? ?out|opt(?:ed)?out|unsubscribed?|withdrawn?"
    r"|revoked?|refused?|declined?|block(?:ed)?|suppress(?:ed)?|bounced?|blacklist(?:ed)?)\b"
    "|不|勿|拒|退订|退訂|取消|禁止|黑名单"
)
_IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def words(heading: str) -> str:
    """A heading in comparable form: `e_mail-Address*` and `EmailAddress` become words alike.

    Notes in brackets and signs such as the asterisk of required fields are dropped.
    """
    spaced = _CAMEL.sub(" ", _IN_BRACKETS.sub(" ", heading) or heading)
    return _NOT_WORD.sub(" ", fold(spaced)).strip()


@cache
def concept_of(heading: str) -> str | None:
    """The concept that a heading names exactly, or None."""
    found = _concepts().get(_joined(words(heading)))
    return found and found[0]


def commonness(heading: str) -> int:
    """How usual the heading is among the names of its concept: 0 for the most usual."""
    found = _concepts().get(_joined(words(heading)))
    return found[1] if found else 0


@cache
def likely_concept(heading: str) -> str | None:
    """The concept whose longest name is contained in the heading as whole words, or None.

    `Customer phone number (private)` contains `phone number`; a Chinese heading is searched as is,
    for names of two characters or more. A name behind a preposition tells what the column is
    about, not what it holds: `Time Spent on Website` holds a time.
    """
    text = _head(words(heading))
    padded = f" {text} "
    found = ""
    for name in _by_words():
        chinese = has_cjk(name)
        inside = name in text if chinese and len(name) > 1 else f" {name} " in padded
        if inside and len(name) > len(found):
            found = name
    return _by_words().get(found)


def _head(text: str) -> str:
    """The words before the first preposition that has some before it."""
    return _PREPOSITION.split(text, maxsplit=1)[0]


def negates(heading: str) -> bool:
    """Whether the heading asks what somebody does not want: `Opted out of e-mail`, 拒收短信."""
    return bool(_NEGATION.search(words(heading)))


def _joined(text: str) -> str:
    """`e mail` and `email` are one word."""
    return text.replace(" ", "")


@cache
def _headings() -> dict[str, list[str]]:
    """Concept -> names, from lines `concept: name, name` with indented continuations."""
    lines = re.sub(r",\n\s+", ", ", HEADINGS).strip().splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {concept: names.split(", ") for concept, names in pairs}


@cache
def _by_words() -> dict[str, str]:
    return {
        words(name): concept
        for concept, names in _headings().items()
        for name in names
        if words(name) not in {"id", "contact", "title", "role", "state", "area", "名", "姓"}
    }


@cache
def _concepts() -> dict[str, tuple[str, int]]:
    return {
        _joined(words(name)): (concept, position)
        for concept, names in _headings().items()
        for position, name in enumerate(names)
    }


def concepts() -> frozenset[str]:
    """All the concepts that headings can name."""
    return frozenset(_headings())
