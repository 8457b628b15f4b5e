"""What every contact with a customer must record, by channel: the tenant's standard.

A note of a channel that means the customer was reached carries facts beside its text; which of
them must not be missing is the tenant's own choice.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.entity import Moment, Value
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.notes import Touch
from shared.domain.tenancy import Setup

TouchFact = Literal["outcome", "next_step", "next_at", "minutes", "participants"]
Facts = Annotated[tuple[TouchFact, ...], Field(max_length=5)]


class NewTouchStandard(Value):
    """The facts that must be there, for each channel; none for a channel that is not named."""

    call: Facts = ()
    email: Facts = ()
    meeting: Facts = ()
    visit: Facts = ()
    message: Facts = ()


class TouchStandard(NewTouchStandard, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """The tenant's standard; nothing is required until it is set."""

    kind: ClassVar[str] = "touch_standard"
    prefix: ClassVar[str] = "tst"
    model_config = Setup.model_config

    def require(self, channel: str, touch: Touch, now: Moment) -> None:
        """Raises InvalidInput for every required fact that is missing, and for a next step in the
        past."""
        needed: tuple[str, ...] = getattr(self, channel, ())
        message = f"Say it of every {channel}."
        errors = [
            FieldError(fact, "required", message) for fact in needed if not getattr(touch, fact)
        ]
        if touch.next_at is not None and touch.next_at < now:
            errors.append(FieldError("next_at", "in_the_past", "The next step lies ahead."))
        if errors:
            raise InvalidInput(errors)
