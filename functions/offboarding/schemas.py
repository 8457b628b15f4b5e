"""What the routes of offboarding accept and answer."""

from typing import Annotated

from pydantic import Field

from functions.offboarding.model import TenantDeletion
from shared.domain.entity import Moment, Value
from shared.domain.text import Line


class DeletionOrder(Value):
    """`confirmation`: the tenant's name, letter by letter."""

    confirmation: Annotated[Line, Field(min_length=1, max_length=200)]


class DeletionView(TenantDeletion):
    """The deletion and when it begins unless it is called off."""

    begins_at: Moment | None = None
