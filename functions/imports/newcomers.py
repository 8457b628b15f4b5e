"""The record that a new row makes: its id, its author, its owner, the account it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.imports.adapters import Making, RecordKind, Source
from functions.imports.belonging import Homes
from functions.imports.mapping import Mapping
from functions.imports.owners import Owner, People
from functions.imports.rows import ReadRow
from shared.domain.access import Scope, grant
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import InvalidInput
from shared.domain.ids import derived_id
from shared.domain.imports import ImportJob
from shared.domain.segments.kinds import tags_of
from shared.storage.tags import TagGate


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The new records of one run."""

    job: ImportJob
    kind: RecordKind
    mapping: Mapping
    context: Context
    source: Source
    people: People
    tags: TagGate
    homes: Homes | None = None

    def id_of(self, row: ReadRow) -> str:
        """The id that a record created by this row has, in this run and if it is repeated."""
        at = row.extras.created_at or self.source.at
        return derived_id(self.kind.entity.prefix, at, self.job.id, str(row.line))

    def draft(self, row: ReadRow) -> Entity | None:
        """The record that the row would make, to look for others like it; None for a bad row."""
        try:
            return self.kind.create(self.context, row.given, self._making(row, Owner()))
        except InvalidInput:
            return None

    def make(self, row: ReadRow) -> tuple[Entity, str | None]:
        """The record that the row makes, and the account that it belongs to."""
        owner = self._owner(row)
        record = self.kind.create(self.context, row.given, self._making(row, owner))
        self.check_tags((), record)
        if owner.user is not None and getattr(record, "owner", None) != owner.user:
            record = self.kind.owned_by(self.context, record, owner.user, owner.team)
        account = self.home(row)
        if account is not None:
            record = self.kind.related(self.context, record, account)
        return record, account

    def check_tags(self, before: Iterable[str], record: Entity) -> None:
        """Raises InvalidInput for tags that are added and cannot be given."""
        self.tags.refuse(before, tags_of(record))

    def _making(self, row: ReadRow, owner: Owner) -> Making:
        author = row.extras.created_by
        return Making(
            id=self.id_of(row),
            at=row.extras.created_at or self.source.at,
            created_by=self.people.author(author) if author else None,
            assign=self.job.assign and self.mapping.options.owner == "rule",
            owner=owner.user,
            team=owner.team,
        )

    def _owner(self, row: ReadRow) -> Owner:
        """Whose a new record becomes. A rule gives customers to who sees only some of them."""
        caller = self.context.principal
        own = Owner(caller.actor, next(iter(caller.teams), None))
        match self.mapping.options.owner:
            case "me":
                return own
            case "column":
                return self.people.owner(row.extras.owner) if row.extras.owner else Owner()
            case "rule" if self.kind.relation is not None and self.job.assign:
                scope = grant(caller, self.kind.name, "create").scope
                return Owner() if scope is Scope.ALL else own
            case _:
                return Owner()

    def home(self, row: ReadRow) -> str | None:
        """The account that the row names. A rehearsal makes none."""
        if self.homes is None or not row.extras.references:
            return None
        return self.homes.of(row.extras.references)
