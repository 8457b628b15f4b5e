"""One small condition language in JSON for filters, routing, scoring and segments.

`{"all": [{"field": "country", "op": "in", "value": ["DE", "AT"]}, {"not": {...}}]}`
"""

from shared.domain.conditions.evaluation import Facts, Outcome, evaluate, explain, next_flip
from shared.domain.conditions.language import ALWAYS, Condition, fields_of, parse_condition

__all__ = [
    "ALWAYS",
    "Condition",
    "Facts",
    "Outcome",
    "evaluate",
    "explain",
    "fields_of",
    "next_flip",
    "parse_condition",
]
