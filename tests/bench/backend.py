"""The embedded cloud as the measured handlers' table, in a process of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from infra.local.embedded import EmbeddedCloud
from infra.local.place import Place
from tests.world import ROOT, SETTINGS, create_table


@contextmanager
def table() -> Iterator[None]:
    """A fresh table on a fresh embedded cloud; the environment points every client at it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(ROOT, Path(folder))
        place.prepare()
        cloud = EmbeddedCloud(place)
        cloud.start()
        cloud.wait()
        os.environ.update(
            SETTINGS,
            AWS_ENDPOINT_URL=cloud.endpoint,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION=SETTINGS["AWS_REGION"],
            POWERTOOLS_SERVICE_NAME="bench",
            POWERTOOLS_TRACE_DISABLED="true",
            POWERTOOLS_LOG_LEVEL="CRITICAL",
        )
        try:
            create_table(boto3.client("dynamodb"))
            secret = boto3.client("secretsmanager").create_secret(Name="s", SecretString="s" * 32)
            os.environ["SIGNING_SECRET_ARN"] = secret["ARN"]
            yield
        finally:
            cloud.stop()
