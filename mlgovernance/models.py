"""Every table of this floor, so that Django finds them."""

from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.models import ModelVersion
from mlgovernance.training.models import TrainingData, TrainingRun

__all__ = ["Deployment", "ModelVersion", "TrainingData", "TrainingRun"]
