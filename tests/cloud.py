"""The embedded cloud for tests that need real conditional writes under load, or just speed.

One process a session, on a free loopback port; each world gets an account of its own in it.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

from infra.local.embedded import EmbeddedCloud
from infra.local.place import Place
from tests.world import ROOT, World

_accounts = itertools.count(100_000_000_001)


@contextmanager
def running_cloud(folder: Path) -> Iterator[str]:
    """The address of an embedded cloud that lives as long as the context."""
    place = Place(ROOT, folder)
    place.prepare()
    cloud = EmbeddedCloud(place)
    with pytest.MonkeyPatch.context() as env:
        env.setenv("SNAPSHOT_SECONDS", "86400")
        cloud.start()
    try:
        cloud.wait()
        yield cloud.endpoint
    finally:
        cloud.stop()


@contextmanager
def world_in(endpoint: str) -> Iterator[World]:
    """An empty installation in the embedded cloud."""
    with pytest.MonkeyPatch.context() as env:
        env.setenv("AWS_ENDPOINT_URL", endpoint)
        env.setenv("AWS_ACCESS_KEY_ID", str(next(_accounts)))
        boto3.setup_default_session()
        try:
            with World() as made:
                yield made
                _forget_files(made)  # names of buckets are everybody's
        finally:
            boto3.DEFAULT_SESSION = None


def _forget_files(world: World) -> None:
    bucket = boto3.resource("s3").Bucket(world.runtime.settings.files_bucket)
    bucket.objects.all().delete()
    bucket.delete()
