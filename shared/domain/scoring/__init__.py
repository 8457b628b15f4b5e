"""Lead scoring as pure functions: what a lead is worth now, why, and until when that holds."""

from shared.domain.scoring.default import DEFAULT_MODEL
from shared.domain.scoring.model import BehaviourRule, FitRule, ScoringModel, Tier, Tiers
from shared.domain.scoring.score import Happening, Reason, Score, score

__all__ = [
    "DEFAULT_MODEL",
    "BehaviourRule",
    "FitRule",
    "Happening",
    "Reason",
    "Score",
    "ScoringModel",
    "Tier",
    "Tiers",
    "score",
]
