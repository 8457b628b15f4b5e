"""Lead scoring as pure functions: what a lead is worth now, why, and until when that holds."""

from shared.domain.scoring.default import default_model
from shared.domain.scoring.model import BehaviourRule, FitRule, ScoringModel, Tier, Tiers
from shared.domain.scoring.score import Happening, Reason, Score, score

__all__ = [
    "BehaviourRule",
    "FitRule",
    "Happening",
    "Reason",
    "Score",
    "ScoringModel",
    "Tier",
    "Tiers",
    "default_model",
    "score",
]
