"""Archives in the background: rows are read part by part, then joined into one file.

Each part is read once and noted; a delivery that comes twice goes on from what was noted first.
"""

from collections import Counter, defaultdict

from functions.offboarding.archive_file import write_archive
from functions.offboarding.archive_parts import ArchiveParts, Part
from functions.offboarding.archive_rows import line_of
from functions.offboarding.archives import folder_of
from functions.offboarding.messages import ARCHIVE_PARTS, ArchivePart
from functions.offboarding.model import TenantArchive
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.runtime.consumers import Delivery, Job
from shared.runtime.files import Folder
from shared.runtime.runtime import runtime
from shared.storage.driver import Item
from shared.storage.store import Store
from shared.storage.whole_table import WholeTable

PART_LINES = 5_000
PART_PAGES = 60
"""Pages (of 1 MB) that one part passes at most: a tenant's rows may lie far apart."""


def begin(delivery: Delivery) -> None:
    """An archive was asked for: read its first part."""
    message = ArchivePart(tenant=delivery.context.tenant, archive=delivery.envelope.subject.id)
    _send(delivery.context, message)


def read_part(order: Job[ArchivePart]) -> None:
    """Read one part and send the next; at the end, write the file."""
    message, store, context = order.message, order.store, order.context
    archive = store.find(TenantArchive, message.archive)
    if archive is None or archive.status != "running":
        return
    folder = folder_of(runtime(), store.tenant, archive.id)
    parts = ArchiveParts(store, archive)
    part = parts.get(message.number)
    if part is None:
        part = parts.record(context, message.number, _read(context, store, folder, message))
    if part.after is None:
        manifest, counts = write_archive(store, folder, archive, parts.all(), context.now)
        _complete(context, store, archive.complete(context, counts, manifest))
    else:
        following = {"number": message.number + 1, "after": part.after}
        _send(context, message.model_copy(update=following))


def _read(context: Context, store: Store, folder: Folder, message: ArchivePart) -> Part:
    """The lines of the next rows, each file's in an object of its own."""
    lines, after = _lines(store, message.after)
    # A name of its own: who is slower must not write into a part that others go on from.
    name = f"parts/{message.number:06d}-{context.entropy().hex()}"
    for file, found in lines.items():
        folder.put(f"{name}/{file}", "".join(f"{line}\n" for line in found).encode())
    return Part(name, dict(Counter({file: len(found) for file, found in lines.items()})), after)


def _lines(store: Store, after: Item | None) -> tuple[dict[str, list[str]], Item | None]:
    table = WholeTable.of(store.table)
    found: dict[str, list[str]] = defaultdict(list)
    total = 0
    for _ in range(PART_PAGES):
        page = table.items_of(store.tenant, after=after)
        for file, line in filter(None, map(line_of, page.items)):
            found[file].append(line)
            total += 1
        after = page.last_key
        if after is None or total >= PART_LINES:
            break
    return found, after


def _complete(context: Context, store: Store, archive: TenantArchive) -> None:
    unit = store.begin(context)
    unit.put(archive)
    try:
        unit.commit()
    except StaleVersion as lost:
        if store.load(TenantArchive, archive.id).status == "running":
            raise lost


def _send(context: Context, message: ArchivePart) -> None:
    told = message.model_copy(update={"correlation_id": context.correlation_id})
    runtime().send(ARCHIVE_PARTS, [told])
