from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ModelFact(Fact):
    object_type = "model_version"
    model: str  # "churn 1.0"


@dataclass(frozen=True, kw_only=True)
class ModelVersionRegistered(ModelFact):
    name = "ml.model_version_registered"
    model_type: str


@dataclass(frozen=True, kw_only=True)
class ModelStatusChanged(ModelFact):
    name = "ml.model_status_changed"
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ModelReviewed(ModelFact):
    """Somebody else than its creator looked at it and decided."""

    name = "ml.model_reviewed"
    verdict: str
    reason: str
