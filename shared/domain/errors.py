"""The error tree: every refusal the product can give, each with a stable code.

RapportError
├── Unauthenticated · Forbidden · NotFound · Moved · Gone
├── InvalidInput (every bad field at once) · PayloadTooLarge · RateLimited
├── Conflict
│   ├── AlreadyExists · DuplicatesFound · AlreadyHandled · IdempotencyKeyReused
│   ├── InvalidState · TooManyActions
│   └── StaleVersion · ConcurrentChange
└── Unavailable (somebody else's fault; retry later)

`shared.http.problems` maps each leaf to a status; a test proves that none is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field: a dotted `path`, a stable `code`, a `message` for people."""

    path: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The three texts, as problem details and import results carry them."""
        return {"path": self.path, "code": self.code, "message": self.message}


class RapportError(Exception):
    """Base of all refusals. `code` is stable; `details` is safe to show to the caller."""

    code = "error"

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message or self.__class__.__name__)
        self.message = message or (self.__class__.__doc__ or "").split("\n", 1)[0]
        self.code = code or type(self).code
        self.details: dict[str, Any] = dict(details or {})


class Unauthenticated(RapportError):
    """Sign in first: the request carries no valid identity."""

    code = "unauthenticated"


class Forbidden(RapportError):
    """The caller's role does not give this right."""

    code = "forbidden"


class NotFound(RapportError):
    """Nothing with this address exists for the caller."""

    code = "not_found"


class Moved(RapportError):
    """This record was merged into another one, which answers at `details['location']`."""

    code = "moved"


class Gone(RapportError):
    """This existed and is over: an expired link, a purged record."""

    code = "gone"


class InvalidInput(RapportError):
    """The input breaks the rules; `errors` names every bad field."""

    code = "invalid_input"

    def __init__(self, errors: Sequence[FieldError], message: str = "") -> None:
        super().__init__(message or "The input has errors; see 'errors'.")
        self.errors: tuple[FieldError, ...] = tuple(errors)

    @classmethod
    def of(cls, path: str, code: str, message: str) -> "InvalidInput":
        """One bad field."""
        return cls([FieldError(path, code, message)])


class PayloadTooLarge(RapportError):
    """The body is above the limit of this route."""

    code = "payload_too_large"


class RateLimited(RapportError):
    """Too many requests; retry after `details['retry_after']` seconds."""

    code = "rate_limited"


class Conflict(RapportError):
    """The request does not fit the present state."""

    code = "conflict"


class AlreadyExists(Conflict):
    """Another record holds this unique value.

    `existing_id` is for code that may tell it (imports); it is not among the public details.
    """

    code = "already_exists"

    def __init__(self, message: str, *, field: str = "", existing_id: str | None = None) -> None:
        super().__init__(message, details={"field": field} if field else None)
        self.existing_id = existing_id


class DuplicatesFound(Conflict):
    """Records like this one exist: see `details['candidates']`; repeat with `allow_duplicate`.

    Where `details['blocked']` is true, only those with the right to override may do so.
    """

    code = "duplicates_found"


class AlreadyHandled(Conflict):
    """This event or command was handled before; nothing was changed."""

    code = "already_handled"


class IdempotencyKeyReused(Conflict):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency_key_reused"


class InvalidState(Conflict):
    """The record's state does not allow this action."""

    code = "invalid_state"


class TooManyActions(Conflict):
    """One decision would write more records than one transaction holds (100)."""

    code = "too_many_actions"


class StaleVersion(Conflict):
    """The record was changed since the version given in If-Match."""

    code = "stale_version"


class ConcurrentChange(Conflict):
    """Somebody changed the same record at the same moment; read it again and repeat."""

    code = "concurrent_change"


class Unavailable(RapportError):
    """A service this needs does not answer just now; nothing was changed, retry later."""

    code = "unavailable"
