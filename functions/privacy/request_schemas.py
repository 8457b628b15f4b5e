"""What the routes of requests accept and answer."""

from typing import Annotated

from pydantic import Field

from functions.privacy.schemas import Reason
from shared.domain.entity import Moment, Value
from shared.domain.privacy.requests import PrivacyRequest, RequestStatus, RequestType
from shared.domain.text import Lines
from shared.http.record_schemas import PageQuery, RecordId


class NewRequest(Value):
    """What somebody asks about the data of a contact, a lead, or an individual's account.

    `received_at`: when they asked (default: now), from which the 30 days count.
    """

    type: RequestType
    subject: RecordId
    received_at: Moment | None = None
    note: Annotated[Lines, Field(max_length=2000)] = ""


class RequestQuery(PageQuery):
    """Filters of the list of requests."""

    status: RequestStatus | None = None
    subject: RecordId | None = None


class Force(Value):
    """Why something that is still owed does not hinder an erasure."""

    reason: Reason


class Execution(Value):
    """Carry the request out: who asks was recognised, and is the person."""

    force: Force | None = None


class Refusal(Value):
    """Why the request is not carried out."""

    reason: Reason


class RequestView(PrivacyRequest):
    """A request, and when its answer is due."""

    due_at: Moment


class CertificateCheck(Value):
    """Whether the certificate is what this installation issued, unchanged; `log_intact` whether the
    request's log is."""

    valid: bool
    log_intact: bool
