"""One installation per module, one tenant per test: quick, and every test is also a neighbour."""

from collections.abc import Iterator

import pytest

from tests.cloud import running_cloud, world_in
from tests.house import House
from tests.world import START, World


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded cloud's address."""
    with running_cloud(tmp_path_factory.mktemp("cloud")) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def town(cloud: str) -> Iterator[World]:
    """An installation that the tests of a module share, each with a tenant of its own."""
    with world_in(cloud) as made:
        yield made


@pytest.fixture
def house(town: World) -> House:
    """A new tenant in the shared installation, at the time at which every test begins."""
    town.now = START
    town.settle()
    made = House(town)
    town.requests.clear()
    town.dead.clear()
    return made
