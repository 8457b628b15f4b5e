"""Tells how large the packages are, and refuses those above the budget."""

from pathlib import Path

MB = 1_000_000
SHOWN = 8


def report(code: Path, layer: Path, budget_mb: int) -> int:
    """Print the largest packages and the total; 1 when the total is above the budget."""
    parts = {path.name: weigh(path) for path in (layer / "python").iterdir()}
    largest = sorted(parts.items(), key=lambda part: part[1], reverse=True)
    for name, weight in largest[:SHOWN]:
        print(f"  {weight / MB:6.1f} MB  {name}")
    print(f"  {sum(weight for _, weight in largest[SHOWN:]) / MB:6.1f} MB  other packages")
    print(f"  {weigh(code) / MB:6.1f} MB  our own code")
    total = weigh(code) + weigh(layer)
    print(f"  {total / MB:6.1f} MB  in all, of {budget_mb} MB")
    if total > budget_mb * MB:
        print(f"build: the packages are above the budget of {budget_mb} MB")
        return 1
    return 0


def weigh(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
