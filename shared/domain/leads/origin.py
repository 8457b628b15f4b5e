"""What is known of where a deal came from: attribution, score and response times of its lead."""

from shared.domain.entity import Moment, Value
from shared.domain.leads.model import Attribution, Lead
from shared.domain.leads.work import FIRST_TOUCH


class ScoreThen(Value):
    """A lead's score as it was."""

    points: int
    tier: str
    model_version: int


class LeadOrigin(Value):
    """A lead as it was when it was converted: what reports on campaigns and response times need.

    `assigned_at`, `first_touch_due`, `touched_at`, `touched_by`: its response clock.
    """

    lead: str
    captured_at: Moment
    source: str | None = None
    campaign: str | None = None
    first_touch: Attribution | None = None
    last_touch: Attribution | None = None
    score: ScoreThen | None = None
    assigned_at: Moment | None = None
    first_touch_due: Moment | None = None
    touched_at: Moment | None = None
    touched_by: str | None = None


def origin_of(lead: Lead) -> LeadOrigin:
    """The origin that a conversion of this lead leaves behind."""
    score = lead.scoring
    return LeadOrigin(
        lead=lead.id,
        captured_at=lead.created_at,
        source=lead.source,
        campaign=lead.campaign,
        first_touch=lead.first_touch,
        last_touch=lead.last_touch,
        score=score
        and ScoreThen(points=score.points, tier=score.tier, model_version=score.model_version),
        assigned_at=lead.routing.at if lead.routing else None,
        first_touch_due=lead.timers.get(FIRST_TOUCH),
        touched_at=lead.touched_at,
        touched_by=lead.touched_by,
    )
