"""Routes about one record: its consents, its masked fields, its restriction."""

from functools import partial

from functions.privacy import consents, restrictions, reveals
from functions.privacy.api import TAG, app
from functions.privacy.schemas import (
    ConsentStanding,
    NewConsent,
    RestrictionOrder,
    Revealed,
    RevealOrder,
)
from functions.privacy.subjects import CUSTOMERS, SUBJECTS
from shared.domain.consents.model import ConsentEntry
from shared.domain.customers.customer import Customer
from shared.http.call import AnyCall
from shared.http.endpoint import endpoint
from shared.http.record_schemas import PageQuery
from shared.storage.store import DocumentPage

_consents = partial(endpoint, resource="consent", tag=TAG)
_privacy = partial(endpoint, resource="privacy", tag=TAG)


def add_consents(kind: str) -> None:
    """Publish the consent ledger of this kind of record."""
    one = f"/v1/{kind}s/{{{kind}}}"

    @app.route(f"{one}/consents", methods=["POST"], name=f"record_{kind}_consent")
    @_consents(
        "Record a consent given or withdrawn; saying it twice is harmless",
        action="create",
        body=NewConsent,
        returns=ConsentEntry,
        status=201,
        writes=True,
    )
    def record(call: AnyCall, **path: str) -> ConsentEntry:
        """Record."""
        return consents.record(call, kind, path[kind], call.body)

    @app.route(f"{one}/consents", methods=["GET"], name=f"list_{kind}_consents")
    @_consents(
        "Every consent given or withdrawn, newest first",
        action="read",
        query=PageQuery,
        returns=ConsentEntry,
        listed=True,
    )
    def entries(call: AnyCall, **path: str) -> DocumentPage:
        """List."""
        return consents.entries(call, kind, path[kind], call.query)

    @app.route(f"{one}/consent-state", methods=["GET"], name=f"read_{kind}_consent_state")
    @_consents(
        "Where the consents stand for each purpose and channel",
        action="read",
        returns=ConsentStanding,
    )
    def standing(call: AnyCall, **path: str) -> ConsentStanding:
        """Read."""
        return consents.standing(call, kind, path[kind])


def add_protection(kind: str) -> None:
    """Publish reveal and restriction of this kind of customer."""
    one = f"/v1/{kind}s/{{{kind}}}"

    @app.route(f"{one}/reveal", methods=["POST"], name=f"reveal_{kind}")
    @endpoint(
        "Show masked fields in full; logged, and limited for each user and day",
        resource=kind,
        action="reveal",
        tag=TAG,
        body=RevealOrder,
        returns=Revealed,
        other_statuses=(429,),
        writes=True,
        secret=True,
    )
    def reveal(call: AnyCall, **path: str) -> Revealed:
        """Reveal."""
        return reveals.reveal(call, kind, path[kind], call.body)

    restriction = partial(_privacy, action="restrict", returns=CUSTOMERS[kind])

    @app.route(f"{one}/restriction", methods=["PUT"], name=f"restrict_{kind}")
    @restriction(
        "Keep the data, but use it no more",
        body=RestrictionOrder,
        precondition=True,
        writes=True,
    )
    def restrict(call: AnyCall, **path: str) -> Customer:
        """Restrict."""
        return restrictions.restrict(call, kind, path[kind], call.body)

    @app.route(f"{one}/restriction", methods=["DELETE"], name=f"lift_{kind}_restriction")
    @restriction("Use the data again", precondition=True, writes=True)
    def lift(call: AnyCall, **path: str) -> Customer:
        """Lift."""
        return restrictions.lift(call, kind, path[kind])


for _kind in SUBJECTS:
    add_consents(_kind)
for _kind in CUSTOMERS:
    add_protection(_kind)
