"""Who does what, when and for which tenant: the one argument every use case takes.

A Context carries the clock reading and the id source, so that domain code needs neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shared.domain.access import Principal
from shared.domain.ids import make_id

ActorKind = Literal["user", "api_key", "system", "public"]


@dataclass(frozen=True, slots=True)
class Context:
    """One command's surroundings.

    `principal` is the caller with effective rights; `now` the aware UTC time the command is
    judged by; `entropy` gives the random part of new ids; `correlation_id` ties together
    everything one outside request caused.
    """

    principal: Principal
    now: datetime
    entropy: Callable[[], bytes] = field(repr=False)
    correlation_id: str = ""
    dry_run: bool = False

    @property
    def tenant(self) -> str:
        """The tenant every key of this command starts with."""
        return self.principal.tenant

    @property
    def actor(self) -> str:
        """Id of the user, API key or system part that acts."""
        return self.principal.actor

    def new_id(self, prefix: str) -> str:
        """A fresh id of this kind, stamped with the command's time."""
        return make_id(prefix, self.now, self.entropy())
