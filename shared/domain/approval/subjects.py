"""What can be approved: every kind says how its records are submitted, approved and sent back.

The transition is stored in the same transaction as the decision. `kinds` lists the kinds there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from shared.domain.approval.content import Content
from shared.domain.approval.model import Approval
from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import Review
from shared.domain.entity import Entity
from shared.domain.events.base import Event

S = TypeVar("S", bound=Entity)
C = TypeVar("C", bound=Customer)


class Reviewable(Protocol[S]):
    """A kind whose records go through approval."""

    @property
    def entity(self) -> type[S]:
        """The class of its records."""
        ...

    @property
    def weights(self) -> Mapping[str, int]:
        """What makes such a record complete, by default."""
        ...

    @property
    def fields(self) -> frozenset[str]:
        """The fields that approvers decide on."""
        ...

    def content(self, subject: S) -> Content:
        """What these fields say, as JSON."""
        ...

    def submit(self, context: Context, subject: S, approval: Approval) -> S:
        """The subject as it waits for its first decision."""
        ...

    def approve(self, context: Context, subject: S, approval: Approval) -> S:
        """The subject, approved."""
        ...

    def send_back(self, context: Context, subject: S, approval: Approval, reason: str) -> S:
        """The subject, to be corrected by its submitter."""
        ...

    def resubmit(self, context: Context, subject: S, approval: Approval) -> S:
        """The corrected subject as it waits again."""
        ...

    def withdraw(self, context: Context, subject: S, approval: Approval) -> S:
        """The subject that its submitter took back."""
        ...


@dataclass(frozen=True)
class NewRecord(Generic[C]):
    """Review of new customers: hidden until approved; `created` is told only then."""

    entity: type[C]
    fields: frozenset[str]
    weights: Mapping[str, int]
    submitted: type[Event]
    returned: type[Event]
    created: type[Event]

    def content(self, subject: C) -> Content:
        """What clients said about the customer."""
        return subject.model_dump(mode="json", include=set(self.fields))

    def submit(self, context: Context, subject: C, approval: Approval) -> C:
        """Hidden. It was not created for anybody else yet, so that is not told."""
        waiting = _marked(subject, approval, "pending")
        return waiting.telling(self.submitted.model_validate({"approval": approval.id}))

    def approve(self, context: Context, subject: C, approval: Approval) -> C:
        """There for everybody, and told so."""
        said: dict[str, Any] = {"channel": approval.channel, "source": subject.source}
        review = Review(state="approved", approval=approval.id)
        return subject.evolve(context, self.created.model_validate(said), review=review)

    def send_back(self, context: Context, subject: C, approval: Approval, reason: str) -> C:
        """Still hidden, with the reason why it came back."""
        event = self.returned.model_validate({"approval": approval.id})
        review = Review(state="returned", approval=approval.id, reason=reason)
        return subject.evolve(context, event, review=review)

    def resubmit(self, context: Context, subject: C, approval: Approval) -> C:
        """Waits again."""
        event = self.submitted.model_validate({"approval": approval.id})
        review = Review(state="pending", approval=approval.id)
        return subject.evolve(context, event, review=review)

    def withdraw(self, context: Context, subject: C, approval: Approval) -> C:
        """In the archive, and hidden there."""
        review = Review(state="returned", approval=approval.id)
        return subject.evolve(context, review=review, deleted_at=context.now)


def _marked(subject: C, approval: Approval, state: str) -> C:
    review = Review.model_validate({"state": state, "approval": approval.id})
    return subject.model_copy(update={"review": review})
