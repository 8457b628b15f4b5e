"""What the form routes accept and answer where that is not the form or submission itself."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.entity import Value
from shared.domain.forms.answers import Answers
from shared.domain.forms.form import (
    FormField,
    FormSettings,
    FormStatus,
    Language,
)
from shared.domain.forms.submission import SubmissionStatus
from shared.domain.text import Line

Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=500)]


class NewForm(FormSettings):
    """A form to create."""


class FormChange(FormSettings):
    """Settings to change: what is not given stays as it is; lists replace the whole list."""

    name: Annotated[Line, Field(min_length=1, max_length=200)] = Field(default_factory=str)
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=50)] = Field(
        default_factory=tuple
    )
    status: FormStatus = "active"


class FormQuery(Value):
    """Filters of the form list."""

    status: FormStatus | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class SubmissionQuery(Value):
    """Filters of a form's submissions."""

    status: SubmissionStatus | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class SubmissionInput(Value):
    """What a visitor sends: answers by field name (the honeypot among them, empty), whether the
    consent box was ticked, `started` as the definition gave it, and the page's address."""

    answers: Answers = Field(default_factory=dict)
    consented: bool = False
    started: Annotated[str, Field(max_length=600)] | None = None
    page: Annotated[Line, Field(max_length=2000)] = ""


class PageInputs(BaseModel):
    """The inputs of the form's own page: `_started`, `_consented`, and the fields by name."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)
    __pydantic_extra__: dict[str, str]  # pyright: ignore[reportIncompatibleVariableOverride]

    @property
    def inputs(self) -> dict[str, str]:
        """Every input by name."""
        return dict(self.__pydantic_extra__ or {})


class PageQuery(BaseModel):
    """`done`: show what comes after the submission. Other parameters fill hidden fields of the
    same name, and are otherwise the campaign's business."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    done: bool = False

    def filling(self, fields: Iterable[FormField]) -> dict[str, str]:
        """The values that parameters give to hidden fields, by field name."""
        given = self.model_extra or {}
        hidden = [field for field in fields if field.type == "hidden"]
        values = {f.name: given.get(f.custom_name or f.name) for f in hidden}
        return {name: str(value)[:200] for name, value in values.items() if value is not None}


class Receipt(Value):
    """What the visitor may know: a text, perhaps a page to go to, and whether a mail follows."""

    message: str
    redirect: str | None = None
    confirmation: bool = False


class PublicConsent(Value):
    """The consent box."""

    text: str
    required: bool


class PublicForm(Value):
    """A form as a page needs it. Send `started` back with the answers."""

    title: str
    language: Language
    fields: tuple[FormField, ...]
    honeypot: str
    consent: PublicConsent | None = None
    started: str
    texts: dict[str, str]


class Snippet(Value):
    """Ways to show the form on a site: `script` draws it into the page, `frame` shows the form's
    own page (it needs no script), `page` is that page's address for links."""

    script: str
    frame: str
    page: str


class ReplayOrder(Value):
    """Answers that replace the kept ones of the same name; null drops one."""

    answers: Answers = Field(default_factory=dict)
