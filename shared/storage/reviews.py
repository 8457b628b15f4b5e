"""Where a record meets its approval: at entry, at an edit, at each decision; always in one unit.

Whoever creates a reviewable record passes it through `enter`, and every later change of it
through `follow`.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from shared.domain.approval import editing, flow, rounds
from shared.domain.approval.flow import Matter
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.model import Approval
from shared.domain.approval.planning import Submission, plan
from shared.domain.approval.review import (
    Judgement,
    ReviewPolicy,
    judge,
    policy_id,
)
from shared.domain.approval.steps import ApprovalRules, Step
from shared.domain.approval.telling import Deadline
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.events.base import Subject
from shared.domain.matching.profiles import matched_kinds, profile_of
from shared.storage.duplicates import check
from shared.storage.people import StoredPeople
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Entity)


class ReviewDesk:
    """One tenant's review of records: policies, people and calendars are read once."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        self._policies: dict[str, ReviewPolicy] = {}
        self.people = StoredPeople(store)

    def policy(self, kind: str) -> ReviewPolicy:
        """The tenant's policy for a kind; one that reviews nothing until it is set."""
        if kind not in self._policies:
            found = self._store.find(ReviewPolicy, policy_id(kind))
            stamp = ReviewPolicy.stamp(self._context, policy_id(kind))
            self._policies[kind] = found or ReviewPolicy(**stamp, record_kind=kind)
        return self._policies[kind]

    def enter(
        self,
        unit: UnitOfWork,
        record: R,
        channel: str,
        entrant: str | None = None,
    ) -> R:
        """The new record as it is to be put in the same unit: unchanged when nobody has to look at
        it, else hidden and with its approval in the unit.

        `entrant`: who may see and correct it meanwhile, by default its author. Costs one read a
        batch while nothing is reviewed.
        """
        policy = self.policy(record.kind)
        if not policy.enabled:
            return record
        verdict = self.judgement(record, channel)
        if verdict.passes:
            return record
        return self.ask(unit, record, channel, entrant or record.created_by, verdict.reasons)

    def ask(
        self, unit: UnitOfWork, record: R, channel: str, submitter: str, reasons: tuple[str, ...]
    ) -> R:
        """The record as it waits for the people whom its kind's policy names, whether or not the
        policy is enabled; the approval is put in the unit. Raises InvalidState when there is
        nobody to ask."""
        rules, how = self.policy(record.kind).rules, reviewable(record.kind)
        matter = self._matter(record, channel, submitter)
        approval = flow.submit(
            self._context,
            matter,
            self._steps(rules, record, matter.submitter),
            self.deadline(rules),
            self_approval=rules.self_approval,
            reasons=reasons,
        )
        unit.put(approval)
        return how.submit(self._context, record, approval)

    def follow(self, unit: UnitOfWork, before: R, after: R) -> R:
        """`after`, with its approval kept true in the same unit: an edit voids what rests on it, a
        record that goes to the archive asks nobody any more. For all that is not in review this
        does nothing."""
        approval_id = _approval_of(before)
        if approval_id is None or not before.hidden or after is before:
            return after
        approval = self._store.load(Approval, approval_id)
        if after.deleted_at is not None:
            kept = rounds.close(self._context, approval)
        else:
            kept = editing.follow_content(
                self._context,
                approval,
                reviewable(before.kind).content(after),
                self.deadline(self.policy(before.kind).rules),
                after.version + 1,
            )
        if kept is not approval:
            unit.put(kept)
        return after

    def resubmitted(
        self, unit: UnitOfWork, approval: Approval, record: Entity, comment: str = ""
    ) -> Approval:
        """Another round for the corrected record; both are put in the unit."""
        policy = self.policy(record.kind)
        reasons = self.judgement(record, approval.channel).reasons
        again = rounds.resubmit(
            self._context,
            approval,
            self._matter(record, approval.channel, approval.submitter),
            self._steps(policy.rules, record, approval.submitter),
            self.deadline(policy.rules),
            comment=comment,
            reasons=reasons,
        )
        unit.put(reviewable(record.kind).resubmit(self._context, record, again))
        return unit.put(again)

    def judgement(self, record: Entity, channel: str) -> Judgement:
        """Whether the record would pass by itself as it stands."""
        policy = self.policy(record.kind)
        return judge(
            policy,
            record,
            reviewable(record.kind).weights,
            channel=channel,
            source=getattr(record, "source", None),
            similarity=0 if policy.duplicate_from is None else self._similarity(record),
        )

    def deadline(self, rules: ApprovalRules) -> Deadline:
        """Counts working hours by the rules' calendar, else the tenant's, else every hour."""
        calendar = self.people.calendar(rules.calendar)

        def after(at: datetime, hours: int) -> datetime:
            duration = timedelta(hours=hours)
            return calendar.add_working_time(at, duration) if calendar else at + duration

        return after

    def _similarity(self, record: Entity) -> int:
        """The best score of what is known and looks like this record; leads do not count, since a
        customer is often the same as the lead it was."""
        types = matched_kinds()
        if record.kind not in types:
            return 0
        hits = check(self._store, profile_of(record))
        return max((hit.points for hit in hits if hit.kind == record.kind), default=0)

    def _matter(self, record: Entity, channel: str, submitter: str) -> Matter:
        """The record in the version that is stored next."""
        return Matter(
            about=Subject(kind=record.kind, id=record.id, version=record.version + 1),
            content=reviewable(record.kind).content(record),
            submitter=submitter,
            team=self._team(record, submitter),
            channel=channel,
        )

    def _steps(self, rules: ApprovalRules, record: Entity, submitter: str) -> tuple[Step, ...]:
        team = self._team(record, submitter)
        return plan(rules, self.people, Submission(submitter, team, record, self._context.now))

    def _team(self, record: Entity, submitter: str) -> str | None:
        """The record's department, else that of whoever entered it."""
        if team := getattr(record, "team", None):
            return team
        caller = self._context.principal
        if caller.actor == submitter and caller.teams:
            return caller.teams[0]
        user = self.people.user(submitter)
        return user.team if user else None


def _approval_of(record: Entity) -> str | None:
    review = getattr(record, "review", None)
    return review.approval if review else None
