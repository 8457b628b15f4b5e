"""Notes on accounts and contacts, and one action on many of them."""

from functions.customers import bulk, describing
from functions.customers.api import app
from functions.customers.kinds import KINDS, CustomerKind
from shared.domain.events.customers import (
    CustomerNoted,
    CustomerNoteRemoved,
    TouchStandardChanged,
)
from shared.domain.notes import Note
from shared.domain.touches import NewTouchStandard, TouchStandard
from shared.http.call import AnyCall
from shared.http.endpoint import endpoint
from shared.http.record_schemas import BulkAnswer, NewNote, PageQuery
from shared.http.records import notes_of, remove_note, touch_standard, write_note
from shared.storage.store import DocumentPage


def add_notes(kind: CustomerKind) -> None:
    """Publish the notes of records of this kind."""
    name = kind.name
    notes = f"/v1/{kind.plural}/{{{name}}}/notes"
    about = describing.of(kind)

    @app.route(notes, methods=["POST"], name=f"add_{name}_note")
    @about(
        f"Write a note on {kind.a}",
        action="annotate",
        body=NewNote,
        returns=Note,
        status=201,
        writes=True,
    )
    def add(call: AnyCall, **path: str) -> Note:
        """Add a note."""
        record = call.load(kind.entity, path[name])
        event = CustomerNoted(about=record.id, channel=call.body.channel)
        return write_note(call, record, call.body, event)

    @app.route(notes, methods=["GET"], name=f"list_{name}_notes")
    @about(
        f"The notes of {kind.a}, newest first",
        action="read",
        query=PageQuery,
        returns=Note,
        listed=True,
    )
    def page(call: AnyCall, **path: str) -> DocumentPage:
        """List notes."""
        return notes_of(call, call.load(kind.entity, path[name]), call.query)

    @app.route(f"{notes}/{{{name}_note}}", methods=["DELETE"], name=f"delete_{name}_note")
    @about("Remove a note", action="delete", status=204, writes=True)
    def delete(call: AnyCall, **path: str) -> None:
        """Delete a note."""
        record = call.load(kind.entity, path[name])
        event = CustomerNoteRemoved(about=record.id)
        remove_note(call, record, path[f"{name}_note"], event)


def add_bulk(kind: CustomerKind) -> None:
    """Publish one action on many records of this kind."""

    @app.route(f"/v1/{kind.plural}/bulk", methods=["POST"], name=f"change_many_{kind.plural}")
    @describing.of(kind)(
        f"One action on up to 100 {kind.plural}, with a result for each",
        action="bulk",
        body=kind.bulk,
        returns=BulkAnswer,
        writes=True,
        piecemeal=True,
    )
    def change_many(call: AnyCall) -> BulkAnswer:
        """Bulk."""
        return bulk.carry_out(call, kind, call.body)


@app.route("/v1/touch-standard", methods=["GET"])
@endpoint(
    "What every contact with a customer must record, by channel",
    resource="touch_standard",
    action="read",
    tag="Notes",
    returns=TouchStandard,
)
def read_touch_standard(call: AnyCall) -> TouchStandard:
    """Read the standard."""
    return touch_standard(call)


@app.route("/v1/touch-standard", methods=["PUT"])
@endpoint(
    "Say what every contact with a customer must record; older notes stay as they are",
    resource="touch_standard",
    action="update",
    tag="Notes",
    body=NewTouchStandard,
    returns=TouchStandard,
    precondition=True,
    writes=True,
)
def replace_touch_standard(call: AnyCall) -> TouchStandard:
    """Replace the standard."""
    given: NewTouchStandard = call.body
    changes = {name: getattr(given, name) for name in NewTouchStandard.model_fields}
    event = TouchStandardChanged(facts=sum(len(facts) for facts in changes.values()))
    present = call.expect(touch_standard(call))
    return call.unit.put(present.evolve(call.context, event, **changes))


for _kind in KINDS:
    add_notes(_kind)
    add_bulk(_kind)
