"""The house, with its user pool in place of Cognito."""

from collections.abc import Iterator

import pytest

from tests.integration.access.house import House
from tests.integration.access.user_pool import APPLICATION, POOL, FakeUserPool, KeyServer
from tests.world import World


@pytest.fixture
def house(world: World) -> Iterator[House]:
    """An installation without any tenant."""
    keys = KeyServer()
    pool = FakeUserPool(clock=lambda: world.now)
    world.fakes["cognito-idp"] = pool
    changes = {
        "user_pool_id": POOL,
        "user_pool_client_id": APPLICATION,
        "endpoint_url": keys.address,
    }
    world.runtime.settings = world.runtime.settings.model_copy(update=changes)
    yield House(world, pool, keys)
    keys.close()
