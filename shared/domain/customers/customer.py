"""What accounts and contacts have in common: a customer as every channel meets it."""

from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, field_validator

from shared.domain.access import may
from shared.domain.context import Context
from shared.domain.customers.parts import (
    MOST_ADDRESSES,
    MOST_EMAILS,
    MOST_HELPERS,
    MOST_IDENTITIES,
    MOST_PHONES,
    MOST_TRAITS,
    Address,
    CustomName,
    EmailEntry,
    ExternalId,
    Gender,
    Helper,
    Identity,
    Phone,
    PlainValue,
    Review,
    ShortText,
    Tag,
    Trait,
)
from shared.domain.entity import CODE_MARK, Entity, Moment, Value
from shared.domain.errors import Forbidden
from shared.domain.events.base import Event

MAX_CUSTOM = 100


class PersonFields(Value):
    """What a person has besides a name to be called by."""

    given_name: ShortText | None = None
    family_name: ShortText | None = None
    gender: Gender | None = None
    birthday: date | None = None


class CustomerFields(PersonFields):
    """What clients and imports may say about any customer."""

    name: ShortText | None = None
    emails: Annotated[tuple[EmailEntry, ...], Field(max_length=MOST_EMAILS)] = ()
    addresses: Annotated[tuple[Address, ...], Field(max_length=MOST_ADDRESSES)] = ()
    identities: Annotated[tuple[Identity, ...], Field(max_length=MOST_IDENTITIES)] = ()
    traits: Annotated[tuple[Trait, ...], Field(max_length=MOST_TRAITS)] = ()
    source: ShortText | None = None
    campaign: ShortText | None = None
    external_id: ExternalId | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    custom: Annotated[dict[CustomName, PlainValue | None], Field(max_length=MAX_CUSTOM)] = Field(
        default_factory=dict[str, PlainValue | None]
    )

    @field_validator("tags")
    @classmethod
    def _without_repetition(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tags))


class Customer(CustomerFields, Entity):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored account or contact.

    `contested`: claims (`channel:system:value`) on an identity that another customer holds; a merge
    is suggested, and until it is decided the first one keeps it. `provenance`: the outside source
    of each field that enrichment filled, until somebody changes the field.
    """

    owner_field: ClassVar[str | None] = "owner"
    model_config = Entity.model_config

    name: ShortText = ""  # pyright: ignore[reportIncompatibleVariableOverride]
    phones: Annotated[tuple[Phone, ...], Field(max_length=MOST_PHONES)] = ()
    owner: str | None = None
    team: str | None = None
    helpers: Annotated[tuple[Helper, ...], Field(max_length=MOST_HELPERS)] = ()
    review: Review | None = None
    restricted: bool = False
    purged_at: Moment | None = None
    merged_into: str | None = None
    contested: tuple[str, ...] = ()
    provenance: Annotated[dict[str, ShortText], Field(max_length=50)] = Field(
        default_factory=dict[str, str]
    )

    def evolve(self, context: Context, *events: Event, **changes: Any) -> Self:
        """As of every entity; a restricted one is changed by who may restrict, and nobody else."""
        if self.restricted and not may(context.principal, "privacy", "restrict"):
            raise Forbidden(f"This {self.kind} is restricted.", code="restricted")
        return super().evolve(context, *events, **changes)

    @property
    def hidden(self) -> bool:
        """In review: only the entrant and reviewers know of it."""
        return self.review is not None and self.review.state != "approved"

    @property
    def helper_users(self) -> tuple[str, ...]:
        """Who helps, under the name that list indexes carry."""
        return tuple(helper.user for helper in self.helpers)

    def unique_keys(self) -> dict[str, str]:
        """The outside system's id is unique among the tenant's records of this kind."""
        if self.external_id is None or self.merged_into is not None:
            return {}
        return {"external_id": self.external_id}

    def claims(self) -> dict[str, tuple[str, str]]:
        """Every identity the record shows, by its text: identities, own mobiles and addresses."""
        found = [identity.claim for identity in self.identities]
        found += [
            ("phone:", phone.number.e164)
            for phone in self.phones
            if phone.kind == "mobile" and not phone.shared and phone.validity != "invalid"
        ]
        found += [
            ("email:", email.address.casefold())
            for email in self.emails
            if not email.shared and email.validity != "invalid"
        ]
        return {f"{channel}:{value}": (channel, value) for channel, value in found}

    def held_identities(self) -> frozenset[tuple[str, str]]:
        """The claims that it keeps from others: those uncontested, none once it is merged away."""
        if self.merged_into is not None:
            return frozenset()
        return frozenset(c for text, c in self.claims().items() if text not in self.contested)

    def match_keys(self) -> frozenset[str]:
        """What records of the same person or company have in common.

        None once merged away, and none while restricted: then nobody is told of the record.
        """
        from shared.domain.matching.keys import keys_of
        from shared.domain.matching.profiles import profile_of

        return frozenset() if self.merged_into or self.restricted else keys_of(profile_of(self))

    def search_texts(self) -> tuple[str, ...]:
        """Names, addresses, numbers (as typed and E.164); outside ids by their beginnings."""
        codes = [i.value for i in self.identities] + [self.external_id or ""]
        phones = [text for p in self.phones for text in (p.number.e164, p.number.typed)]
        names: list[str | None] = [self.name, self.given_name, self.family_name]
        texts = [*names, *(e.address for e in self.emails), *phones]
        return tuple(t for t in (*texts, *(CODE_MARK + c for c in codes if c)) if t)

    @property
    def primary_phone(self) -> Phone | None:
        """The number to call: the one marked so, else the first."""
        return next((p for p in self.phones if p.primary), next(iter(self.phones), None))

    @property
    def primary_email(self) -> EmailEntry | None:
        """The address to write to: the one marked so, else the first."""
        return next((e for e in self.emails if e.primary), next(iter(self.emails), None))
