"""A table in memory that knows the two conditions single requests are made with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.storage.driver import ConditionFailed, Item, Table
from shared.storage.keys import Key


class MemoryTable(Table):
    """Keeps items in a dict; `interfere` runs once before the next write, as a rival would."""

    def __init__(self) -> None:
        super().__init__("memory", "eu-central-1")
        self.items: dict[Key, Item] = {}
        self.writes = 0
        self.interfere: Callable[[], None] | None = None

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        return self.items.get(key)

    def get_many(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        return {key: self.items[key] for key in keys if key in self.items}

    def write(self, actions: Sequence[Mapping[str, Any]]) -> None:
        if (rival := self.interfere) is not None:
            self.interfere = None
            rival()
        puts = [action["Put"] for action in actions]
        lost = {n: self.items.get(_key(put)) for n, put in enumerate(puts) if not self._holds(put)}
        if lost:
            raise ConditionFailed(lost)
        self.writes += 1
        for put in puts:
            self.items[_key(put)] = put["Item"]

    def _holds(self, put: Mapping[str, Any]) -> bool:
        found = self.items.get(_key(put))
        match put["ConditionExpression"]:
            case "attribute_not_exists(pk)":
                return found is None
            case "version = :v":
                wanted = put["ExpressionAttributeValues"][":v"]
                return found is not None and found["version"] == wanted
            case other:
                raise AssertionError(f"a condition this table does not know: {other}")


def _key(put: Mapping[str, Any]) -> Key:
    return put["Item"]["pk"]["S"], put["Item"]["sk"]["S"]
