"""Measures every decision, prints the report and writes docs/quality.md."""

import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from tests.quality.pages import prose
from tests.quality.samples import DATA

SECTIONS = ("scoring", "routing", "search", "matching", "inspection", "phones")
SLOWEST_FIRST = ("inspection", "search", "scoring", "matching", "routing", "phones")
REPORT = Path(__file__).resolve().parents[2] / "docs" / "quality.md"


def main() -> None:
    """Measure in two processes; without the sample data the committed report stays as it is."""
    if not DATA.is_dir():
        sys.exit("The sample data is not beside the checkout: docs/quality.md stays as it is.")
    with ProcessPoolExecutor(max_workers=2) as pool:
        parts = dict(zip(SLOWEST_FIRST, pool.map(measured, SLOWEST_FIRST), strict=True))
    text = report([parts[name] for name in SECTIONS])
    print(text)
    REPORT.write_text(text, "utf-8")


def measured(name: str) -> str:
    """One section of the report."""
    return str(import_module(f"tests.quality.{name}").measure())


def report(sections: list[str]) -> str:
    """The whole page."""
    introduction = prose(
        """Written by `make quality`: how good the product's decisions are, on real and published
        data, each beside a naive way to decide. The samples lie beside the checkout and are no part
        of the product. Nothing here depends on time or chance (seeds are fixed), so the page
        changes only when a decision does."""
    )
    return "\n\n".join(["# Quality of decisions", introduction, *sections]) + "\n"


if __name__ == "__main__":
    main()
