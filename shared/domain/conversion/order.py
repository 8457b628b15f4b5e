"""What somebody orders for the targets of a conversion: make, link, fill or overwrite each.

Bad fields of a target are kept aside, so that they are told together with what all targets are
refused for.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    model_validator,
)

from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.entity import Value
from shared.domain.matching.policy import Allowance
from shared.domain.opportunities.model import OpportunityTerms

TargetKind = Literal["account", "contact", "opportunity"]
Mode = Literal["create", "link", "fill", "overwrite", "none"]
"""`link` leaves the named record as it is, `fill` fills what is empty in it, `overwrite` also
replaces the fields named in `overwrite`; `none` means no such record."""

RecordId = Annotated[str, Field(min_length=1, max_length=64)]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)]


class TargetOrder(Value):
    """One target. A named record is filled where it is empty unless `mode` says otherwise.

    Fields given here take the place of what the lead says.
    """

    mode: Mode | None = None
    id: RecordId | None = None
    overwrite: Annotated[tuple[FieldName, ...], Field(max_length=50)] = ()

    _refused: ValidationError | None = PrivateAttr(default=None)

    @property
    def refused(self) -> ValidationError | None:
        """What is wrong with fields that were given and left out."""
        return self._refused

    def leaving_out(self, refused: ValidationError) -> "TargetOrder":
        """The same, remembering what was wrong with what is not in it."""
        self._refused = refused
        return self

    @model_validator(mode="after")
    def _fits(self) -> "TargetOrder":
        named = self.mode in ("link", "fill", "overwrite")
        if named != (self.id is not None) and self.mode is not None:
            raise ValueError("link, fill and overwrite name a record; create and none do not")
        if bool(self.overwrite) != (self.mode == "overwrite"):
            raise ValueError("overwrite goes with the fields to replace, and only these with it")
        if self.mode in ("link", "none") and self.said:
            raise ValueError("nothing is written in this mode, so no field is given")
        known = type(self).model_fields.keys() - TargetOrder.model_fields.keys()
        if unknown := [n for n in self.overwrite if n.partition(".")[0] not in known]:
            raise ValueError(f"there is nothing to overwrite called {', '.join(unknown)}")
        return self

    @property
    def said(self) -> set[str]:
        """The fields of the record that were given."""
        return self.model_fields_set - TargetOrder.model_fields.keys()

    @property
    def way(self) -> Mode:
        """The mode, decided: a named record is filled, else one is made."""
        return self.mode or ("fill" if self.id is not None else "create")


class AccountTarget(TargetOrder, AccountInput):
    """The account."""


class ContactTarget(TargetOrder, ContactInput):
    """The contact. Its account is the other target, never a field of it."""

    @model_validator(mode="after")
    def _at_the_target(self) -> "ContactTarget":
        if "account" in self.model_fields_set:
            raise ValueError("the contact's account is the target `account`")
        return self


class OpportunityTarget(TargetOrder, OpportunityTerms):
    """The opportunity; a named one is an open one to which the lead is attached."""


def _aside(model: type[TargetOrder]) -> Any:
    def read(value: Any, default: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return default(value)
        given: dict[str, Any] = dict(value)  # pyright: ignore[reportUnknownArgumentType]
        try:
            return _read(model, given, info)
        except ValidationError as refused:
            bad = {str(e["loc"][0]) if e["loc"] else "" for e in refused.errors(include_url=False)}
            if "" in bad or bad & TargetOrder.model_fields.keys():
                raise
            rest = {name: entry for name, entry in given.items() if name not in bad}
            return _read(model, rest, info).leaving_out(refused)

    return WrapValidator(read)


def _read(model: type[TargetOrder], given: dict[str, Any], info: ValidationInfo) -> TargetOrder:
    return model.model_validate_json(json.dumps(given), strict=True, context=info.context)


class ConversionOrder(Value):
    """What becomes of a lead. What is not said follows from it: a company makes an account and
    its person a contact, somebody without a company an individual account; no opportunity.

    `owner`: whose the new records are when the lead has no owner.
    """

    account: Annotated[AccountTarget | None, _aside(AccountTarget)] = None
    contact: Annotated[ContactTarget | None, _aside(ContactTarget)] = None
    opportunity: Annotated[OpportunityTarget | None, _aside(OpportunityTarget)] = None
    owner: RecordId | None = None
    allow_duplicate: Allowance | None = None

    @model_validator(mode="after")
    def _becomes_something(self) -> "ConversionOrder":
        ways = [target.way if target else None for target in (self.account, self.contact)]
        if ways == ["none", "none"]:
            raise ValueError("a lead becomes an account, a contact or both")
        return self
