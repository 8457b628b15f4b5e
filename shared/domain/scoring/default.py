"""The scoring model a new tenant starts with: reachability, fit, need, and what the lead does.

The weights are a plain starting point for business customers, meant to be changed. Titles and
sources are in English and Chinese, because they are compared with what people typed.
"""

from functools import cache
from typing import Any

from shared.domain.scoring.model import ScoringModel

_DECIDERS = (
    *("ceo", "cto", "cfo", "coo", "cio", "founder", "owner", "president", "managing director"),
    *("director", "vice president", "head of", "partner"),
    *("总经理", "总裁", "董事", "创始人", "总监", "老板", "负责人", "合伙人", "厂长", "院长"),
)
_PERSONAL_SOURCES = ("referral", "partner", "event", "转介绍", "老客户介绍", "合作伙伴", "展会")


def _leaf(field: str, op: str, value: object = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def _fit(rule: str, label: str, points: int, when: dict[str, Any]) -> dict[str, Any]:
    return {"id": rule, "label": label, "points": points, "when": when}


def _did(
    kind: str, label: str, points: int, half_life_days: int | None, cap: int
) -> dict[str, Any]:
    return {
        "id": kind.replace(".", "-"),
        "label": label,
        "type": kind,
        "points": points,
        "half_life_days": half_life_days,
        "cap": cap,
    }


@cache
def default_model() -> ScoringModel:
    """The model; made when it is first needed, not at a cold start."""
    return ScoringModel.model_validate(
        {
            "fit": [
                _fit("has-phone", "Can be called", 10, _leaf("phone", "exists")),
                _fit("has-email", "Can be written to", 5, _leaf("email", "exists")),
                _fit(
                    "unreachable",
                    "No phone number and no e-mail address",
                    -30,
                    {"all": [_leaf("phone", "missing"), _leaf("email", "missing")]},
                ),
                _fit(
                    "decision-maker",
                    "Title of somebody who decides",
                    15,
                    _leaf("job_title", "contains", list(_DECIDERS)),
                ),
                _fit("large-company", "200 people or more", 15, _leaf("company_size", "gte", 200)),
                _fit(
                    "medium-company",
                    "20 to 199 people",
                    10,
                    _leaf("company_size", "between", [20, 199]),
                ),
                _fit("has-budget", "Names a budget", 15, _leaf("budget.amount", "gt", 0)),
                _fit("urgent", "Wants it soon", 20, _leaf("urgency", "in", ["high", "immediate"])),
                _fit("not-urgent", "Has time", -5, _leaf("urgency", "eq", "low")),
                _fit(
                    "personal-source",
                    "Came through a person or an event",
                    10,
                    _leaf("source", "in", list(_PERSONAL_SOURCES)),
                ),
                _fit("states-need", "Says what is needed", 5, _leaf("interest", "exists")),
            ],
            "behaviour": [
                _did("demo.requested", "Asked for a demonstration", 25, 30, 25),
                _did("form.submitted", "Sent a form", 10, 30, 20),
                _did("pricing.viewed", "Looked at prices", 10, 7, 20),
                _did("event.attended", "Took part in an event", 10, 30, 20),
                _did("email.clicked", "Clicked in an e-mail", 5, 14, 15),
                _did("email.opened", "Opened an e-mail", 2, 14, 6),
                _did("page.visited", "Visited the web site", 1, 7, 10),
                _did("email.bounced", "An e-mail came back", -10, None, 20),
                _did("unsubscribed", "Wants no more messages", -20, None, 20),
            ],
        }
    )
