"""What to list, and whether one stored item belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.access import Grant
from shared.domain.entity import Entity
from shared.storage import keys
from shared.storage.driver import Item


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What to list. Bounds are inclusive below and exclusive above.

    `equals` and `ranges` name promoted attributes; `has` names set attributes (tags), of which
    `among` wants any one of several. `hidden`: what is in review, of everybody or with `owner` what
    this person entered. `helper`: what this user helps with, whoever owns it.
    """

    state: str | None = None
    owner: str | None = None
    relation: str | None = None
    unowned: bool = False
    deleted: bool = False
    hidden: bool = False
    helper: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    equals: Mapping[str, str] = field(default_factory=dict[str, str])
    has: Mapping[str, str] = field(default_factory=dict[str, str])
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    ranges: Mapping[str, tuple[int | None, int | None]] = field(
        default_factory=dict[str, "tuple[int | None, int | None]"]
    )

    def admits(self, entity_type: type[Entity], item: Item, grant: Grant) -> bool:
        """The same decision for one stored item, for what was found by search."""
        wanted = dict(self.equals)
        for name, value in (
            (entity_type.state_field, self.state),
            (entity_type.owner_field, self.owner),
            (entity_type.relation_field, self.relation),
        ):
            if name is not None and value is not None:
                wanted[name] = value
        created = item["created_at"]["S"]
        return (
            ("deleted" in item) == self.deleted
            and all(_text(item, name) == value for name, value in wanted.items())
            and all(value in item.get(n, {}).get("SS", ()) for n, value in self.has.items())
            and all(set(of) & set(item.get(n, {}).get("SS", ())) for n, of in self.among.items())
            and all(_within(item, name, *bounds) for name, bounds in self.ranges.items())
            and (not self.unowned or "owner" not in item)
            and (self.created_from is None or created >= keys.moment(self.created_from))
            and (self.created_before is None or created < keys.moment(self.created_before))
            and (self.helper is None or self.helper in _helpers(item))
            and (
                grant.reaches(_text(item, "owner"), _text(item, "team"))
                or grant.principal.actor in _helpers(item)
            )
        )

    def fingerprint(self, kind: str, grant: Grant) -> str:
        """What a cursor must match: the query and the reach it was made for."""
        return repr((kind, grant.scope, grant.principal.actor, self))


def _helpers(item: Item) -> list[str]:
    return item["helper_users"]["SS"] if "helper_users" in item else []


def _text(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _within(item: Item, name: str, low: int | None, high: int | None) -> bool:
    if name not in item:
        return low is None and high is None
    value = int(item[name]["N"])
    return (low is None or value >= low) and (high is None or value < high)
