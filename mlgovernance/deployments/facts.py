from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DeploymentFact(Fact):
    object_type = "deployment"
    model: str  # "churn 1.0"
    environment: str


@dataclass(frozen=True, kw_only=True)
class ModelDeployed(DeploymentFact):
    name = "ml.model_deployed"
    endpoint: str


@dataclass(frozen=True, kw_only=True)
class DeploymentRetired(DeploymentFact):
    name = "ml.deployment_retired"
