"""The estate under attack, built once, and people who want what is not theirs."""

import pytest

from tests.house import House
from tests.integration.security.estate import Estate
from tests.world import World


@pytest.fixture(scope="module")
def estate(town: World) -> Estate:
    """Tenant A with one of everything."""
    return Estate(House(town))


@pytest.fixture(scope="module")
def stranger(town: World, estate: Estate) -> House:
    """Tenant B, whose admin may do everything in it."""
    house = House(town)
    town.settle()
    return house
