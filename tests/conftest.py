"""Fixtures that every kind of test shares."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "test")
os.environ.setdefault("POWERTOOLS_TRACE_DISABLED", "true")


@pytest.fixture
def world() -> Iterator["World"]:
    """An empty installation on moto's table, with a clock that stands still."""
    from moto import mock_aws

    with mock_aws(), World() as made:
        yield made


from tests.world import World  # noqa: E402
