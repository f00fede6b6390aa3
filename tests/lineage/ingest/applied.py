"""Events received and applied, and everything that they decide."""

import json

from django.db import transaction

from catalog.assets.models import Asset, Field
from lineage.graph.models import ColumnEdge, Edge
from lineage.ingest import services
from lineage.ingest.models import Run, RunDataset
from lineage.ingest.tasks import apply_pending


def apply(*events):
    """Receive and apply; return the edges as (source, target, job) by name."""
    for event in events:
        services.receive_event(body=json.dumps(event).encode(), sender="alice")
    apply_pending()
    return edges()


def edges():
    rows = Edge.objects.open().values_list("source__name", "target__name", "job__name")
    return sorted(rows)


def state():
    """Everything that events decide, without ids and moments of arrival."""
    return {
        "edges": sorted(
            Edge.objects.values_list("source__name", "target__name", "job__name", "valid_from", "valid_to")
        ),
        "columns": sorted(
            ColumnEdge.objects.values_list(
                "source__name", "target__name", "target__asset__name", "job__name", "valid_from"
            )
        ),
        "runs": sorted(
            (run.job.name, str(run.run_id), run.told) for run in Run.objects.select_related("job")
        ),
        "datasets": sorted(
            RunDataset.objects.values_list(
                "run__run_id", "run__job__name", "asset__name", "direction", "row_count"
            ),
            key=str,
        ),
        "assets": sorted(Asset.objects.values_list("namespace", "name", "kind")),
        "fields": sorted(Field.objects.values_list("asset__name", "name", "data_type")),
    }


def state_after(events, batches):
    """Apply from nothing, in that many batches, and forget everything again."""
    with transaction.atomic():
        for at in range(batches):
            apply(*events[at::batches])
        found = state()
        transaction.set_rollback(True)
    return found
