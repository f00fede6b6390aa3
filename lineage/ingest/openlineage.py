"""What an OpenLineage event says, as values. Knows no Django.

Kinds of events are told apart by shape, never by schemaURL. Only an event that does not say what it
is about is refused; everything else is read as far as it goes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lineage.ingest import values
from lineage.ingest.facets import Dataset, read_dataset

LONGEST_NAMESPACE = 500
LONGEST_NAME = 1000
LONGEST_ERROR = 4000
MOST_BYTES = 2600  # of both together: an index entry of PostgreSQL holds 2,704
STREAMS = {"STREAMING", "STREAM", "SERVICE"}
FLOWING_STREAM = {"START", "RUNNING", "COMPLETE"}
DBT_TEST_TABLES = "dbt_test__audit"  # named as outputs of tests, and never made


class BadEvent(ValueError):
    """The event does not say what it is about; `field` is where the answer should stand."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    namespace: str
    name: str


@dataclass(frozen=True)
class Event:
    """One event. `at` is None where it names no readable moment.

    `flows` says that, by this event alone, data moved: the run completed, a stream runs, or the job
    is described without a run. A start, a failure and a test move nothing.
    """

    kind: str  # "run", "job" or "dataset"
    subject: Identity
    at: datetime | None
    producer: str
    state: str = ""
    run_id: UUID | None = None
    parent_run_id: UUID | None = None
    nominal: tuple[datetime | None, datetime | None] = (None, None)
    error: str = ""
    description: str = ""
    flows: bool = False
    is_noise: bool = False  # a statement inside a dbt node, that touches no dataset of its own
    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()


def read_event(payload: Any) -> Event:
    """Return what `payload` says; raises `BadEvent` naming the field that it lacks."""
    if not isinstance(payload, dict):
        raise BadEvent("", "An event is a JSON object.")
    if "run" in payload:
        return _run_event(payload)
    if "job" in payload:
        return _with_job(payload, "job", flows=not _is_test(payload))
    if "dataset" in payload:
        return _dataset_event(payload)
    raise BadEvent("job", "An event names a run and its job, a job, or a dataset.")


def _run_event(payload: dict[str, Any]) -> Event:
    run = values.mapping(payload["run"])
    run_id = values.run_id(run.get("runId"))
    if run_id is None:
        raise BadEvent("run.runId", "This is missing or empty.")
    facets = values.mapping(run.get("facets"))
    return _with_job(
        payload,
        "run",
        run_id=run_id,
        state=_state(payload),
        flows=_flows(payload),
        parent_run_id=_parent(facets),
        nominal=_nominal(facets),
        error=values.text(values.mapping(facets.get("errorMessage")).get("message"))[:LONGEST_ERROR],
        is_noise=_is_noise(payload, facets),
    )


def _with_job(payload: dict[str, Any], kind: str, **more: Any) -> Event:
    job = payload.get("job")
    documentation = values.mapping(_job_facets(payload).get("documentation"))
    return Event(
        kind=kind,
        subject=_identity(job, "job"),
        at=values.moment(payload.get("eventTime")),
        producer=values.text(payload.get("producer"))[:500],
        description=values.text(documentation.get("description")),
        inputs=_datasets(payload.get("inputs")),
        outputs=_datasets(payload.get("outputs")),
        **more,
    )


def _dataset_event(payload: dict[str, Any]) -> Event:
    dataset = values.mapping(payload["dataset"])
    return Event(
        kind="dataset",
        subject=_identity(dataset, "dataset"),
        at=values.moment(payload.get("eventTime")),
        producer=values.text(payload.get("producer"))[:500],
        outputs=_datasets([dataset]),
    )


def _identity(named: Any, where: str) -> Identity:
    found = values.mapping(named)
    namespace, name = values.text(found.get("namespace")), values.text(found.get("name"))
    if not namespace.strip():
        raise BadEvent(f"{where}.namespace", "This is missing or empty.")
    if not name.strip():
        raise BadEvent(f"{where}.name", "This is missing or empty.")
    if not fits(namespace, name):
        raise BadEvent(f"{where}.name", f"Names have at most {LONGEST_NAME} letters.")
    return Identity(namespace, name)


def fits(namespace: str, name: str) -> bool:
    """Return whether the catalog can hold a thing of this name."""
    if len(namespace) > LONGEST_NAMESPACE or len(name) > LONGEST_NAME:
        return False
    return len(namespace.encode()) + len(name.encode()) <= MOST_BYTES


def _datasets(listed: Any) -> tuple[Dataset, ...]:
    found = (read_dataset(item) for item in values.mappings(listed))
    return tuple(dataset for dataset in found if _is_real(dataset))


def _is_real(dataset: Dataset) -> bool:
    named = bool(dataset.namespace.strip() and dataset.name.strip())
    return named and fits(dataset.namespace, dataset.name) and DBT_TEST_TABLES not in dataset.name


def _job_facets(payload: dict[str, Any]) -> dict[str, Any]:
    return values.mapping(values.mapping(payload.get("job")).get("facets"))


def _job_type(payload: dict[str, Any]) -> dict[str, Any]:
    return values.mapping(_job_facets(payload).get("jobType"))


def _state(payload: dict[str, Any]) -> str:
    return values.text(payload.get("eventType")).upper()


def _is_test(payload: dict[str, Any]) -> bool:
    return _job_type(payload).get("jobType") == "TEST"


def _flows(payload: dict[str, Any]) -> bool:
    if _is_test(payload):
        return False
    state = _state(payload)
    is_stream = values.text(_job_type(payload).get("processingType")).upper() in STREAMS
    return state in {"", "COMPLETE"} or (is_stream and state in FLOWING_STREAM)


def _nominal(facets: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    times = values.mapping(facets.get("nominalTime"))
    return values.moment(times.get("nominalStartTime")), values.moment(times.get("nominalEndTime"))


def _parent(facets: dict[str, Any]) -> UUID | None:
    parent = values.mapping(facets.get("parent"))
    return values.run_id(values.mapping(parent.get("run")).get("runId"))


def _is_noise(payload: dict[str, Any], facets: dict[str, Any]) -> bool:
    """dbt sends a run for each statement of a node; the node's own run says it all."""
    if _job_type(payload).get("jobType") != "SQL" or not facets.get("parent"):
        return False
    return not (payload.get("inputs") or payload.get("outputs"))
