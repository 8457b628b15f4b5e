"""What a consumer's decorator leaves for the synthesiser."""

from typing import Any, ClassVar

from shared.domain.entity import Entity
from shared.domain.events.leads import LeadCaptured
from shared.runtime.consumers import Message, consumes, follows, works


class House(Entity):
    kind: ClassVar[str] = "house"
    prefix: ClassVar[str] = "hou"


class Street(Entity):
    kind: ClassVar[str] = "street"
    prefix: ClassVar[str] = "str"


def read(delivery: Any) -> None:
    return None


def left_by(handler: Any) -> tuple[Any, Any]:
    return handler.subscription, handler.follows


def test_each_decorator_says_what_flows_into_its_queue() -> None:
    handle: Any = read
    assert left_by(consumes(LeadCaptured)(handle)) == ((LeadCaptured,), ())
    assert left_by(follows(House, Street)(handle)) == ((), ("hou_", "str_"))
    assert left_by(works(Message)(handle)) == ((), ())
