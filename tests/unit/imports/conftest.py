"""Sample files that may lie beside the checkout; tests that want them skip where they do not."""

from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """The path of a sample file by its name below the data folder."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip("the sample data is not here")
        return path

    return find
