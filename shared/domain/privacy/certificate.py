"""The proof of an erasure: what was erased, when, by whom, and what stays and why."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.entity import Moment, Value

Kept = Literal["accounting_facts", "audit_trail", "consent_proof", "suppression_mark"]
Expiring = Literal["exports_7_days", "kept_answers_1_day", "backups_35_days"]
KEPT: tuple[Kept, ...] = ("accounting_facts", "audit_trail", "consent_proof", "suppression_mark")
"""What the law lets or makes one keep: that something was sold, who looked, that consent had been
given and was withdrawn, and a digest by which the person is recognised if they come back."""

EXPIRING: tuple[Expiring, ...] = ("exports_7_days", "kept_answers_1_day", "backups_35_days")
"""What cannot be reached and goes by itself."""


class Certificate(Value):
    """`counts`: what was erased, by kind. `chain` is the seal of the request's log up to its start;
    `signature` the installation's on all of this."""

    request: str
    tenant: str
    subject: str
    received_at: Moment
    erased_at: Moment
    by: str
    forced: str = ""
    counts: dict[str, Annotated[int, Field(ge=0)]]
    kept: tuple[Kept, ...] = KEPT
    expiring: tuple[Expiring, ...] = EXPIRING
    chain: str
    signature: str = ""

    def statement(self) -> str:
        """What the signature stands under."""
        return self.model_dump_json(exclude={"signature"})
