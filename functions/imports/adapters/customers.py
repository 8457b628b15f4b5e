"""Accounts and contacts as imports and exports see them: both go the same ways."""

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from functions.imports.adapters.base import RecordFields, Source, unknown_names
from functions.imports.adapters.customer_fields import AUTHORSHIP, pattern_target
from functions.imports.adapters.entries import (
    Slotted,
    addresses_of,
    emails_of,
    identities_of,
    joined,
    phones_of,
)
from functions.imports.adapters.numbers import with_numbers
from functions.imports.adapters.shown import readable, shown
from functions.imports.mapping import Mapping
from functions.imports.proposals import Target
from functions.imports.row_mapper import RowInput
from shared.domain.context import Context
from shared.domain.customers import capture, work
from shared.domain.customers.customer import Customer
from shared.domain.customers.tax_numbers import likely_scheme
from shared.domain.entity import Entity
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.base import Event
from shared.domain.notes import Note
from shared.http.problems import invalid_input
from shared.storage.store import Store

_NEVER_EMPTIED = frozenset(
    {"phones", "emails", "addresses", "identities", "traits", "name", "type", "tax_number"}
    | {"account", "parent", "roles", *AUTHORSHIP}
)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A row as input, and which slot of it each entry of a list comes from."""

    input: capture.CustomerInput
    slots: ReadOnly[str, tuple[str, ...]]

    def field_of(self, path: str) -> str:
        """`phones.1.number` is the field `phones.work`, when the second number came from there."""
        head, _, rest = path.partition(".")
        position, _, _ = rest.partition(".")
        slots = self.slots.get(head, ())
        if position.isdigit() and int(position) < len(slots):
            return f"{head}.{slots[int(position)]}"
        return path


class CustomerKind(RecordFields):
    """One kind of customer; what differs is said by its module."""

    relation: str
    keys: frozenset[str]
    input_model: type[BaseModel]
    fixed: ReadOnly[str, Target]
    plain_fields: frozenset[str]

    def changed(self, fields: tuple[str, ...]) -> Event:
        """The event of a change."""
        raise NotImplementedError

    def target(self, name: str) -> Target | None:
        """A field of the kind's own, or one made of parts."""
        return self.fixed.get(name) or AUTHORSHIP.get(name) or pattern_target(name)

    def problems(self, mapping: Mapping) -> list[FieldError]:
        """Fields and keys that the kind does not have."""
        return unknown_names(self, mapping)

    def readable(self, name: str) -> bool:
        """Fields of the stored record; `custom.<name>`; the parts of lists."""
        if name.startswith("custom."):
            return True
        head, _, tail = name.partition(".")
        return readable(name) if tail else head in self.plain_fields

    def shown(self, document: dict[str, Any]) -> dict[str, Any]:
        """Lists by the names of their parts."""
        return shown(document)

    def read(
        self, row: RowInput, source: Source, mapping: Mapping, region: str | None
    ) -> CustomerRow:
        """The row as input of this kind."""
        values = dict(row.values)
        slots = _listed(values, region)
        if custom := values.get("custom"):
            values["custom"] = with_numbers(custom, mapping)
        for name in ("tags", "aliases"):
            if isinstance(values.get(name), str):
                values[name] = [values[name]]
        if isinstance(number := values.get("tax_number"), str):
            values["tax_number"] = {"scheme": likely_scheme(number), "value": number}
        if traits := values.get("traits"):
            said = {"source": f"import of {source.file_name}"[:200], "at": source.at}
            values["traits"] = [{"name": n, "value": v, **said} for n, v in traits.items()]
        _clear(values, row.cleared)
        unnamed = CustomerRow(self.input_model.model_construct(), slots)  # pyright: ignore
        try:
            return replace(unnamed, input=cast(Any, self.input_model.model_validate(values)))
        except ValidationError as error:
            raise renamed(invalid_input(error), unnamed) from None

    def update(self, context: Context, record: Entity, given: CustomerRow) -> Entity:
        """The customer with what the row says; lists keep what the row does not speak of."""
        customer = cast(Customer, record)
        names = {n for n in given.input.model_fields_set if n != self.relation}
        try:
            said = capture.checked(context, given.input, names, customer)
        except InvalidInput as refusal:
            raise renamed(refusal, given) from None
        fields = joined(customer, said)
        changed = {n: v for n, v in fields.items() if getattr(customer, n) != v}
        if not changed:
            return customer
        return customer.evolve(context, self.changed(tuple(sorted(changed))), **changed)

    def related(self, context: Context, record: Entity, account: str) -> Entity:
        """The customer under this account."""
        if getattr(record, self.relation) == account:
            return record
        fields = self.relation_fields(cast(Customer, record), account)
        if record.version == 0:
            return record.evolve(context, updated_at=record.updated_at, **fields)
        return record.evolve(context, self.changed(tuple(sorted(fields))), **fields)

    def relation_fields(self, record: Customer, account: str) -> dict[str, Any]:
        """What says that the record belongs to this account."""
        return {self.relation: account}

    def owned_by(self, context: Context, record: Entity, owner: str, team: str | None) -> Entity:
        """The customer with this owner."""
        customer = cast(Customer, record)
        if customer.version == 0:
            return customer.evolve(context, owner=owner, team=team)
        return work.assign(context, customer, owner, team)

    def revive(self, context: Context, record: Entity) -> Entity:
        """The customer back from the archive."""
        return work.restore(context, cast(Customer, record))

    def restore(self, context: Context, record: Entity, values: ReadOnly[str, Any]) -> Entity:
        """The customer with old values."""
        fields = self.former(record, values)
        return record.evolve(context, self.changed(tuple(sorted(values))), **fields)

    def gone(self, context: Context, record: Entity) -> Entity:
        """The customer in the archive, its outside id and identities free for others."""
        customer = work.archive(context, cast(Customer, record))
        free = {"external_id": None, "contested": tuple(sorted(customer.claims()))}
        return customer.evolve(context, **free)

    def worked_on(self, store: Store, record: Entity) -> bool:
        """Notes on the customer."""
        return bool(store.children(Note, record.id, limit=1).documents)


def renamed(refusal: InvalidInput, given: CustomerRow) -> InvalidInput:
    """The refusal with the fields' names as the mapping knows them."""
    return InvalidInput(
        [FieldError(given.field_of(e.path), e.code, e.message) for e in refusal.errors]
    )


def _listed(values: dict[str, Any], region: str | None) -> dict[str, tuple[str, ...]]:
    """Turns parts by slot into lists, in place; gives the slots of the entries."""
    found: dict[str, Slotted] = {}
    if said := values.pop("phones", None):
        found["phones"] = phones_of(said, region)
    if said := values.pop("emails", None):
        found["emails"] = emails_of(said)
    if said := values.pop("addresses", None):
        found["addresses"] = addresses_of(said)
    if said := values.pop("identities", None):
        found["identities"] = identities_of(said)
    values |= {name: [entry for _, entry in entries] for name, entries in found.items() if entries}
    return {name: tuple(slot for slot, _ in entries) for name, entries in found.items()}


def _clear(values: dict[str, Any], names: tuple[str, ...]) -> None:
    """Fields whose cells were empty, when the mapping says that this clears them.

    An empty cell takes no number, address or identity away: it does not say which.
    """
    for name in names:
        head, _, tail = name.partition(".")
        if head == "custom":
            values.setdefault("custom", {})[tail] = None
        elif head in ("tags", "aliases"):
            values[head] = ()
        elif head not in _NEVER_EMPTIED:
            values[head] = None
