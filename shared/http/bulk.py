"""One action on many records: each is decided and stored alone, and each gets its own result."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from shared.domain.access import Grant
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange, RapportError, StaleVersion
from shared.http.call import AnyCall
from shared.http.record_schemas import BulkAnswer, BulkResult

_ATTEMPTS = 3
Act = Callable[[AnyCall, str], Entity]


def carry_out(call: AnyCall, ids: Sequence[str], right: Grant, act: Act) -> BulkAnswer:
    """`act` on every record, within the reach of the right that the action itself needs."""
    granted = replace(call, grant=replace(right, at=call.context.now))
    results = tuple(_one(granted, act, record_id) for record_id in ids)
    outcomes = [result.outcome for result in results]
    return BulkAnswer(
        results=results,
        done=outcomes.count("done"),
        unchanged=outcomes.count("unchanged"),
        failed=outcomes.count("failed"),
    )


def _one(call: AnyCall, act: Act, record_id: str) -> BulkResult:
    for attempt in range(_ATTEMPTS):
        single = replace(call, unit=call.store.begin(call.context), if_match=None)
        try:
            record = act(single, record_id)
            changed = len(single.unit) > 0
            single.unit.commit()
        except (StaleVersion, ConcurrentChange) as refusal:
            if attempt == _ATTEMPTS - 1:
                return _failed(record_id, refusal)
        except RapportError as refusal:
            return _failed(record_id, refusal)
        else:
            outcome = "done" if changed else "unchanged"
            return BulkResult(id=record_id, outcome=outcome, version=record.version)
    raise AssertionError("unreachable")


def _failed(record_id: str, refusal: RapportError) -> BulkResult:
    return BulkResult(id=record_id, outcome="failed", code=refusal.code, message=refusal.message)
