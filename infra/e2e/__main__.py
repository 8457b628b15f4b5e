"""`make e2e`: build packages for this machine, deploy the template, walk through the system."""

import subprocess
import sys
import time
from pathlib import Path

from infra.build.__main__ import main as build
from infra.e2e.client import WalkFailed
from infra.e2e.deployment import Deployment, DeploymentFailed
from infra.e2e.emulator import EmulatorFailed, emulator
from infra.e2e.walk import Walk

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".build" / "host"
LOG = ROOT / ".build" / "e2e.log"


def main() -> int:
    """0 when every step went as it should."""
    began = time.monotonic()
    failed = build(["--host"])
    if failed:
        return failed
    built = time.monotonic()
    try:
        with emulator(LOG) as endpoint:
            deployment = Deployment(endpoint)
            deployment.deploy(ROOT / "template.yaml", PACKAGES)
            deployed = time.monotonic()
            walk = Walk(deployment)
            walk.run()
    except (EmulatorFailed, DeploymentFailed, WalkFailed) as error:
        print(
            f"e2e failed: {error}\n(the emulator's log: {LOG.relative_to(ROOT)})", file=sys.stderr
        )
        return 1
    walked = time.monotonic()
    print(
        f"e2e: {len(deployment.resources)} resources; {', '.join(walk.steps)}; "
        f"build {built - began:.0f} s, deployment {deployed - built:.0f} s, "
        f"walk {walked - deployed:.0f} s",
        flush=True,
    )
    # What needs a running system but not a deployed stack: every route called in unforeseen ways.
    return subprocess.run([sys.executable, "-m", "pytest", "-m", "e2e"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
