"""The rota: one row per team member with their turn and their open work, for fair assignment.

A claim is a condition on the member's turn inside the transaction that sets the owner, so two
routers cannot give the same turn twice, and the load always equals the records owned.
"""

from dataclasses import dataclass

from shared.domain.errors import ConcurrentChange
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


class TurnTaken(ConcurrentChange):
    """Another record was given to this member at the same moment."""

    code = "turn_taken"


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place: `turn` counts assignments (None: never had one), `load` open records."""

    turn: int | None
    load: int


def standings(store: Store, team: str) -> dict[str, Standing]:
    """The standing of everybody who ever got work in this team: user -> Standing. One request."""
    rows = store.rows(keys.counter(store.tenant, _name(team)))
    return {
        row["sk"]["S"]: Standing(counter_value(row, "turn"), counter_value(row, "load") or 0)
        for row in rows
    }


def claim(
    unit: UnitOfWork,
    team: str,
    user: str,
    standing: Standing,
    *,
    turn: int,
    cap: int | None,
) -> None:
    """Give the member the turn: holds only if their turn is as read and the cap leaves room."""
    change = CounterChange(
        keys.counter(unit.tenant, _name(team), user),
        add={"load": 1},
        put={"turn": turn},
        expect={"turn": standing.turn},
        at_most={} if cap is None else {"load": cap},
    )
    unit.count(change, _taken)


def release(unit: UnitOfWork, team: str, user: str) -> None:
    """One open record less for the member."""
    unit.count(
        CounterChange(keys.counter(unit.tenant, _name(team), user), add={"load": -1}), _taken
    )


def burden(unit: UnitOfWork, team: str, user: str) -> None:
    """One open record more, given by hand: no turn is used."""
    unit.count(CounterChange(keys.counter(unit.tenant, _name(team), user), add={"load": 1}), _taken)


def _name(team: str) -> str:
    return f"rota#{team}"


def _taken(_: Item | None) -> TurnTaken:
    return TurnTaken()
