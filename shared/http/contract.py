"""What a route promises: the data from which rights checks, OpenAPI and the template are made."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from shared.domain.entity import Entity, Value

DEFAULT_BODY_LIMIT = 256 * 1024
MAX_PAGE = 200
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Contract:
    """The promise of one route.

    `resource` and `action` name the right it asks for (None: public). `returns` is the entity or
    model it answers with; `listed` that it answers with a page of them; `kind` whose field rules
    apply. `precondition`: takes If-Match. `writes`: takes Idempotency-Key and dry_run.
    `media` is the content type of an answer that is not JSON, `body_media` that of the body it
    takes (`FORM`: what a page without script sends). `secret`: request or answer carry
    secrets, so nothing of them is kept; a repeated Idempotency-Key is then refused, not replayed.
    `piecemeal`: the view stores its work itself, piece by piece, so the answer kept for an
    Idempotency-Key is looked for before the work is done again.
    """

    summary: str
    resource: str | None
    action: str | None
    tag: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    returns: type[BaseModel] | None = None
    listed: bool = False
    kind: str | None = None
    status: int = 200
    other_statuses: tuple[int, ...] = ()
    precondition: bool = False
    writes: bool = False
    rehearsable: bool = True
    body_limit: int = DEFAULT_BODY_LIMIT
    media: str | None = None
    deprecated: bool = False
    secret: bool = False
    piecemeal: bool = False
    body_media: str = JSON

    @property
    def public(self) -> bool:
        """Whether no identity is needed."""
        return self.resource is None


class Nothing(Value):
    """The query of a route that takes no parameters."""


class Page(Value):
    """Common parameters of lists."""

    limit: int = Field(default=50, ge=1, le=MAX_PAGE, description="Records a page.")
    cursor: str | None = Field(default=None, description="From the page before.")


def kind_of(returns: type[BaseModel] | None) -> str | None:
    """The entity kind whose field rules apply to answers of this type."""
    if returns is not None and issubclass(returns, Entity):
        return returns.kind
    return None
