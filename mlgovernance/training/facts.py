from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class TrainingFact(Fact):
    object_type = "training_run"
    model: str  # "churn 1.0"
    datasets: list[str]


@dataclass(frozen=True, kw_only=True)
class TrainingStarted(TrainingFact):
    name = "ml.training_started"


@dataclass(frozen=True, kw_only=True)
class TrainingFinished(TrainingFact):
    name = "ml.training_finished"
    status: str
    error: str
