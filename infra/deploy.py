"""`make deploy`: build, then hand the template to the SAM command line, which asks what it needs.

The first deployment is guided and keeps its answers in samconfig.toml; later ones just go.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from infra.build.__main__ import main as build
from infra.synth.outputs import drifted

ROOT = Path(__file__).resolve().parents[1]
NO_SAM = (
    "make deploy: the AWS SAM command line ('sam') is not installed; see "
    "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html"
)


def main() -> int:
    """SAM's exit code; 1 when there is nothing sound to deploy."""
    sam = shutil.which("sam")
    if sam is None:
        print(NO_SAM, file=sys.stderr)
        return 1
    stale = drifted()
    if stale:
        print(f"make deploy: run `make template` first; stale: {stale}", file=sys.stderr)
        return 1
    if build([]) != 0:
        return 1
    command = [sam, "deploy", "--template-file", "template.yaml", "--resolve-s3"]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    if not (ROOT / "samconfig.toml").exists():
        command += ["--guided", "--stack-name", "rapport"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
