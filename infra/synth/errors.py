"""The one error of the synthesiser: code and functions.yaml do not fit together."""

from collections.abc import Sequence


class SynthError(Exception):
    """Says every contradiction at once, one clear line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
