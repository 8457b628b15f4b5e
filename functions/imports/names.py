"""Full names taken apart into given and family name, for Western and Chinese names."""

from shared.domain.text import clean, has_cjk, is_cjk

# Family names of two characters; all others have one.
_FAMILY_NAMES = """
    欧阳 歐陽 上官 司马 司馬 诸葛 諸葛 夏侯 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文
    长孙 長孫 司徒 司空 端木 南宫 南宮 独孤 獨孤 东郭 西门 西門 轩辕 呼延 拓跋 百里 公冶 太史
    申屠 钟离 鍾離 闻人 澹台 第五 濮阳 濮陽 赫连 赫連 完颜 纳兰 納蘭 段干 淳于 单于 仲孙
"""
_PARTICLE_WORDS = """
    van von der den de da dos das do di du del della la le bin ibn al el ten ter zu af av y e
"""
_HONORIFIC_WORDS = "mr mrs ms miss dr prof sir herr frau m mme mr. mrs. ms. dr. prof. m. mme."
_TWO_CHARACTERS = frozenset(_FAMILY_NAMES.split())
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_HONORIFICS = frozenset(_HONORIFIC_WORDS.split())
_CHINESE_HONORIFICS = ("先生", "女士", "小姐", "太太", "老师", "总经理", "经理", "总")


def split_name(full: str, *, family_first: bool = False) -> tuple[str, str]:
    """`(given, family)`; one of them is "" when the name has a single part.

    `张小明` gives `("小明", "张")`; `Ludwig van Beethoven` gives `("Ludwig", "van Beethoven")`;
    `Doe, John` is family first, and so is every name with `family_first`.
    """
    name = clean(full)
    if has_cjk(name) and all(is_cjk(c) or c in " ·" for c in name):
        return _split_chinese(name)
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    if words and words[0].casefold() in _HONORIFICS:
        words = words[1:]
    if family_first and len(words) > 1:
        return " ".join(words[1:]), words[0]
    return _split_western(words)


def _split_chinese(name: str) -> tuple[str, str]:
    if "·" in name:  # a foreign name in characters: 约翰·史密斯
        given, _, family = name.partition("·")
        return given.strip(), family.strip()
    family, space, given = name.partition(" ")
    if space:
        return given.replace(" ", ""), family
    for honorific in _CHINESE_HONORIFICS:
        if name.endswith(honorific) and len(name) > len(honorific):
            name = name.removesuffix(honorific)
            break
    length = 2 if name[:2] in _TWO_CHARACTERS and len(name) > 2 else 1
    return name[length:], name[:length]


def _split_western(words: list[str]) -> tuple[str, str]:
    if len(words) < 2:
        return " ".join(words), ""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])
