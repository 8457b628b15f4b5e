"""Every trigger of duplicates: policy, check, queue, scans, merges, what follows from events."""

from functools import partial

from functions.duplicates import (
    checking,
    merging,
    policy,
    queue,
    relinking,
    scanning,
    unmerging,
    watching,
)
from functions.duplicates.relinking import MergeChunk
from functions.duplicates.scanning import ScanChunk
from functions.duplicates.scans import DuplicateScan
from functions.duplicates.schemas import (
    CheckAnswer,
    Dismiss,
    Draft,
    MergeOrder,
    MergePreview,
    MergeQuery,
    PairQuery,
    PairView,
)
from shared.domain.events.conversion import LeadConversionReverted, LeadConverted
from shared.domain.events.customers import (
    AccountArchived,
    AccountChanged,
    AccountCreated,
    AccountMerged,
    AccountRestored,
    AccountUnmerged,
    ContactArchived,
    ContactChanged,
    ContactCreated,
    ContactMerged,
    ContactRestored,
    ContactUnmerged,
    CustomerPurged,
    IdentityContested,
)
from shared.domain.events.duplicates import DuplicateScanRequested, MergeStarted, MergeUndone
from shared.domain.events.leads import LeadCaptured, LeadChanged, LeadDeleted, LeadRestored
from shared.domain.events.privacy import (
    AccountErased,
    AccountRestricted,
    AccountUnrestricted,
    ContactErased,
    ContactRestricted,
    ContactUnrestricted,
    LeadErased,
)
from shared.domain.matching.pair import DuplicatePair
from shared.domain.matching.policy import DuplicatePolicy, DuplicateRules
from shared.domain.merging.model import Merge
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.record_schemas import NewOwner
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.storage.store import DocumentPage

app = create_app("duplicates")
duplicates = partial(endpoint, resource="duplicate", tag="Duplicates")
changing = partial(duplicates, action="update", precondition=True, writes=True)
merges = partial(endpoint, resource="merge", tag="Merges")
ONE = "/v1/duplicates/{duplicate}"


@app.route("/v1/duplicate-policy", methods=["GET"])
@duplicates(
    "When a new record is warned about, blocked, or only queued",
    action="read",
    returns=DuplicatePolicy,
)
def read_policy(call: AnyCall) -> DuplicatePolicy:
    """Read the policy."""
    return policy.read(call)


@app.route("/v1/duplicate-policy", methods=["PUT"])
@duplicates(
    "Replace the rules about duplicates",
    action="policy",
    body=DuplicateRules,
    returns=DuplicatePolicy,
    precondition=True,
    writes=True,
)
def replace_policy(call: AnyCall) -> DuplicatePolicy:
    """Replace the policy."""
    return policy.replace(call, call.body)


@app.route("/v1/duplicates/check", methods=["POST"])
@duplicates(
    "Who is probably the same as what is being typed: accounts, contacts and leads",
    action="check",
    body=Draft,
    returns=CheckAnswer,
)
def check_draft(call: AnyCall) -> CheckAnswer:
    """Check a draft."""
    return checking.candidates(call, call.body)


@app.route("/v1/duplicates", methods=["GET"])
@duplicates(
    "The queue of likely duplicates, those of the youngest records first",
    action="read",
    query=PairQuery,
    returns=DuplicatePair,
    listed=True,
)
def list_pairs(call: AnyCall) -> DocumentPage:
    """List."""
    return queue.page(call, call.query)


@app.route(ONE, methods=["GET"])
@duplicates("A likely duplicate with both records", action="read", returns=PairView)
def read_pair(call: AnyCall, duplicate: str) -> PairView:
    """Read."""
    return queue.read(call, duplicate)


@app.route(f"{ONE}/owner", methods=["PUT"])
@changing("Give a likely duplicate to somebody to decide", body=NewOwner, returns=DuplicatePair)
def assign_pair(call: AnyCall, duplicate: str) -> DuplicatePair:
    """Assign."""
    return queue.assign(call, duplicate, call.body)


@app.route(f"{ONE}/dismissal", methods=["POST"])
@changing("Decide that the two are not the same", body=Dismiss, returns=DuplicatePair)
def dismiss_pair(call: AnyCall, duplicate: str) -> DuplicatePair:
    """Dismiss."""
    return queue.dismiss(call, duplicate, call.body)


@app.route("/v1/duplicates/scans", methods=["POST"])
@duplicates(
    "Compare all existing records in the background",
    action="scan",
    returns=DuplicateScan,
    status=202,
    writes=True,
)
def begin_scan(call: AnyCall) -> DuplicateScan:
    """Begin a scan."""
    return scanning.request(call)


@app.route("/v1/duplicates/scans", methods=["GET"])
@duplicates("The running or last scan and its progress", action="scan", returns=DuplicateScan)
def read_scan(call: AnyCall) -> DuplicateScan:
    """Read the scan."""
    return scanning.read(call)


@app.route("/v1/merges/preview", methods=["POST"])
@merges(
    "What a merge would do, field by field",
    action="create",
    body=MergeOrder,
    returns=MergePreview,
    other_statuses=(404,),
)
def preview_merge(call: AnyCall) -> MergePreview:
    """Preview."""
    return merging.preview(call, call.body)


@app.route("/v1/merges", methods=["POST"])
@merges(
    "Make two accounts or two contacts one; what belongs to the loser follows in the background",
    action="create",
    body=MergeOrder,
    returns=Merge,
    status=201,
    other_statuses=(404,),
    writes=True,
)
def merge_records(call: AnyCall) -> Reply:
    """Merge."""
    made = merging.merge(call, call.body)
    return Reply(made, headers={"Location": f"/v1/merges/{made.id}"})


@app.route("/v1/merges", methods=["GET"])
@merges("Merges, newest first", action="read", query=MergeQuery, returns=Merge, listed=True)
def list_merges(call: AnyCall) -> DocumentPage:
    """List."""
    return merging.page(call, call.query)


@app.route("/v1/merges/{merge}", methods=["GET"])
@merges("A merge and how far it is", action="read", returns=Merge)
def read_merge(call: AnyCall, merge: str) -> Merge:
    """Read."""
    return merging.read(call, merge)


@app.route("/v1/merges/{merge}", methods=["DELETE"])
@merges(
    "Undo a merge within 30 days; what was edited since stays and is named",
    action="undo",
    returns=Merge,
    precondition=True,
    writes=True,
)
def undo_merge(call: AnyCall, merge: str) -> Merge:
    """Undo."""
    return unmerging.undo(call, merge)


@app.on_sqs_message(queue="duplicate-watch", batch_size=20, maximum_batching_window_in_seconds=1)
@consumes(
    *(AccountCreated, AccountChanged, AccountRestored, AccountArchived, AccountMerged),
    *(ContactCreated, ContactChanged, ContactRestored, ContactArchived, ContactMerged),
    *(LeadCaptured, LeadChanged, LeadRestored, LeadDeleted, LeadConverted),
    *(AccountUnmerged, ContactUnmerged),
    *(LeadConversionReverted, IdentityContested, CustomerPurged),
    *(AccountRestricted, AccountUnrestricted, AccountErased),
    *(ContactRestricted, ContactUnrestricted, ContactErased, LeadErased),
)
def keep_queue(delivery: Delivery) -> None:
    """A record came, changed or went: compare it again."""
    watching.compare_again(delivery)


@app.on_sqs_message(queue="duplicate-scans", batch_size=1)
@consumes(DuplicateScanRequested)
def start_scan(delivery: Delivery) -> None:
    """Send the first chunk of a scan."""
    scanning.begin(delivery.store)


@app.on_sqs_message(queue="duplicate-scan-chunks", batch_size=1)
@works(ScanChunk)
def scan_chunk(job: Job[ScanChunk]) -> None:
    """Compare some records."""
    scanning.work(job)


@app.on_sqs_message(queue="merge-starts", batch_size=1)
@consumes(MergeStarted, MergeUndone)
def start_moving(delivery: Delivery) -> None:
    """Send the first chunk of a merge's moving, or of its way back."""
    back = isinstance(delivery.event, MergeUndone)
    merge = delivery.envelope.subject.id
    relinking.begin(delivery.store.tenant, merge, "back" if back else "forward")


@app.on_sqs_message(queue="merge-chunks", batch_size=1)
@works(MergeChunk)
def move_chunk(job: Job[MergeChunk]) -> None:
    """Move some of what belongs to the loser, or move it back."""
    if job.message.direction == "forward":
        relinking.forward(job)
    else:
        unmerging.back(job)
