"""What a row says besides the record's own fields: whose it is, who made it, whom it belongs to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from functions.imports.adapters.customer_fields import REFERENCES, ROLES
from functions.imports.cells import plain
from shared.domain.errors import FieldError, InvalidInput

_EPOCH = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reference:
    """An account by one of its names: `id`, `external_id`, `tax_number` or `name`."""

    field: str
    by: str
    value: str


@dataclass(frozen=True, slots=True)
class Extras:
    """`owner` and `created_by` are user ids or e-mail addresses. `references` are in the order in
    which they are tried: an id tells more than a name."""

    owner: str | None = None
    created_by: str | None = None
    created_at: datetime | None = None
    roles: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @classmethod
    def take(cls, values: dict[str, Any], relation: str | None, latest: datetime) -> "Extras":
        """What the values of a row say of this; it is taken out of them.

        Raises InvalidInput: `created_at_invalid`, `role_unknown`.
        """
        return cls(
            owner=_text(values.pop("owner", None)),
            created_by=_text(values.pop("created_by", None)),
            created_at=_moment(values.pop("created_at", None), latest),
            roles=_roles(values.pop("roles", None)) if relation == "account" else (),
            references=_references(values.pop(relation, None), relation) if relation else (),
        )


NOTHING = Extras()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: Any, latest: datetime) -> datetime | None:
    """Between 1970 and now: ids carry the time of creation."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        at = None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    if at is None or not _EPOCH <= at <= latest:
        message = "Write a time between 1970 and now, as in 2024-03-05T14:30:00+08:00."
        raise InvalidInput.of("created_at", "created_at_invalid", message)
    return at


def _roles(value: Any) -> tuple[str, ...]:
    texts: list[str] = [value] if isinstance(value, str) else list(value or ())
    found = [plain(text).replace(" ", "_") for text in texts]
    unknown = [role for role in found if role not in ROLES]
    if unknown:
        message = f"There is no role '{unknown[0][:50]}'; there are: {', '.join(ROLES)}."
        raise InvalidInput([FieldError("roles", "role_unknown", message)])
    return tuple(dict.fromkeys(found))


def _references(value: Any, relation: str) -> tuple[Reference, ...]:
    said = cast("dict[str, Any]", value) if isinstance(value, dict) else {"name": value}
    return tuple(
        Reference(f"{relation}.{by}", by, text)
        for by in REFERENCES
        if isinstance(text := said.get(by), str) and text
    )
