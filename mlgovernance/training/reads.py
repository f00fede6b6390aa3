from django.db.models import Count, Prefetch

from accesscontrol.identity.models import User
from mlgovernance.training.models import TrainingData, TrainingRun, TrainingRunQuerySet


def training_runs(*, reader: User) -> TrainingRunQuerySet:
    """Runs of the models that the reader may see, the newest first.

    Each has `.seen`: what it read, as far as the reader may see it.
    `.read` counts all of it. Two queries, however many runs.
    """
    seen = TrainingData.objects.visible_to(reader).select_related("asset")
    return (
        TrainingRun.objects.visible_to(reader)
        .select_related("model_version")
        .annotate(read=Count("data"))
        .prefetch_related(Prefetch("data", seen, to_attr="seen"))
        .order_by("-pk")
    )
