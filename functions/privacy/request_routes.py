"""Routes of requests of data subjects."""

from functools import partial

from functions.privacy import requests
from functions.privacy.api import TAG, app
from functions.privacy.request_schemas import (
    CertificateCheck,
    Execution,
    NewRequest,
    Refusal,
    RequestQuery,
    RequestView,
)
from shared.domain.privacy.certificate import Certificate
from shared.domain.privacy.requests import PrivacyRequest
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.runtime.files import Link
from shared.storage.store import DocumentPage

_privacy = partial(endpoint, resource="privacy", tag=TAG)
_one = "/v1/privacy-requests/{privacy_request}"


@app.route("/v1/privacy-requests", methods=["POST"])
@_privacy(
    "Enter a request of somebody about their own data; 30 days run from its receipt",
    action="create",
    body=NewRequest,
    returns=PrivacyRequest,
    status=201,
    writes=True,
)
def receive_privacy_request(call: AnyCall) -> Reply:
    """Receive."""
    request = requests.receive(call, call.body)
    return Reply(request, headers={"Location": f"/v1/privacy-requests/{request.id}"})


@app.route("/v1/privacy-requests", methods=["GET"])
@_privacy(
    "List requests, newest first",
    action="read",
    query=RequestQuery,
    returns=PrivacyRequest,
    listed=True,
)
def list_privacy_requests(call: AnyCall) -> DocumentPage:
    """List."""
    return requests.page(call, call.query)


@app.route(_one, methods=["GET"])
@_privacy("Read a request and where it stands", action="read", returns=RequestView)
def read_privacy_request(call: AnyCall, privacy_request: str) -> RequestView:
    """Read."""
    return requests.read(call, privacy_request)


@app.route(f"{_one}/link", methods=["POST"])
@_privacy(
    "Get a link to an export; that is kept in the audit trail",
    action="execute",
    returns=Link,
    other_statuses=(410,),
    writes=True,
)
def link_personal_data(call: AnyCall, privacy_request: str) -> Link:
    """Link."""
    return requests.link(call, privacy_request)


@app.route(f"{_one}/execution", methods=["POST"])
@_privacy(
    "Carry a request out: who asks was recognised as the person",
    action="execute",
    body=Execution,
    returns=PrivacyRequest,
    status=202,
    precondition=True,
    writes=True,
)
def execute_privacy_request(call: AnyCall, privacy_request: str) -> PrivacyRequest:
    """Execute."""
    return requests.execute(call, privacy_request, call.body)


@app.route(f"{_one}/refusal", methods=["POST"])
@_privacy(
    "Refuse a request with a reason",
    action="execute",
    body=Refusal,
    returns=PrivacyRequest,
    precondition=True,
    writes=True,
)
def refuse_privacy_request(call: AnyCall, privacy_request: str) -> PrivacyRequest:
    """Refuse."""
    return requests.refuse(call, privacy_request, call.body)


@app.route(f"{_one}/certificate", methods=["GET"])
@_privacy("The proof of an erasure", action="read", returns=Certificate)
def read_certificate(call: AnyCall, privacy_request: str) -> Certificate:
    """Read."""
    return requests.certificate(call, privacy_request)


@app.route("/v1/privacy-certificates/verification", methods=["POST"])
@_privacy(
    "Whether a certificate is genuine and unchanged",
    action="read",
    body=Certificate,
    returns=CertificateCheck,
    other_statuses=(404,),
)
def verify_certificate(call: AnyCall) -> CertificateCheck:
    """Verify."""
    return requests.verify(call, call.body)
