"""The sample data beside the checkout, which the product itself never reads."""

import csv
import gzip
import io
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def plain_bytes(name: str) -> bytes:
    """A sample file's content, decompressed."""
    content = (DATA / name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


def records(name: str) -> list[dict[str, str]]:
    """The rows of a UTF-8 sample, by column, without the blanks around names and cells."""
    text = plain_bytes(name).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    return [{column.strip(): cell.strip() for column, cell in row.items()} for row in rows]
