"""What a converted lead says of its conversion, and what opportunities keep of the lead."""

from typing import Literal

from shared.domain.entity import Moment, Value

WorkedStatus = Literal["new", "working", "nurturing", "qualified"]


class LeadConversion(Value):
    """What became of a lead: `id` is the conversion's own record, `before` the status it left."""

    id: str
    at: Moment
    by: str
    account: str | None = None
    contact: str | None = None
    opportunities: tuple[str, ...] = ()
    before: WorkedStatus

    @property
    def home(self) -> str:
        """The record that what was written on the lead belongs to now."""
        return self.account or self.contact or self.id

    @property
    def links(self) -> dict[str, str | list[str]]:
        """Where each target is read, by kind."""
        found: dict[str, str | list[str]] = {}
        if self.account:
            found["account"] = f"/v1/accounts/{self.account}"
        if self.contact:
            found["contact"] = f"/v1/contacts/{self.contact}"
        if self.opportunities:
            found["opportunities"] = [f"/v1/opportunities/{one}" for one in self.opportunities]
        return found
