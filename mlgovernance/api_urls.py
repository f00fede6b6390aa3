"""The endpoints of this floor, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from mlgovernance.deployments.api import Deployments
from mlgovernance.registry.api import Models
from mlgovernance.training.api import TrainingRuns

router = SimpleRouter(use_regex_path=False)
router.register("models", Models, basename="api-model")
router.register("training-runs", TrainingRuns, basename="api-training-run")
router.register("deployments", Deployments, basename="api-deployment")
urlpatterns = router.urls
