"""Everything that stands in the way of a conversion, collected over all its targets."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.domain.errors import FieldError, InvalidInput
from shared.http.problems import invalid_input

M = TypeVar("M", bound=BaseModel)


class Refusals:
    """Bad fields of all targets: `account.website`, `contact.phones.0.number`."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, path: str, code: str, message: str) -> None:
        """One more."""
        self.errors.append(FieldError(path, code, message))

    @contextmanager
    def within(self, target: str) -> Generator[None]:
        """What is refused inside counts against this target ("": the order itself), and what
        follows is still tried."""
        try:
            yield
        except ValidationError as error:
            self._take(invalid_input(error), target)
        except InvalidInput as refusal:
            self._take(refusal, target)

    def read(self, target: str, model: type[M], values: Mapping[str, Any]) -> M:
        """The values as this model; what is wrong with some is told, and the others are tried on.

        Raises ValidationError when nothing can be made of them.
        """
        try:
            return model.model_validate(values)
        except ValidationError as error:
            self.take(error, target)
            bad = {str(e["loc"][0]) if e["loc"] else "" for e in error.errors(include_url=False)}
            return model.model_validate({n: v for n, v in values.items() if n not in bad})

    def take(self, error: ValidationError, target: str) -> None:
        """What a schema refused of a target."""
        self._take(invalid_input(error), target)

    def require_none(self) -> None:
        """Raises InvalidInput with all of them."""
        if self.errors:
            raise InvalidInput(self.errors)

    def _take(self, refusal: InvalidInput, target: str) -> None:
        head = f"{target}." if target else ""
        found = [FieldError(head + e.path, e.code, e.message) for e in refusal.errors]
        self.errors += [error for error in found if error not in self.errors]
