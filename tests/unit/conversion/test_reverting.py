"""Laws of filling and taking back: what was filled goes, what others wrote stays."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion.filling import fill
from shared.domain.conversion.mapping import Piece
from shared.domain.conversion.model import Target, images_of, seal_of
from shared.domain.conversion.reverting import take_back, untouched
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, change_account
from tests.unit.conversion.people import NOW, account, context

NAMES = ("website", "industry", "company_size", "source", "tags", "emails", "custom.a", "custom.b")
SIDE = {
    "website": st.sampled_from(["https://a.example.com", "https://b.example.com"]),
    "industry": st.sampled_from(["x", "y"]),
    "company_size": st.integers(1, 3),
    "source": st.sampled_from(["fair", "web"]),
    "tags": st.lists(st.sampled_from(["p", "q"]), min_size=1, unique=True),
    "emails": st.just([{"address": "a@example.com"}]),
    "custom.a": st.integers(1, 2),
    "custom.b": st.integers(1, 2),
}
VALUES = st.fixed_dictionaries({}, optional=SIDE)
LATER = NOW + timedelta(hours=1)


def nested(values: dict[str, Any]) -> dict[str, Any]:
    whole = {n: v for n, v in values.items() if not n.startswith("custom.")}
    custom = {n.removeprefix("custom."): v for n, v in values.items() if n.startswith("custom.")}
    return whole | ({"custom": custom} if custom else {})


def flat(record: Account) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude={"version", "updated_at", "provenance"})


def edited(record: Account, values: dict[str, Any]) -> Account:
    given = AccountInput.model_validate(nested(values))
    return change_account(context(LATER), record, given, given.model_fields_set)


def filled(record: Account, said: dict[str, Any], mode: Any, names: tuple[str, ...]) -> Account:
    pieces = [Piece(name, value, (name,)) for name, value in said.items()]
    found = fill(pieces, {}, mode, names, record)
    given = AccountInput.model_validate(found.values)
    return change_account(context(), record, given, found.names)


@given(VALUES, VALUES)
def test_filling_never_changes_a_value_that_is_there(
    present: dict[str, Any], said: dict[str, Any]
) -> None:
    before = account(**nested(present))
    after = filled(before, said, "fill", ())
    for name in NAMES:
        if name in present:
            assert value(after, name) == value(before, name)
        elif name in said:
            assert value(after, name) not in (None, [], ())


def value(record: Account, name: str) -> Any:
    head, _, tail = name.partition(".")
    found = record.model_dump(mode="json")[head]
    return found.get(tail) if tail else found


@given(VALUES, VALUES, st.sampled_from(["fill", "overwrite"]))
def test_taking_back_restores_what_nobody_changed(
    present: dict[str, Any], said: dict[str, Any], mode: str
) -> None:
    before = account(**nested(present))
    after = filled(before, said, mode, tuple(said)).as_stored()
    target = Target(kind="account", id=before.id, made=False, images=images_of(before, after))
    undone = take_back(context(LATER), target, after, None)
    assert flat(undone.after or after) == flat(before)  # type: ignore[arg-type]
    assert undone.conflicts == ()


@given(VALUES, VALUES, VALUES)
def test_taking_back_never_loses_a_later_edit(
    present: dict[str, Any], said: dict[str, Any], later: dict[str, Any]
) -> None:
    before = account(**nested(present))
    after = filled(before, said, "fill", ())
    target = Target(kind="account", id=before.id, made=False, images=images_of(before, after))
    now = edited(after, later)
    undone = take_back(context(LATER), target, now, None)
    result = undone.after or now
    conflicts = {conflict.field for conflict in undone.conflicts}
    for name in NAMES:
        if value(now, name) != value(after, name):
            assert value(result, name) == value(now, name)  # type: ignore[arg-type]
            if name in target.images and value(now, name) != value(before, name):
                assert name in conflicts
        elif name in target.images:
            assert value(result, name) == value(before, name)  # type: ignore[arg-type]


@given(VALUES, VALUES)
def test_a_seal_tells_whether_somebody_changed_the_record(
    present: dict[str, Any], later: dict[str, Any]
) -> None:
    made = account(**nested(present))
    target = Target(kind="account", id=made.id, made=True, seal=seal_of(made))
    assert untouched(target, made)
    now = edited(made, {n: v for n, v in later.items() if n != "tags"})
    assert untouched(target, now) == (flat(now) == flat(made))
