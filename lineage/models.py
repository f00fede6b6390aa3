"""Every table of this floor, so that Django finds them."""

from lineage.graph.models import ColumnEdge, Edge
from lineage.ingest.models import Event, Run, RunDataset

__all__ = ["ColumnEdge", "Edge", "Event", "Run", "RunDataset"]
