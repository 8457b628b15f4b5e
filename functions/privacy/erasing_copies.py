"""Copies of a person that stand beside the records: files, former images, answers on forms."""

from functions.privacy import traces
from functions.privacy.persons import conversions_of
from functions.privacy.requests import folder_of
from functions.privacy.work import Work
from shared.domain.privacy.requests import PrivacyRequest
from shared.runtime.files import Folder
from shared.storage import keys, merges
from shared.storage.partitions import every
from shared.storage.record import from_item


def files(work: Work) -> None:
    """Exports that were made for the person before."""
    done: list[PrivacyRequest] = []
    for record in sorted(work.ids):
        partition = keys.related_to(work.store.tenant, PrivacyRequest.kind, record)
        found = every(work.store.table, partition, index=keys.RELATION)
        done += [request for item in found if (request := from_item(PrivacyRequest, item)).manifest]
    work.tally.note("files", {"personal_data_file": len(done)})
    for request in done:
        folder = folder_of(work.runtime, work.store.tenant, request.id)
        folder.remove(*folder.names())
        current = work.store.load(PrivacyRequest, request.id)
        unit = work.store.begin(work.context)
        unit.put(current.evolve(work.context, manifest=None))
        unit.commit()


def merge_images(work: Work) -> None:
    """What records were before they were merged; the merges are final from now on."""
    found = {e["data"]["merge"] for e in work.told if e["name"].endswith(".merged")}
    work.tally.note("merges", {"merge_image": len(found)})
    for merge in sorted(found):
        unit = work.store.begin(work.context)
        merges.forget_images(unit, merge)
        unit.commit()


def conversion_images(work: Work) -> None:
    """What records were before leads became them; the conversions are final from now on."""
    found = [c for record in work.records for c in conversions_of(work.store, record)]
    work.tally.note("conversions", {"conversion_image": len(found)})
    for conversion in found:
        changes = conversion.forgetting()
        if all(getattr(conversion, name) == value for name, value in changes.items()):
            continue
        unit = work.store.begin(work.context)
        unit.put(conversion.evolve(work.context, **changes))
        unit.commit()


def submissions(work: Work) -> None:
    """What the person sent through forms."""
    found = list(traces.submissions_of(work.store, work.records, work.needles))
    work.tally.note("submissions", {"submission": len(found)})
    for submission in found:
        unit = work.store.begin(work.context)
        unit.purge(submission)
        unit.commit()


def import_rows(work: Work) -> None:
    """Rows of uploaded files, and what an undo of their import would bring back."""
    jobs = traces.imports_of(work.store, work.runtime, work.context, work.records)
    for job, chunks in jobs:
        folder = Folder(work.runtime, "imports", work.store.tenant, job.id)
        names = traces.objects_with(folder, chunks)
        images = list(traces.images_of(work.store, job, chunks, work.records))
        work.tally.note(
            f"import#{job.id}", {"import_file": len(names), "import_image": len(images)}
        )
        folder.remove(*names)
        work.store.table.write_many(puts=[{**row, "images": {"S": "{}"}} for row in images])
