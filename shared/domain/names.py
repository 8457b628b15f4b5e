"""How names of people are put together, in the order of their script."""

from shared.domain.text import has_cjk


def display_name(given: str | None, family: str | None) -> str | None:
    """Both names in their script's order: 王小明, but Anna Müller; None without any."""
    if not given or not family:
        return given or family
    if has_cjk(family):
        return f"{family}{given}"
    return f"{given} {family}"
