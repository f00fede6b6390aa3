"""OpenLineage events of a company that does not exist. Knows no Django.

Each job reads three datasets and writes two, of six columns each; a run sends a START and a COMPLETE,
both with schemas and column lineage, as the Spark integration does.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

COLUMNS = 6
READ, WRITTEN = 3, 2
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS = "https://openlineage.io/spec/facets"
PRODUCER = "https://example.org/benchmark"


def events(*, count: int, jobs: int, store: str, batch: int) -> list[dict[str, Any]]:
    """Return `count` events: `jobs` jobs run in turn; another `batch` holds other runs of the same jobs."""
    return [event(at % 2, at // 2, (at // 2) % jobs, store, batch) for at in range(count)]


def event(is_end: int, run: int, job: int, store: str, batch: int) -> dict[str, Any]:
    at = BEGAN + timedelta(days=batch, seconds=10 * run + 5 * is_end)
    first = job * WRITTEN  # a job reads what jobs before it wrote
    inputs = [name_of(first - READ + place) for place in range(READ)]
    outputs = [name_of(first + place) for place in range(WRITTEN)]
    return {
        "eventType": "COMPLETE" if is_end else "START",
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": SPEC,
        "run": {"runId": str(uuid5(NAMESPACE_URL, f"{store}/{batch}/{run}")), "facets": {}},
        "job": {"namespace": store, "name": f"load_{job}", "facets": {}},
        "inputs": [dataset(store, name) for name in inputs],
        "outputs": [dataset(store, name, inputs, rows=1000 * batch + run) for name in outputs],
    }


def name_of(dataset: int) -> str:
    return f"lake.public.raw_{-dataset}" if dataset < 0 else f"lake.public.made_{dataset}"


def dataset(store: str, name: str, made_from: list[str] | None = None, rows: int = 0) -> dict[str, Any]:
    """One dataset; `made_from` are the datasets that each of its columns is made from."""
    fields = [{"name": f"c{at}", "type": "varchar", "description": f"Column {at}"} for at in range(COLUMNS)]
    facets: dict[str, Any] = {"schema": facet("SchemaDatasetFacet", fields=fields)}
    if made_from:
        lineage = {f"c{at}": {"inputFields": sources(store, made_from, at)} for at in range(COLUMNS)}
        facets["columnLineage"] = facet("ColumnLineageDatasetFacet", fields=lineage)
        facets["outputStatistics"] = facet("OutputStatisticsOutputDatasetFacet", rowCount=rows)
    return {"namespace": store, "name": name, "facets": facets}


def sources(store: str, made_from: list[str], column: int) -> list[dict[str, Any]]:
    how = [{"type": "DIRECT", "subtype": "IDENTITY", "masking": False}]
    return [
        {"namespace": store, "name": name, "field": f"c{column}", "transformations": how}
        for name in made_from[: 1 + column % READ]
    ]


def facet(kind: str, **content: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": f"{FACETS}/{kind}.json", **content}
