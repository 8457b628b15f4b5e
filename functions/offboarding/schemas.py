"""What the routes of offboarding accept and answer."""

from typing import Annotated

from pydantic import Field

from functions.offboarding.model import TenantArchive, TenantDeletion
from shared.domain.entity import Moment, Value
from shared.domain.text import Line
from shared.runtime.files import Link


class ArchiveView(TenantArchive):
    """An archive and, once it is complete and for seven days, the link to its file."""

    link: Link | None = None


class DeletionOrder(Value):
    """`confirmation`: the tenant's name, letter by letter."""

    confirmation: Annotated[Line, Field(min_length=1, max_length=200)]


class DeletionView(TenantDeletion):
    """The deletion and when it begins unless it is called off."""

    begins_at: Moment | None = None
