"""Idempotency-Key: the first answer is stored in the same transaction as the effect.

So there is no moment at which one exists without the other; the loser of a race reads the
winner's answer and gives it again. Kept for 24 hours per tenant, caller, route and key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from shared.domain.context import Context
from shared.domain.errors import Conflict, IdempotencyKeyReused
from shared.http.rendering import Rendered
from shared.storage import keys
from shared.storage.driver import Item, Table
from shared.storage.unit_of_work import UnitOfWork

KEPT = timedelta(hours=24)
MAX_STORED = 300_000


class AnsweredBefore(Conflict):
    """This was done before, by a request with the same Idempotency-Key."""

    code = "answered_before"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that carries a key: where its answer is kept, and what it asked."""

    key: keys.Key
    fingerprint: str

    @classmethod
    def of(cls, context: Context, route: str, key: str, body: bytes) -> "Attempt":
        """The attempt of this caller on this route (method and path)."""
        place = keys.idempotency(context.tenant, context.actor, route, key)
        return cls(place, hashlib.sha256(body).hexdigest())

    def store(self, unit: UnitOfWork, context: Context, answer: Rendered) -> None:
        """Make the unit keep the answer; its commit raises AnsweredBefore if one is kept."""
        attributes: Item = {
            "fingerprint": {"S": self.fingerprint},
            "status": {"N": str(answer.status)},
            "text": {"S": answer.text if len(answer.text) <= MAX_STORED else ""},
            "headers": {"S": json.dumps(answer.headers)},
        }
        expires = context.now + KEPT
        unit.claim(self.key, attributes, lambda _: AnsweredBefore(), expires=expires)

    def answer_kept(self, table: Table) -> Rendered | None:
        """The first request's answer, if there was one. Raises IdempotencyKeyReused."""
        item = table.get(self.key)
        if item is None:
            return None
        if item["fingerprint"]["S"] != self.fingerprint:
            raise IdempotencyKeyReused("This key was used before with another body.")
        headers: Mapping[str, str] = json.loads(item["headers"]["S"])
        return Rendered(
            int(item["status"]["N"]),
            item["text"]["S"],
            {**headers, "Idempotency-Replayed": "true"},
        )
