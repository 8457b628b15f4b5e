"""The work orders of privacy on its plain queue."""

from typing import Literal

from shared.runtime.consumers import Message

STEPS = "privacy-steps"
Phase = Literal[
    "files",
    "merges",
    "conversions",
    "submissions",
    "imports",
    "notes",
    "opportunities",
    "affiliations",
    "consents",
    "records",
    "duplicates",
    "history",
    "finish",
]


class PrivacyStep(Message):
    """Take this step of an erasure; `tries` counts how often the history was waited for."""

    request: str
    phase: Phase = "files"
    tries: int = 0
