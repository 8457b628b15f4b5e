"""Names in Latin letters, so that 曾伟 meets Zeng Wei and ソニー meets Sony.

Chinese is read as pinyin (pypinyin), every other script by anyascii. Both are loaded when the
first such name is seen.
"""

import re
from functools import lru_cache

from shared.domain.text import fold

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]+")
_HANGUL_OR_KANA = re.compile("[\u3040-\u30ff\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_WORDS = re.compile(r"[a-z]+")

# Surnames that are read in another way than the same character elsewhere.
_SURNAME_READINGS = {
    **{"曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "盖": "ge", "查": "zha", "区": "ou"},
    **{
        "任": "ren",
        "华": "hua",
        "朴": "piao",
        "尹": "yin",
        "覃": "qin",
        "乐": "yue",
        "种": "chong",
    },
    **{
        "缪": "miao",
        "召": "shao",
        "折": "she",
        "隗": "wei",
        "逄": "pang",
        "员": "yun",
        "冼": "xian",
    },
    **{"繁": "po", "秘": "bi", "黑": "he", "过": "guo", "幺": "yao", "翟": "zhai", "俞": "yu"},
    **{"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai"},
}


def is_han(text: str) -> bool:
    """Whether it is written in Chinese characters alone (spaces and dots apart)."""
    return _HAN.fullmatch(re.sub(r"[\s·・.]", "", text)) is not None


def is_japanese_or_korean(text: str) -> bool:
    """Whether any character is kana or hangul."""
    return _HANGUL_OR_KANA.search(text) is not None


@lru_cache(maxsize=8192)
def roman(text: str) -> str:
    """The text in lower-case Latin letters and spaces: 重庆长安 -> chong qing chang an."""
    folded = fold(text)
    if not folded.isascii():
        folded = fold(_others(_HAN.sub(lambda found: f" {_pinyin(found.group())} ", folded)))
    return " ".join(_WORDS.findall(re.sub(r"['`´]", "", folded)))


def roman_surname(text: str) -> str:
    """A Chinese surname as it is read: 单 -> shan."""
    return _SURNAME_READINGS.get(text) or roman(text)


def _pinyin(han: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(han, errors="ignore"))


def _others(text: str) -> str:
    from anyascii import anyascii

    return anyascii(text)
