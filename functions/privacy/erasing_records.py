"""The person's records, what others wrote about them, and the histories of all of it."""

import json
from typing import TypeVar

from functions.privacy.work import Work
from shared.domain.approval.editing import forget_words
from shared.domain.approval.model import Approval
from shared.domain.consents.model import ConsentEntry, ConsentLedger, GivenConsent
from shared.domain.customers.links import Affiliation
from shared.domain.entity import Entity
from shared.domain.events.opportunities import OpportunityChanged
from shared.domain.matching.pair import DuplicatePair, Likeness, pair_key
from shared.domain.notes import Note
from shared.domain.opportunities.model import Opportunity
from shared.domain.privacy.erasure import ERASED, erased, scrubbed
from shared.domain.privacy.suppression import claims_of
from shared.domain.signatures import Seal
from shared.storage import keys, matching, suppression
from shared.storage.consents import enter, entries_of, ledger_of
from shared.storage.driver import Item
from shared.storage.partitions import every
from shared.storage.record import from_item

E = TypeVar("E", bound=Entity)


def notes(work: Work) -> None:
    """Notes on the person's records, and those that stand on their timeline."""
    found = {note.id: note for note in _loaded(work, Note, work.subjects(Note.kind))}
    for record in work.ids:
        partition = keys.related_to(work.store.tenant, Note.kind, record)
        for item in every(work.store.table, partition, index=keys.RELATION):
            note = from_item(Note, item)
            found[note.id] = note
    left = [note for note in found.values() if note.text != ERASED]
    work.tally.note("notes", {"note": len(left)})
    for note in left:
        work.put_alone(note.evolve(work.context, text=ERASED))
    _comments(work)


def _comments(work: Work) -> None:
    """What reviewers wrote about the person's records; that they decided stays provable."""
    found: list[Approval] = []
    for record in sorted(work.ids):
        partition = keys.related_to(work.store.tenant, Approval.kind, record)
        items = every(work.store.table, partition, index=keys.RELATION)
        found += [from_item(Approval, item) for item in items]
    bare = [(approval, forget_words(work.context, approval)) for approval in found]
    left = [after for before, after in bare if after is not before]
    work.tally.note("approvals", {"approval_comments": len(left)})
    for approval in left:
        _put(work, approval)


def opportunities(work: Work) -> None:
    """Names and descriptions that speak of the person; amounts, dates and links stay."""
    changed: list[tuple[Opportunity, dict[str, str]]] = []
    for found in _loaded(work, Opportunity, work.subjects(Opportunity.kind)):
        said = {"name": found.name, "description": found.description or ""}
        told = {name: ERASED for name, text in said.items() if work.needles.within(text)}
        if told:
            changed.append((found, told))
    work.tally.note("opportunities", {"opportunity_text": len(changed)})
    for found, told in changed:
        event = OpportunityChanged(fields=tuple(sorted(told)))
        work.put_alone(found.evolve(work.context, event, **told))


def duplicates(work: Work) -> None:
    """By what the person looked like others."""
    wanted = [pair_key(record) for record in sorted(work.ids)]
    matches = matching.find(work.store.table, work.store.tenant, wanted)
    ids = [match.id for match in matches if match.kind == DuplicatePair.kind]
    none = Likeness(points=0)
    left = [pair for pair in _loaded(work, DuplicatePair, ids) if pair.likeness != none]
    work.tally.note("duplicates", {"duplicate_likeness": len(left)})
    for pair in left:
        work.put_alone(pair.evolve(work.context, likeness=none))


def affiliations(work: Work) -> None:
    """What the person is called at accounts; that they stood for them is a fact and stays."""
    found: list[Affiliation] = []
    for record in sorted(work.ids):
        partition = keys.owned_by(work.store.tenant, Affiliation.kind, record)
        found += [
            from_item(Affiliation, i) for i in every(work.store.table, partition, index=keys.OWNER)
        ]
    left = [each for each in found if each.title or each.department]
    work.tally.note("affiliations", {"affiliation_text": len(left)})
    for each in left:
        work.put_alone(each.evolve(work.context, title=None, department=None))


def withdraw_consents(work: Work) -> None:
    """Everything granted is withdrawn; the evidence goes, that it had been given stays."""
    for record in sorted(work.ids):
        entries = [e for e in entries_of(work.store, record) if e.evidence != ERASED]
        work.tally.note(f"consents#{record}", {"consent_evidence": len(entries)})
        _withdraw(work, record)
        for entry in entries:
            _put(
                work, work.store.load(ConsentEntry, entry.id).evolve(work.context, evidence=ERASED)
            )


def records(work: Work) -> None:
    """The records themselves, each with the marks by which the person is recognised later on."""
    seal = Seal(work.runtime.signing_secret, suppression.PURPOSE)
    for record in work.records:
        bare = erased(work.context, record, work.request.id)
        if bare is record:
            continue
        claims = claims_of(record)
        counts = {record.kind: 1, "identity": len(claims)}
        work.tally.note(f"record#{record.id}", counts)
        unit = work.store.begin(work.context)
        suppression.mark(unit, seal, claims, work.request.id)
        work.put(unit, bare)
        unit.commit()


def histories(work: Work) -> bool:
    """Scrub the history of all that was touched; False while the stream has not written it all.

    History follows an item's changes in their order: once the last one is there, all are.
    """
    for kind, record, version in sorted(work.touched()):
        partition, _ = keys.entity(work.store.tenant, record)
        rows = list(every(work.store.table, partition, prefix=keys.HISTORY))
        newest = max((int(row["sk"]["S"].removeprefix(keys.HISTORY)) for row in rows), default=0)
        if newest < version:
            return False
        work.tally.note(f"history#{record}", {"history_entry": len(rows)})
        work.store.table.write_many(puts=[_scrubbed(kind, row) for row in rows])
    return True


def _scrubbed(kind: str, row: Item) -> Item:
    entry = scrubbed(kind, json.loads(row["entry"]["S"]))
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return {**row, "entry": {"S": text}}


def _withdraw(work: Work, record: str) -> None:
    ledger = ledger_of(work.store, record)
    granted = [state for state in ledger.states if state.state == "granted"] if ledger else []
    if granted:
        unit = work.store.begin(work.context)
        withdrawn = [
            GivenConsent(
                purpose=state.purpose,
                channel=state.channel,
                state="withdrawn",
                at=work.context.now,
                evidence=ERASED,
                source="erasure",
            )
            for state in granted
        ]
        enter(work.store, unit, work.context, record, withdrawn)
        unit.commit()
    ledger = ledger_of(work.store, record) or ConsentLedger.opened(work.context, record)
    if not ledger.restricted:
        _put(work, ledger.evolve(work.context, restricted=True))


def _put(work: Work, entity: Entity) -> None:
    unit = work.store.begin(work.context)
    unit.put(entity)
    unit.commit()


def _loaded(work: Work, entity: type[E], ids: list[str]) -> list[E]:
    found = work.store.load_many(entity, ids)
    return [found[record_id] for record_id in sorted(found)]
