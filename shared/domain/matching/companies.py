"""Names of companies: what stays when legal form, region and trade are taken away.

`core_name` is what two spellings of one registered name share; `brand_of` what people call the
company. Both work on folded text, so width, case and traditional characters make no difference.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.matching import legal_forms
from shared.domain.matching.regions import is_region, leading_region, without_regions
from shared.domain.text import fold, has_cjk

_BRACKETS = re.compile(r"[(\[{〔【<《]([^()\[\]{}〔〕【】<>《》]*)[)\]}〕】>》]")
_WEB = re.compile(r"(?<=\w)\.(?:com|net|org|io|ai|co|cn|de|jp|fr|uk)(?:\.[a-z]{2})?\b")
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?|\b\w/\w\b")
_APOSTROPHE = re.compile(r"[''`´]|(?<=\w)[\u2019\u02bc](?=\w)")
_SEPARATORS = re.compile(r"[\W_]+")
_SHORTEST_CJK = 2
_CONNECTING = frozenset({"and", "the", "und", "et", "y", "e"})
_SMALL = frozenset({"of", "for", "de", "du", "des", "der", "di", "in"})


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name taken apart. `region` is the one it begins with, `initials` its letters."""

    full: str
    core: str
    brand: str
    region: str
    initials: frozenset[str]

    @property
    def key(self) -> str:
        """The core without spaces: Wal-Mart and Walmart are one."""
        return self.core.replace(" ", "")

    @property
    def cjk(self) -> bool:
        """Whether it is written in Chinese, Japanese or Korean."""
        return has_cjk(self.core)

    @property
    def telling(self) -> bool:
        """Whether it names a company, and not only a trade: 北京银行 does, 银行 does not."""
        return bool(self.brand or self.region)

    @property
    def bare(self) -> bool:
        """Whether nothing but the brand is said."""
        return self.core == self.brand


@lru_cache(maxsize=4096)
def company_name(name: str) -> CompanyName:
    """The parts of a company's name. Never empty where the name has a letter."""
    words = _words(name)
    full = " ".join(words)
    core = _core(words)
    return CompanyName(
        full=full,
        core=core,
        brand=_brand(core),
        region=leading_region(full) if has_cjk(full) else "",
        initials=_initials(core),
    )


def core_name(name: str) -> str:
    """The name without legal form, region, brackets, punctuation. `core(core(x)) == core(x)`."""
    return company_name(name).core


def brand_of(name: str) -> str:
    """What people call the company: the core without the words that say only its trade.

    Empty where nothing but trade is said.
    """
    return company_name(name).brand


def _words(name: str) -> list[str]:
    text = _WEB.sub(" ", fold(name).replace("&", " and ").replace("+", " and "))
    text = _DOTTED.sub(lambda found: re.sub(r"[./]", "", found.group()), _APOSTROPHE.sub("", text))
    while (shorter := _BRACKETS.sub(_bracketed, text)) != text:
        text = shorter
    return [word for word in _SEPARATORS.sub(" ", text).split() if word]


def _bracketed(found: "re.Match[str]") -> str:
    """Regions and legal forms in brackets go, anything else stays as words."""
    inner = found.group(1).strip()
    said = inner in legal_forms.cjk_forms() or inner in legal_forms.latin_places()
    return " " if said or (has_cjk(inner) and is_region(inner)) else f" {inner} "


def _core(words: list[str]) -> str:
    while (rest := _shorter(words)) != words:
        words = rest
    return " ".join(words)


def _shorter(words: list[str]) -> list[str]:
    """One step: connecting words, then a legal form, then a region; never all of it."""
    if not words:
        return words
    kept = [w for w in words if w not in _CONNECTING] or words
    if kept != words:
        return kept
    for phrase in legal_forms.latin_phrases():
        if len(words) > len(phrase) and tuple(words[-len(phrase) :]) == phrase:
            return words[: -len(phrase)]
    if len(words) > 1 and words[-1] in legal_forms.latin_forms():
        return words[:-1]
    text = "".join(words) if all(map(has_cjk, words)) else ""
    if text and len(words) > 1:
        return [text]
    shorter = _cjk_shorter(words[-1]) if has_cjk(words[-1]) else words[-1]
    return [*words[:-1], shorter] if shorter != words[-1] else words


def _cjk_shorter(word: str) -> str:
    if word in legal_forms.cjk_forms():
        return word
    for form in legal_forms.cjk_forms():
        if len(word) - len(form) < _SHORTEST_CJK or len(form) == 1:
            continue
        if word.endswith(form):
            return word.removesuffix(form)
        if word.startswith(form) and form[0] in "株有合주유":
            return word.removeprefix(form)
    bare = without_regions(word)
    return bare if _cjk_brand(bare) else word


def _brand(core: str) -> str:
    words = core.split()
    if has_cjk(core):
        return " ".join(part for part in map(_cjk_brand, words) if part)
    while len(words) > 1 and words[-1] in legal_forms.latin_trades():
        words = words[:-1]
    if len(words) == 1 and words[0] in legal_forms.vague_words():
        return core
    return " ".join(words)


def _cjk_brand(word: str) -> str:
    """Up to the first word of trade; what begins with one (环境公司) has no brand."""
    for start in range(len(word)):
        trade = next((t for t in legal_forms.cjk_trades() if word.startswith(t, start)), None)
        if trade is not None and start != 1:
            return "" if is_region(word[:start]) else word[:start]
    return word


def _initials(core: str) -> frozenset[str]:
    words = core.split()
    if has_cjk(core) or len(words) < 2:
        return frozenset()
    every = "".join(w[0] for w in words)
    large = "".join(w[0] for w in words if w not in _SMALL)
    return frozenset(letters for letters in (every, large) if len(letters) > 1)
