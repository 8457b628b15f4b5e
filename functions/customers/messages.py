"""Work orders of this use case to itself."""

from typing import Annotated, Literal

from pydantic import Field

from shared.runtime.consumers import Message

MOST_IDS = 100


class CustomerJob(Message):
    """Something to do in the background with some customers."""

    task: Literal["grade", "remove"]
    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_IDS)]
