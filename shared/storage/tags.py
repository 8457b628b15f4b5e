"""Which tags may be given: the check for everybody who puts tags on records."""

from collections.abc import Iterable

from shared.domain.errors import FieldError, InvalidInput
from shared.domain.segments.names import CLOSED, TAG
from shared.domain.text import fold
from shared.storage import keys
from shared.storage.store import Store


def closed_tags(store: Store, names: Iterable[str]) -> frozenset[str]:
    """Those of these names that cannot be given: retired, merged away, or given by a rule.

    One request for up to a hundred names, none for no names.
    """
    by_key = {keys.guard(store.tenant, TAG, CLOSED, fold(name)): name for name in names}
    held = store.table.get_many(by_key, consistent=True)
    return frozenset(by_key[key] for key in held)


def refuse_closed_tags(
    store: Store, before: Iterable[str], after: Iterable[str], path: str = "tags"
) -> None:
    """InvalidInput (`tag_closed`) for each tag that is added and cannot be given.

    A record keeps the tags it has, whatever became of them since.
    """
    kept = set(map(fold, before))
    added = [name for name in after if fold(name) not in kept]
    if closed := closed_tags(store, added):
        message = "The tag '{}' is retired, merged into another, or given by a rule."
        raise InvalidInput(
            [FieldError(path, "tag_closed", message.format(name)) for name in sorted(closed)]
        )
