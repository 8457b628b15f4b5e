"""Races run on the embedded cloud: many threads, real conditional writes."""

from collections.abc import Iterator

import pytest

from tests.cloud import running_cloud, world_in
from tests.house import House


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded cloud's address."""
    with running_cloud(tmp_path_factory.mktemp("cloud")) as endpoint:
        yield endpoint


@pytest.fixture
def house(cloud: str) -> Iterator[House]:
    """A tenant alone in its installation, its connections open."""
    with world_in(cloud) as world:
        made = House(world)
        assert made.call("GET", "/v1/leads", query={"limit": "1"}).status == 200
        yield made
