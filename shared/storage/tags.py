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
    _refuse(closed_tags(store, _added(before, after)), path)


def open_tags(store: Store, before: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
    """`after` without what is added and cannot be given: for tags that come along by themselves."""
    wanted = tuple(after)
    closed = closed_tags(store, _added(before, wanted))
    return tuple(name for name in wanted if name not in closed)


class TagGate:
    """The same check for many records: each name is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed: dict[str, bool] = {}

    def refuse(self, before: Iterable[str], after: Iterable[str], path: str = "tags") -> None:
        """InvalidInput (`tag_closed`) for each tag that is added and cannot be given."""
        added = _added(before, after)
        unknown = [name for name in added if fold(name) not in self._closed]
        closed = closed_tags(self._store, unknown)
        self._closed |= {fold(name): name in closed for name in unknown}
        _refuse((name for name in added if self._closed[fold(name)]), path)


def _added(before: Iterable[str], after: Iterable[str]) -> list[str]:
    kept = set(map(fold, before))
    return [name for name in after if fold(name) not in kept]


def _refuse(closed: Iterable[str], path: str) -> None:
    message = "The tag '{}' is retired, merged into another, or given by a rule."
    errors = [FieldError(path, "tag_closed", message.format(name)) for name in sorted(closed)]
    if errors:
        raise InvalidInput(errors)
