"""E-mail addresses: syntax and normal form, without asking the network.

The syntax rules are those of email-validator (RFC 5321, 6531, internationalised domains). Whether
a domain is a throw-away one comes from the disposable-email-domains list.
"""

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from shared.domain.errors import InvalidInput
from shared.domain.text import clean

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

LONGEST = 254


class EmailAddress(BaseModel):
    """An address for sending (`address`) and for recognising (`key`).

    `key` ignores case everywhere: mailboxes that differ only in case exist on paper, not in life.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    key: str
    domain: str
    disposable: bool = False


def parse_email(typed: str, path: str = "email") -> EmailAddress:
    """The address that `typed` means; InvalidInput at `path` (`email_invalid`) when it is none."""
    try:
        found = _read(typed)
    except NoAddress as refusal:
        raise InvalidInput.of(path, "email_invalid", str(refusal)) from refusal
    return EmailAddress(
        address=found.normalized,
        key=unicodedata.normalize("NFC", found.normalized.casefold()),
        domain=found.ascii_domain,
        disposable=is_disposable(found.ascii_domain),
    )


def is_disposable(domain: str) -> bool:
    """Whether mailboxes of this domain, or of one it belongs to, are thrown away after use."""
    labels = domain.casefold().split(".")
    return any(".".join(labels[i:]) in _disposable_domains() for i in range(len(labels) - 1))


def _normal(typed: str) -> str:
    try:
        return _read(typed).normalized
    except NoAddress as refusal:
        raise PydanticCustomError(
            "email_invalid", "{reason}", {"reason": str(refusal)}
        ) from refusal


Email = Annotated[
    str,
    Field(max_length=LONGEST, json_schema_extra={"format": "email"}),
    AfterValidator(_normal),
]
"""A pydantic e-mail address in its normal form; the error type is `email_invalid`."""


class NoAddress(Exception):
    """What was typed is no e-mail address; the message says why."""


@lru_cache(maxsize=256)  # what the input model has read, the entity reads once more
def _read(typed: str) -> "ValidatedEmail":
    # Its rules take long to compile: loaded when the first address is read, not at a cold start.
    from email_validator import EmailNotValidError, validate_email

    # Chinese input methods write the full-width at sign and the ideographic full stop.
    plain = unicodedata.normalize("NFKC", clean(typed)).replace("。", ".")
    try:
        return validate_email(plain, check_deliverability=False, strict=True)
    except EmailNotValidError as refusal:
        raise NoAddress(str(refusal)) from refusal


@cache
def _disposable_domains() -> frozenset[str]:
    # Ten thousand names: read when the first address is judged, not at every cold start.
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
