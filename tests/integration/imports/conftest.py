"""Fixtures of the import tests."""

import pytest

from tests.house import House
from tests.integration.imports.office import Office


@pytest.fixture
def office(house: House) -> Office:
    """An admin at work on imports."""
    return Office(house)
