"""Requests of data subjects as they are received, carried out, refused and proved."""

import json

from functions.privacy.persons import require_person
from functions.privacy.request_schemas import (
    CertificateCheck,
    Execution,
    NewRequest,
    Refusal,
    RequestQuery,
    RequestView,
)
from functions.privacy.restrictions import put_restricted
from functions.privacy.subjects import kind_of_id, readable
from shared.domain.audit import AuditAction
from shared.domain.errors import Gone, InvalidInput, InvalidState, NotFound
from shared.domain.leads.model import Lead
from shared.domain.privacy.certificate import Certificate
from shared.domain.privacy.requests import ANSWER_WITHIN, PrivacyRequest, intact
from shared.domain.signatures import Seal
from shared.http.call import AnyCall
from shared.http.trail import note_in_trail
from shared.runtime.files import Folder, Link
from shared.runtime.runtime import Runtime
from shared.storage import overview
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage, Store

SEAL = "erasure certificate"
FILE = "personal-data.zip"
OWED_NOTHING = frozenset({"lead", "contact", "duplicate", "approval"})
"""Open items of these kinds stand against no erasure."""

_TRAIL: dict[str, AuditAction] = {
    "export": "subject_export",
    "restriction": "restriction",
    "erasure": "erasure",
}


def receive(call: AnyCall, given: NewRequest) -> PrivacyRequest:
    """A new request, whose time runs. Raises InvalidInput for a company, or a time to come."""
    kind = kind_of_id(given.subject).kind
    record = readable(call, kind, given.subject, deleted=True)
    if given.type != "restriction":
        require_person(record)
    elif kind == Lead.kind:
        message = "Leads are not restricted: erase them, or withdraw their consents."
        raise InvalidInput.of("subject", "not_restrictable", message)
    at = given.received_at or call.context.now
    if not call.context.now - ANSWER_WITHIN <= at <= call.context.now:
        message = "Requests are entered within 30 days after they came, and not before."
        raise InvalidInput.of("received_at", "time_out_of_range", message)
    request = PrivacyRequest(
        **PrivacyRequest.stamp(call.context),
        type=given.type,
        subject=record.id,
        received_at=at,
        note=given.note,
    )
    return call.unit.put(request.received(call.context))


def read(call: AnyCall, request_id: str) -> RequestView:
    """A request and when its answer is due."""
    request = call.load(PrivacyRequest, request_id)
    fields = {name: getattr(request, name) for name in PrivacyRequest.model_fields}
    return RequestView(**fields, due_at=request.due)


def link(call: AnyCall, request_id: str) -> Link:
    """The address of an export, for fifteen minutes; who asked is kept in the audit trail.

    Raises InvalidState while there is none, Gone when its week is over. A rehearsal gives none.
    """
    request = call.load(PrivacyRequest, request_id)
    if request.manifest is None:
        raise InvalidState("There is no file.", details={"status": request.status})
    if not request.fetchable(call.context.now):
        raise Gone("The file was kept for seven days.", code="file_gone")
    note_in_trail(call, "subject_export", request.subject, reason=f"link {request.id}")
    folder = folder_of(call.runtime, call.context.tenant, request.id)
    found = folder.download_link(FILE, f"personal-data-{request.id}.zip")
    return found.model_copy(update={"url": ""}) if call.context.dry_run else found


def page(call: AnyCall, query: RequestQuery) -> DocumentPage:
    """Requests, newest first."""
    wanted = ListQuery(state=query.status, relation=query.subject)
    return call.store.page(
        PrivacyRequest, wanted, call.grant, limit=query.limit, cursor=query.cursor
    )


def execute(call: AnyCall, request_id: str, order: Execution) -> PrivacyRequest:
    """Carry it out: a restriction at once, the rest in the background.

    Raises InvalidState for an erasure while something is owed, unless it is forced.
    """
    request = call.load(PrivacyRequest, request_id)
    record = readable(call, kind_of_id(request.subject).kind, request.subject, deleted=True)
    forced = order.force.reason if order.force else ""
    if request.type == "erasure" and not forced:
        _require_nothing_owed(call.store, record.id)
    started = request.start(call.context, forced)
    note_in_trail(call, _TRAIL[request.type], record.id, reason=request.id)
    if request.type == "restriction":
        put_restricted(call.store, call.unit, call.context, record)
        started = started.complete(call.context)
    return call.unit.put(started)


def refuse(call: AnyCall, request_id: str, order: Refusal) -> PrivacyRequest:
    """Say no, with a reason that stays. Raises InvalidState unless it is open."""
    request = call.load(PrivacyRequest, request_id)
    return call.unit.put(request.refuse(call.context, order.reason))


def certificate(call: AnyCall, request_id: str) -> Certificate:
    """The proof of an erasure. Raises NotFound before it is complete."""
    found = call.load(PrivacyRequest, request_id).certificate
    if found is None:
        raise NotFound("There is no certificate for this request.")
    return found


def verify(call: AnyCall, given: Certificate) -> CertificateCheck:
    """Whether a certificate is genuine and unchanged. Raises NotFound for an unknown request."""
    request = call.load(PrivacyRequest, given.request)
    genuine = given.signature == signature_of(call.runtime, given)
    return CertificateCheck(
        valid=genuine and request.certificate == given, log_intact=intact(request.log)
    )


def signature_of(runtime: Runtime, given: Certificate) -> str:
    """The installation's seal on a certificate."""
    return Seal(runtime.signing_secret, SEAL).digest(given.statement())


def folder_of(runtime: Runtime, tenant: str, request: str) -> Folder:
    """The objects of one request; kept for seven days."""
    return Folder(runtime, "privacy", tenant, request)


def _require_nothing_owed(store: Store, subject: str) -> None:
    texts, _ = overview.open_items(store.table, store.tenant, subject)
    items = [json.loads(text) for text in texts]
    owed = [{n: i[n] for n in ("kind", "id")} for i in items if i["kind"] not in OWED_NOTHING]
    if owed:
        raise InvalidState(
            "Something is still open with this customer; close it, or give a reason to go on.",
            code="obligation_stands",
            details={"open": owed},
        )
