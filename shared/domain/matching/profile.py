"""What matching knows of a record, whatever its kind: a person, a company, or a lead that is both.

Everything is optional. Numbers are E.164, addresses and identities in their recognising form; a
number or address that many share (a switchboard) is left out by whoever makes the profile.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Profile:
    """A record as matching sees it.

    `names` are those of the person or company itself, `employers` the companies that a person is
    said to belong to. `tax` is `<scheme>:<value>`, an identity `<channel>:<system>:<value>`.
    """

    kind: str
    id: str = ""
    is_company: bool = False
    names: tuple[str, ...] = ()
    given: str | None = None
    family: str | None = None
    employers: tuple[str, ...] = ()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    tax: str | None = None
    identities: frozenset[str] = frozenset()
    birthday: date | None = None
    street: str | None = None
    city: str | None = None
    postcode: str | None = None
    region: str | None = None

    @property
    def companies(self) -> tuple[str, ...]:
        """The names of the company it is, or of those it belongs to."""
        return self.names if self.is_company else self.employers

    @property
    def is_person(self) -> bool:
        """Whether it names a person."""
        return not self.is_company and bool(self.names or self.given or self.family)
