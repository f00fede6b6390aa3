"""Ingestion as a tutorial writes it: update_or_create for each row, one transaction for each event."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog.assets.models import Asset, Field
from lineage.graph.models import FOREVER, ColumnEdge, Edge
from lineage.ingest.models import Event, Run, RunDataset

Columns = dict[tuple[str, str, str], Field]  # of one event, by namespace, name and column
STATES = {"START": Run.State.RUNNING, "COMPLETE": Run.State.COMPLETE}


@transaction.atomic
def ingest(body: bytes) -> None:
    """Keep the event and draw it, into the same tables as the product does."""
    said = json.loads(body)
    columns: Columns = {}
    at = datetime.fromisoformat(said["eventTime"])
    keep(said, body, at)
    job = asset_of({**said["job"], "facets": {}}, Asset.Kind.JOB, columns)
    run, _ = Run.objects.update_or_create(
        run_id=said["run"]["runId"],
        job=job,
        defaults={"state": STATES[said["eventType"]], "state_at": at, "last_at": at},
        create_defaults={
            "state": STATES[said["eventType"]],
            "state_at": at,
            "first_at": at,
            "last_at": at,
            "started_at": at,
        },
    )
    inputs = [touched(run, item, RunDataset.Direction.INPUT, columns) for item in said["inputs"]]
    outputs = [touched(run, item, RunDataset.Direction.OUTPUT, columns) for item in said["outputs"]]
    if said["eventType"] == "COMPLETE":
        for output, item in zip(outputs, said["outputs"], strict=True):
            draw(job, inputs, output, item, at, columns)


def keep(said: dict[str, Any], body: bytes, at: datetime) -> None:
    Event.objects.update_or_create(
        digest=hashlib.sha256(body).hexdigest(),
        defaults={
            "body": body.decode(),
            "size": len(body),
            "kind": Event.Kind.RUN,
            "namespace": said["job"]["namespace"],
            "name": said["job"]["name"],
            "event_type": said["eventType"],
            "run_id": said["run"]["runId"],
            "producer": said["producer"],
            "sender": "bench",
            "event_time": at,
            "state": Event.State.APPLIED,
        },
    )


def asset_of(item: dict[str, Any], kind: str, columns: Columns) -> Asset:
    fields = item["facets"].get("schema", {}).get("fields", [])
    asset, _ = Asset.objects.update_or_create(
        namespace=item["namespace"],
        name=item["name"],
        defaults={"kind": kind, "field_names": " ".join(field["name"] for field in fields)},
    )
    for position, field in enumerate(fields, start=1):
        columns[item["namespace"], item["name"], field["name"]], _ = Field.objects.update_or_create(
            asset=asset,
            name=field["name"],
            defaults={
                "data_type": field["type"],
                "harvested_description": field["description"],
                "position": position,
            },
        )
    return asset


def touched(run: Run, item: dict[str, Any], direction: str, columns: Columns) -> Asset:
    asset = asset_of(item, Asset.Kind.TABLE, columns)
    rows = item["facets"].get("outputStatistics", {}).get("rowCount")
    RunDataset.objects.update_or_create(
        run=run, asset=asset, direction=direction, defaults={"row_count": rows}
    )
    return asset


def draw(
    job: Asset, inputs: list[Asset], output: Asset, item: dict[str, Any], at: datetime, columns: Columns
) -> None:
    known = {"job": job, "kind": "job", "valid_to": FOREVER}
    for source in inputs:
        Edge.objects.update_or_create(
            source=source, target=output, **known, defaults={}, create_defaults={"valid_from": at}
        )
    for column, made in item["facets"]["columnLineage"]["fields"].items():
        for said in made["inputFields"]:
            for how in said["transformations"]:
                ColumnEdge.objects.update_or_create(
                    source=columns[said["namespace"], said["name"], said["field"]],
                    target=columns[item["namespace"], item["name"], column],
                    transformation=how["type"],
                    subtype=how["subtype"],
                    masked=how["masking"],
                    **known,
                    defaults={},
                    create_defaults={"valid_from": at},
                )
