"""Everything that stands in the way of a conversion, collected over all its targets."""

from collections.abc import Generator
from contextlib import contextmanager

from pydantic import ValidationError

from shared.domain.errors import FieldError, InvalidInput
from shared.http.problems import invalid_input


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

    def require_none(self) -> None:
        """Raises InvalidInput with all of them."""
        if self.errors:
            raise InvalidInput(self.errors)

    def _take(self, refusal: InvalidInput, target: str) -> None:
        head = f"{target}." if target else ""
        found = [FieldError(head + e.path, e.code, e.message) for e in refusal.errors]
        self.errors += [error for error in found if error not in self.errors]
