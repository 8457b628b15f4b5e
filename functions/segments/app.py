"""Every trigger of tags and segments: routes, what follows from events, runs, timers."""

from functools import partial

from functions.segments import aftercare, follow, members, preview, runs, segments, tags
from functions.segments.language import condition_schema, field_catalogue
from functions.segments.messages import CHUNKS, RECOUNTS, WALKS, Chunk, Recount, Walk
from functions.segments.schemas import (
    Count,
    FieldCatalogue,
    MemberAnswer,
    MemberEdit,
    MemberRecord,
    NewSegment,
    NewTag,
    PageQuery,
    Preview,
    PreviewAnswer,
    SegmentChange,
    SegmentQuery,
    SegmentView,
    Snapshot,
    TagChange,
    TagMerge,
    TagQuery,
    TagView,
)
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.events.segments import SegmentRunStarted, TagRunStarted
from shared.domain.leads.model import Lead
from shared.domain.segments.explanation import Explanation
from shared.domain.segments.segment import Segment
from shared.domain.segments.tag import Tag
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, follows, works
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("segments")
of_segments = partial(endpoint, resource="segment", tag="Segments")
of_tags = partial(endpoint, resource="tag", tag="Tags")
of_conditions = partial(endpoint, resource="segment", action="read", tag="Conditions")


@app.route("/v1/segments", methods=["POST"])
@of_segments(
    "Define a segment; its members are found in the background",
    action="create",
    body=NewSegment,
    returns=Segment,
    status=201,
    writes=True,
)
def create_segment(call: AnyCall) -> Reply:
    """Create."""
    segment = segments.create(call, call.body)
    return Reply(segment, headers={"Location": f"/v1/segments/{segment.id}"})


@app.route("/v1/segments", methods=["GET"])
@of_segments(
    "List or search segments, newest first",
    action="read",
    query=SegmentQuery,
    returns=Segment,
    listed=True,
)
def list_segments(call: AnyCall) -> DocumentPage:
    """List."""
    return segments.page(call, call.query)


@app.route("/v1/segments/preview", methods=["POST"])
@of_segments(
    "Try a definition on the newest records; nothing is stored",
    action="create",
    body=Preview,
    returns=PreviewAnswer,
)
def try_segment(call: AnyCall) -> PreviewAnswer:
    """Preview."""
    return preview.preview(call, call.body)


@app.route("/v1/segments/{segment}", methods=["GET"])
@of_segments("Read a segment with its progress and count", action="read", returns=SegmentView)
def read_segment(call: AnyCall, segment: str) -> SegmentView:
    """Read."""
    return segments.read(call, segment)


@app.route("/v1/segments/{segment}", methods=["PATCH"])
@of_segments(
    "Change a segment; another definition is evaluated in the background",
    action="update",
    body=SegmentChange,
    returns=Segment,
    precondition=True,
    writes=True,
)
def change_segment(call: AnyCall, segment: str) -> Segment:
    """Change."""
    return segments.change(call, segment, call.body)


@app.route("/v1/segments/{segment}", methods=["DELETE"])
@of_segments("End a segment", action="delete", returns=Segment, precondition=True, writes=True)
def delete_segment(call: AnyCall, segment: str) -> Segment:
    """Delete."""
    return segments.delete(call, segment)


@app.route("/v1/segments/{segment}/refresh", methods=["POST"])
@of_segments(
    "Look at every record again, in the background",
    action="update",
    returns=Segment,
    status=202,
    precondition=True,
    writes=True,
)
def refresh_segment(call: AnyCall, segment: str) -> Segment:
    """Refresh."""
    return segments.refresh(call, segment)


@app.route("/v1/segments/{segment}/snapshot", methods=["POST"])
@of_segments(
    "Keep the present members as a static segment",
    action="create",
    body=Snapshot,
    returns=Segment,
    status=201,
    writes=True,
)
def snapshot_segment(call: AnyCall, segment: str) -> Reply:
    """Snapshot."""
    made = segments.snapshot(call, segment, call.body)
    return Reply(made, headers={"Location": f"/v1/segments/{made.id}"})


@app.route("/v1/segments/{segment}/count", methods=["GET"])
@of_segments("How many members a segment has now", action="read", returns=Count)
def count_members(call: AnyCall, segment: str) -> Count:
    """Count."""
    return members.count(call, segment)


@app.route("/v1/segments/{segment}/members", methods=["GET"])
@of_segments(
    "The members within one's reach, newest record first",
    action="read",
    query=PageQuery,
    returns=MemberRecord,
    listed=True,
)
def list_members(call: AnyCall, segment: str) -> DocumentPage:
    """Members."""
    return members.page(call, segment, call.query)


@app.route("/v1/segments/{segment}/members", methods=["POST"])
@of_segments(
    "Put records into a static segment or take them out, with a result for each",
    action="update",
    body=MemberEdit,
    returns=MemberAnswer,
    writes=True,
    piecemeal=True,
)
def edit_members(call: AnyCall, segment: str) -> MemberAnswer:
    """Edit members."""
    return members.edit(call, segment, call.body)


@app.route("/v1/segments/{segment}/members/{record}/explanation", methods=["GET"])
@of_segments("Why a record is in a segment or not", action="read", returns=Explanation)
def explain_member(call: AnyCall, segment: str, record: str) -> Explanation:
    """Explain."""
    return members.explain(call, segment, record)


@app.route("/v1/tags", methods=["POST"])
@of_tags(
    "Add a tag to the vocabulary",
    action="create",
    body=NewTag,
    returns=Tag,
    status=201,
    writes=True,
)
def create_tag(call: AnyCall) -> Reply:
    """Create."""
    tag = tags.create(call, call.body)
    return Reply(tag, headers={"Location": f"/v1/tags/{tag.id}"})


@app.route("/v1/tags", methods=["GET"])
@of_tags(
    "List or search tags, newest first", action="read", query=TagQuery, returns=Tag, listed=True
)
def list_tags(call: AnyCall) -> DocumentPage:
    """List."""
    return tags.page(call, call.query)


@app.route("/v1/tags/{tag}", methods=["GET"])
@of_tags("Read a tag with its rule and last run", action="read", returns=TagView)
def read_tag(call: AnyCall, tag: str) -> TagView:
    """Read."""
    return tags.read(call, tag)


@app.route("/v1/tags/{tag}", methods=["PATCH"])
@of_tags(
    "Change a tag; records follow another name or rule in the background",
    action="update",
    body=TagChange,
    returns=Tag,
    precondition=True,
    writes=True,
)
def change_tag(call: AnyCall, tag: str) -> Tag:
    """Change."""
    return tags.change(call, tag, call.body)


@app.route("/v1/tags/{tag}/merge", methods=["POST"])
@of_tags(
    "Let another tag take the place of this one on every record",
    action="merge",
    body=TagMerge,
    returns=Tag,
    status=202,
    precondition=True,
    writes=True,
)
def merge_tag(call: AnyCall, tag: str) -> Tag:
    """Merge."""
    return tags.merge(call, tag, call.body)


@app.route("/v1/tags/{tag}/retirement", methods=["POST"])
@of_tags(
    "Let nobody give a tag any more", action="update", returns=Tag, precondition=True, writes=True
)
def retire_tag(call: AnyCall, tag: str) -> Tag:
    """Retire."""
    return tags.retire(call, tag)


@app.route("/v1/tags/{tag}/retirement", methods=["DELETE"])
@of_tags(
    "Let a retired tag be given again", action="update", returns=Tag, precondition=True, writes=True
)
def reinstate_tag(call: AnyCall, tag: str) -> Tag:
    """Reinstate."""
    return tags.reinstate(call, tag)


@app.route("/v1/tags/{tag}/refresh", methods=["POST"])
@of_tags(
    "Evaluate a tag's rule for every record again",
    action="update",
    returns=Tag,
    status=202,
    precondition=True,
    writes=True,
)
def refresh_tag(call: AnyCall, tag: str) -> Tag:
    """Refresh."""
    return tags.refresh(call, tag)


@app.route("/v1/conditions/schema", methods=["GET"])
@of_conditions("The JSON Schema of conditions", media="application/schema+json")
def read_condition_schema(call: AnyCall) -> Reply:
    """The language."""
    return Reply(condition_schema(), media="application/schema+json")


@app.route("/v1/conditions/fields/account", methods=["GET"])
@of_conditions("The fields that conditions on accounts may name", returns=FieldCatalogue)
def read_account_fields(call: AnyCall) -> FieldCatalogue:
    """The fields of accounts."""
    return field_catalogue(call, "account")


@app.route("/v1/conditions/fields/contact", methods=["GET"])
@of_conditions("The fields that conditions on contacts may name", returns=FieldCatalogue)
def read_contact_fields(call: AnyCall) -> FieldCatalogue:
    """The fields of contacts."""
    return field_catalogue(call, "contact")


@app.route("/v1/conditions/fields/lead", methods=["GET"])
@of_conditions("The fields that conditions on leads may name", returns=FieldCatalogue)
def read_lead_fields(call: AnyCall) -> FieldCatalogue:
    """The fields of leads."""
    return field_catalogue(call, "lead")


@app.on_sqs_message(queue="segment-evaluation", batch_size=50, maximum_batching_window_in_seconds=1)
@follows(Account, Contact, Lead)
def evaluate_records(delivery: Delivery) -> None:
    """A record changed: find out to what it belongs now."""
    follow.follow(delivery)


@app.on_sqs_message(queue="segment-runs", batch_size=1)
@consumes(SegmentRunStarted, TagRunStarted)
def begin_run(delivery: Delivery) -> None:
    """A segment or tag was defined anew: begin to walk."""
    runs.begin(delivery)


@app.on_sqs_message(queue=WALKS, batch_size=1)
@works(Walk)
def walk(job: Job[Walk]) -> None:
    """Cut a page of a partition into chunks."""
    runs.walk(job)


@app.on_sqs_message(queue=CHUNKS, batch_size=1)
@works(Chunk)
def look_at_chunk(job: Job[Chunk]) -> None:
    """Look at some records of a run."""
    runs.look(job)


@app.on_sqs_message(queue=RECOUNTS, batch_size=10)
@works(Recount)
def recount(job: Job[Recount]) -> None:
    """Figures of records were added up anew."""
    follow.recount(job)


@app.on_sqs_message(queue="membership-timers", batch_size=10)
@works(TimerDue)
def act_on_time(job: Job[TimerDue]) -> None:
    """Time alone may have changed what a record belongs to."""
    follow.act_on_timer(job)


@app.on_sqs_message(queue="segment-timers", batch_size=1)
@works(TimerDue)
def look_after_segment(job: Job[TimerDue]) -> None:
    """Does the run of a segment get on?"""
    aftercare.look_after(job)


@app.on_sqs_message(queue="tag-timers", batch_size=1)
@works(TimerDue)
def look_after_tag(job: Job[TimerDue]) -> None:
    """Does the run of a tag get on?"""
    aftercare.look_after(job)
