from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from catalog.assets.copying import copy_in
from catalog.history.changes import BREAKING, Change, Schema, worst
from catalog.history.diff import compare
from catalog.history.models import SchemaVersion


def note_versions(
    event: str,
    schemas: Mapping[int, Schema],
    *,
    at: datetime,
    harvest_id: int | None,
    cause: Mapping[str, Any] | None = None,
) -> None:
    """Keep what a source now says of assets, by their keys; within the caller's transaction.

    The difference to the last description is kept with it. A change that changes nothing that people would
    call the schema leaves no version; the first description of an asset that had none is its first version.
    """
    if not schemas:
        return
    first = event == SchemaVersion.Event.FIRST
    numbers = {} if first else _numbers(schemas)
    before = {} if first else _latest(numbers)
    rows = []
    for asset_id, schema in schemas.items():
        changes = compare(before[asset_id], schema) if asset_id in before else []
        if event == SchemaVersion.Event.CHANGED and asset_id in before and not changes:
            continue
        known = asset_id in before or event != SchemaVersion.Event.CHANGED
        rows.append(
            {
                "asset_id": asset_id,
                "number": numbers.get(asset_id, 0) + 1,
                "event": event if known else SchemaVersion.Event.FIRST,
                "impact": worst(changes),
                "changes": [change.stored() for change in changes],
                "schema": schema,
                "cause": dict(cause or {}),
                "harvest_id": harvest_id,
                "at": at,
            }
        )
    copy_in(SchemaVersion, rows)


def note_absences(
    event: str,
    assets: Iterable[int],
    *,
    at: datetime,
    harvest_id: int | None,
    cause: Mapping[str, Any] | None = None,
) -> None:
    """Note that a whole listing was without these assets, or that they are removed."""
    gone = dict.fromkeys(assets)
    numbers = _numbers(gone)
    what = Change("asset_removed" if event == SchemaVersion.Event.REMOVED else "asset_missing", BREAKING)
    rows = [
        {
            "asset_id": asset_id,
            "number": numbers.get(asset_id, 0) + 1,
            "event": event,
            "impact": what.impact,
            "changes": [what.stored()],
            "cause": dict(cause or {}),
            "harvest_id": harvest_id,
            "at": at,
        }
        for asset_id in gone
    ]
    copy_in(SchemaVersion, rows)


def _numbers(assets: Iterable[int]) -> dict[int, int]:
    rows = SchemaVersion.objects.filter(asset__in=list(assets)).order_by().values_list("asset")
    return dict(rows.annotate(Max("number")))


def _latest(assets: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The last description of each asset that has one."""
    rows = SchemaVersion.objects.filter(asset__in=list(assets)).exclude(schema={})
    latest = rows.order_by("asset", "-number").distinct("asset")
    return dict(latest.values_list("asset", "schema"))
