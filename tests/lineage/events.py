"""Events as producers send them."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
DOOR = "/api/v1/lineage"
STORE = "postgres://warehouse:5432"


def run_id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def dataset(name: str, **facets: Any) -> dict[str, Any]:
    """A dataset of the warehouse; a full name may say another store as "store|name"."""
    store, _, rest = name.rpartition("|")
    return {"namespace": store or STORE, "name": rest, "facets": facets}


def schema(*columns: str) -> dict[str, Any]:
    """A schema facet; a column is "name" or "name:type"."""
    fields = [dict(zip(("name", "type"), column.split(":"), strict=False)) for column in columns]
    return {"_producer": "tests", "_schemaURL": "tests", "fields": fields}


def columns(**made: list[tuple[str, str]]) -> dict[str, Any]:
    """A columnLineage facet: target column = [(dataset, column), ...]."""
    fields = {
        target: {
            "inputFields": [
                {
                    "namespace": STORE,
                    "name": name,
                    "field": column,
                    "transformations": [{"type": "DIRECT", "subtype": "IDENTITY", "masking": False}],
                }
                for name, column in sources
            ]
        }
        for target, sources in made.items()
    }
    return {"_producer": "tests", "_schemaURL": "tests", "fields": fields}


def run_event(
    state: str | None,
    job: str = "load",
    run: str = "run 1",
    inputs: Any = (),
    outputs: Any = (),
    at: str = "2026-11-20T10:00:00Z",
    facets: dict[str, Any] | None = None,
    job_facets: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A RunEvent; datasets are names, or whole datasets."""
    event = {
        "eventTime": at,
        "producer": "https://example.org/tests",
        "schemaURL": SPEC,
        "run": {"runId": run_id(run), "facets": facets or {}},
        "job": {"namespace": "etl", "name": job, "facets": job_facets or {}},
        "inputs": [dataset(each) if isinstance(each, str) else each for each in inputs],
        "outputs": [dataset(each) if isinstance(each, str) else each for each in outputs],
    }
    return event if state is None else {"eventType": state, **event}
