"""Exports with more rows than a tenant lets anybody take out without asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.approval.content import Content
from shared.domain.approval.model import Approval
from shared.domain.context import Context
from shared.domain.exports import ExportJob


@dataclass(frozen=True)
class LargeExport:
    """An export waits until it is approved. Sent back, it is refused, until it is asked again."""

    entity: type[ExportJob] = ExportJob
    weights: Mapping[str, int] = field(default_factory=dict[str, int])
    fields: frozenset[str] = frozenset({"record_kind", "format", "columns", "filters", "rows"})

    def content(self, subject: ExportJob) -> Content:
        """Which records, which of their fields, in which form, and how many."""
        return subject.model_dump(mode="json", include=set(self.fields))

    def submit(self, context: Context, subject: ExportJob, approval: Approval) -> ExportJob:
        """Everything is read; the file is not made yet."""
        return subject.await_approval(context, approval.id)

    def approve(self, context: Context, subject: ExportJob, approval: Approval) -> ExportJob:
        """The file is made. One that was called off meanwhile stays so."""
        waiting = subject.status == "awaiting_approval"
        return subject.approve(context, approval.id) if waiting else subject

    def send_back(
        self, context: Context, subject: ExportJob, approval: Approval, reason: str
    ) -> ExportJob:
        """No file is made."""
        waiting = subject.status == "awaiting_approval"
        return subject.refuse(context, approval.id, reason) if waiting else subject

    def resubmit(self, context: Context, subject: ExportJob, approval: Approval) -> ExportJob:
        """Asked again, with a comment that answers the reason."""
        return subject.await_approval(context, approval.id)

    def withdraw(self, context: Context, subject: ExportJob, approval: Approval) -> ExportJob:
        """Called off by who asked."""
        waiting = subject.status == "awaiting_approval"
        return subject.cancel(context) if waiting else subject
