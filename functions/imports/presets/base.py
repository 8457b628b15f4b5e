"""What a preset is: headings that give a program away, and the field that each heading means.

The rules are text, one to a line: a heading (a pattern) and the field, with the numbers and words
that the pattern caught. Fields are those of contacts; for leads they are translated.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

#: What a contact's field is called where a lead has one of that meaning; the first one counts.
_OF_LEADS = (
    (r"emails\.\w+(\.address)?", "email"),
    (r"phones\.\w+(\.number)?", "phone"),
    (r"account\.name", "company"),
    (r"addresses\.\w+\.city", "city"),
    (r"addresses\.\w+\.province", "region"),
    (r"addresses\.\w+\.country", "country"),
)
_PREFERRED_PHONES = ("phones.mobile", "phones.work", "phones.1")


class Bound(NamedTuple):
    """A column of the file and the field that it gives; several values may lie in one cell."""

    column: str
    field: str
    between: str | None


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    field: str


class Preset:
    """The mapping of one program's files.

    `marks`: groups of headings; a file that has all of one group is that program's. `between` is
    what separates several values of one cell. Headings that match `ignored` give no field.
    """

    def __init__(
        self,
        name: str,
        kinds: Sequence[str],
        marks: Sequence[Sequence[str]],
        rules: str,
        *,
        between: str | None = None,
        ignored: str = "(?!)",
    ) -> None:
        self.name = name
        self.kinds = frozenset(kinds)
        self._marks = [[re.compile(mark, re.I) for mark in group] for group in marks]
        self._text = rules
        self._between = between
        self._ignored = re.compile(ignored, re.I)

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether a file with these headings is this program's."""
        said = [heading.strip() for heading in headings]
        return any(all(any(m.fullmatch(s) for s in said) for m in group) for group in self._marks)

    def ignores(self, heading: str) -> bool:
        """Whether the column says nothing that a record keeps."""
        return self._ignored.fullmatch(heading) is not None

    def bind(self, headings: Sequence[str], kind: str) -> list[Bound]:
        """The fields that these columns give, each field once."""
        pairs = [(column, field) for column in headings if (field := self._field(column))]
        if kind == "lead" and "contact" in self.kinds:
            pairs = list(_for_leads(pairs))
        found: dict[str, Bound] = {}
        for column, field in pairs:
            found.setdefault(field, Bound(column, field, self._between))
        return list(found.values())

    def _field(self, heading: str) -> str | None:
        for rule in self._rules:
            if match := rule.pattern.fullmatch(heading.strip()):
                return match.expand(rule.field).lower().replace(" ", "_").rstrip("_")
        return None

    @cached_property
    def _rules(self) -> list[_Rule]:
        lines = (line.split("->") for line in self._text.strip().splitlines())
        return [_Rule(re.compile(p.strip(), re.I), field.strip()) for p, field in lines]


def _for_leads(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A lead has one number: a mobile one rather than one of an office."""
    for column, field in sorted(pairs, key=lambda pair: _rank(pair[1])):
        name = next((n for p, n in _OF_LEADS if re.fullmatch(p, field)), field)
        if "." not in name or name.split(".")[0] == "custom":
            yield column, name


def _rank(field: str) -> int:
    known = [n for n, start in enumerate(_PREFERRED_PHONES) if field.startswith(start)]
    return known[0] if known else len(_PREFERRED_PHONES)
