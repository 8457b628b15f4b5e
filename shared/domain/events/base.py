"""What every domain event is: a named, versioned, flat pydantic value.

Names and versions are written out, never derived from the class name: renaming a class must not
break a consumer.
"""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact in the past tense. `name` and `version` make the bus detail-type.

    `timeline` is the type by which timelines are filtered: empty for the first part of the name,
    None for what no timeline shows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: ClassVar[str]
    version: ClassVar[int] = 1
    timeline: ClassVar[str | None] = ""
    catalogue: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            known = Event.catalogue.setdefault(cls.detail_type(), cls)
            if known.__qualname__ != cls.__qualname__:
                raise TypeError(f"two events are called {cls.detail_type()}")

    @classmethod
    def detail_type(cls) -> str:
        """`lead.captured.v1`."""
        return f"{cls.name}.v{cls.version}"

    @classmethod
    def timeline_type(cls) -> str | None:
        """The type of its timeline entries, None if it makes none."""
        return cls.name.split(".")[0] if cls.timeline == "" else cls.timeline


class Subject(BaseModel):
    """The entity an event is about, in the version the event made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    id: str
    version: int


class Envelope(BaseModel):
    """What travels: the event with who, when, about what, and what it belongs to.

    `concerns`: the accounts, contacts and leads on whose timeline it stands.
    Stored on the entity's own item until the change stream publishes it, so the id never changes
    however often it is delivered.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    version: int
    tenant: str
    at: datetime
    actor: str
    subject: Subject
    concerns: tuple[str, ...] = ()
    data: dict[str, Any]
    correlation_id: str = ""

    def detail_type(self) -> str:
        """`lead.captured.v1`."""
        return f"{self.name}.v{self.version}"
