"""Routes of one record and of lists, the same for accounts and contacts."""

from functions.customers import describing, reading, removal, use_cases
from functions.customers.api import app
from functions.customers.kinds import KINDS, CustomerKind
from shared.domain.customers.customer import Customer
from shared.http.call import AnyCall, Reply
from shared.http.record_schemas import History, NewOwner, PageQuery
from shared.http.records import history_of
from shared.storage.store import DocumentPage


def add_reading(kind: CustomerKind) -> None:
    """Publish how records of this kind come in and are read."""
    name, every = kind.name, f"/v1/{kind.plural}"
    one = f"{every}/{{{name}}}"
    about = describing.of(kind, returns=kind.entity)

    @app.route(every, methods=["POST"], name=f"create_{name}")
    @about(f"Create {kind.a}", action="create", body=kind.new, status=201, writes=True)
    def create(call: AnyCall) -> Reply:
        """Create."""
        record = use_cases.create(call, kind, call.body)
        return Reply(record, headers={"Location": f"{every}/{record.id}"})

    @app.route(every, methods=["GET"], name=f"list_{kind.plural}")
    @about(
        f"List or search {kind.plural}, newest first",
        action="read",
        query=kind.query,
        listed=True,
    )
    def page(call: AnyCall) -> DocumentPage:
        """List."""
        return reading.page(call, kind, call.query)

    @app.route(one, methods=["GET"], name=f"read_{name}")
    @about(f"Read {kind.a}", action="read")
    def read(call: AnyCall, **path: str) -> Customer:
        """Read."""
        return call.load(kind.entity, path[name])

    @app.route(f"{one}/history", methods=["GET"], name=f"read_{name}_history")
    @describing.of(kind, returns=History)(
        "Who changed which field when, newest first", action="read", query=PageQuery
    )
    def history(call: AnyCall, **path: str) -> History:
        """History, of archived records too."""
        return history_of(call, call.load(kind.entity, path[name], deleted=True), call.query)


def add_changing(kind: CustomerKind) -> None:
    """Publish how one record of this kind is changed."""
    name, one = kind.name, f"/v1/{kind.plural}/{{{kind.name}}}"
    changing = describing.of(kind, returns=kind.entity, precondition=True, writes=True)

    @app.route(one, methods=["PATCH"], name=f"change_{name}")
    @changing(
        f"Change the given fields of {kind.a}; null clears a field",
        action="update",
        body=kind.change,
    )
    def change(call: AnyCall, **path: str) -> Customer:
        """Change."""
        return use_cases.change(call, kind, path[name], call.body)

    @app.route(one, methods=["DELETE"], name=f"archive_{name}")
    @changing(f"Move {kind.a} to the archive", action="delete")
    def archive(call: AnyCall, **path: str) -> Customer:
        """Archive."""
        return use_cases.archive(call, kind, path[name])

    @app.route(f"{one}/restoration", methods=["POST"], name=f"restore_{name}")
    @changing(f"Take {kind.a} out of the archive", action="restore")
    def restore(call: AnyCall, **path: str) -> Customer:
        """Restore."""
        return use_cases.restore(call, kind, path[name])

    @app.route(f"{one}/purge", methods=["POST"], name=f"purge_{name}")
    @changing(
        f"Remove {kind.a} in the archive for good, with all that hangs on it",
        action="purge",
        status=202,
    )
    def purge(call: AnyCall, **path: str) -> Customer:
        """Purge: it is removed in the background."""
        return removal.order(call, kind, path[name])

    @app.route(f"{one}/owner", methods=["PUT"], name=f"assign_{name}")
    @changing(f"Give {kind.a} to a person", action="assign", body=NewOwner)
    def assign(call: AnyCall, **path: str) -> Customer:
        """Assign."""
        return use_cases.assign(call, kind, path[name], call.body)


for _kind in KINDS:
    add_reading(_kind)
    add_changing(_kind)
