"""The keys of a row as tokens, `email:a@example.com`, in the form in which records hold them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from functions.imports.mapping import Mapping as MappingOfFile
from shared.domain.customers.parts import TaxNumber
from shared.domain.customers.tax_numbers import checked_tax_number, likely_scheme
from shared.domain.errors import InvalidInput
from shared.domain.phone import parse_phone
from shared.domain.text import clean

Token = str
_SCALAR = frozenset({"external_id", "email", "phone", "tax_number"})


def keys_of(mapping: MappingOfFile) -> tuple[str, ...]:
    """The fields that recognise a record; without any, an outside id does where the file has it."""
    if mapping.keys:
        return mapping.keys
    given = {each.field for each in mapping.fields}
    return ("external_id",) if "external_id" in given else ()


def one_token_each(keys: Sequence[str]) -> bool:
    """Whether a row has at most one token, so that rows can be dealt out by it."""
    return len(keys) <= 1 and all(
        k in _SCALAR or k.startswith(("emails.", "phones.")) for k in keys
    )


def tokens_of(
    keys: Sequence[str], values: Mapping[str, Any], region: str | None
) -> tuple[tuple[Token, ...], ...]:
    """For each key of the mapping the tokens that the row gives for it, none without a value.

    What cannot be read gives none either: the row's own checks tell what is wrong with it.
    """
    return tuple(tuple(dict.fromkeys(_tokens(key, values, region))) for key in keys)


def _tokens(key: str, values: Mapping[str, Any], region: str | None) -> Iterator[Token]:
    head, _, tail = key.partition(".")
    said: Any = values.get(head)
    if tail:
        said = {tail: _parts(said).get(tail)}
    match head:
        case "email" | "emails":
            yield from (f"email:{clean(text).casefold()}" for text in _texts(said, "address"))
        case "phone" | "phones":
            yield from _phones(_texts(said, "number"), region)
        case "tax_number":
            yield from _tax(said)
        case "identities":
            yield from _identities(said)
        case _:
            yield from (f"{head}:{clean(text)}" for text in _texts(said, "value"))


def _parts(said: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _texts(said: Any, part: str) -> Iterator[str]:
    """The texts in a value, in a list, or in the slots of several."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for each in cast("list[Any]", said):
            yield from _texts(each, part)
    else:
        slots = _parts(said)
        for each in [slots[part]] if part in slots else list(slots.values()):
            yield from _texts(each, part)


def _phones(texts: Iterator[str], region: str | None) -> Iterator[Token]:
    for text in texts:
        try:
            yield f"phone:{parse_phone(text, region).e164}"
        except InvalidInput:
            continue


def _tax(said: Any) -> Iterator[Token]:
    text = next(_texts(said, "value"), "")
    scheme = _parts(said).get("scheme") or likely_scheme(text)
    try:
        number = checked_tax_number(TaxNumber.model_validate({"scheme": scheme, "value": text}))
    except (InvalidInput, ValueError):
        return
    yield f"tax:{number.scheme}:{number.value}"


def _identities(said: Any) -> Iterator[Token]:
    for channel, value in _parts(said).items():
        systems = _parts(value) or {"": value}
        for system, text in systems.items():
            if isinstance(text, str):
                yield f"identity:{channel}:{system}:{clean(text)}"
