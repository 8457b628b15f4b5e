"""`python -m infra.contracts [--check]`: writes the generated contracts, or tells of drift."""

import sys

from infra.contracts.outputs import drifted, write
from infra.synth.errors import SynthError


def main(arguments: list[str]) -> int:
    """0 when all is written or equal; 1 with a line for each problem."""
    try:
        if "--check" not in arguments:
            for line in write():
                print(line)
            return 0
        stale = drifted()
    except SynthError as error:
        for problem in error.problems:
            print(f"contracts: {problem}", file=sys.stderr)
        return 1
    for path in stale:
        print(f"{path} is not what the code says: run `make template`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
