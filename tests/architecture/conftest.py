"""The sample product's template, and the same after SAM has expanded it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.synth.expansion import expand
from infra.synth.outputs import BASE
from infra.synth.template import synthesise

SAMPLE = "tests.architecture.sample_functions"
SAMPLE_SIZES = Path(__file__).parent / "sample_functions" / "functions.yaml"


@pytest.fixture(scope="session")
def sample() -> dict[str, Any]:
    """The sample product's template."""
    return yaml.safe_load(synthesise(SAMPLE, BASE, SAMPLE_SIZES))


@pytest.fixture(scope="session")
def expanded_sample(sample: dict[str, Any]) -> dict[str, Any]:
    """The sample product's template as CloudFormation sees it."""
    return expand(sample)
