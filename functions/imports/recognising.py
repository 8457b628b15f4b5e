"""Which record a row means, by the records that hold its keys."""

from collections.abc import Mapping
from typing import Literal

from functions.imports.row_keys import Token
from shared.domain.entity import Entity
from shared.domain.errors import InvalidInput

Known = Mapping[Token, tuple[Entity, ...]]
_MOST_TOLD = 10


def meant(
    fields: tuple[str, ...],
    keys: tuple[tuple[Token, ...], ...],
    known: Known,
    match: Literal["any", "all"],
) -> Entity | None:
    """The record that the row means, None when it means a new one.

    Raises InvalidInput at the key: `key_ambiguous` when several records have it, `keys_disagree`
    when all keys must mean one record and do not.
    """
    found: list[Entity | None] = []
    for field, tokens in zip(fields, keys, strict=True):
        holder = _holder(field, tokens, known)
        if match == "any" and holder is not None:
            return holder
        found.append(holder)
    ids = {holder.id for holder in found if holder is not None}
    if not ids:
        return None
    if len(ids) > 1 or None in found:
        message = f"The keys do not mean one record: {', '.join(sorted(ids))}."
        raise InvalidInput.of(fields[0], "keys_disagree", message)
    return found[0]


def _holder(field: str, tokens: tuple[Token, ...], known: Known) -> Entity | None:
    holders = {each.id: each for token in tokens for each in known.get(token, ())}
    if len(holders) > 1:
        ids = ", ".join(sorted(holders)[:_MOST_TOLD])
        raise InvalidInput.of(field, "key_ambiguous", f"Several records have this key: {ids}.")
    return next(iter(holders.values()), None)
