"""Where an event departs from OpenLineage 2-0-2, in words for its producer. Knows no Django.

An event that departs is kept and applied all the same; these are hints, not refusals.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from lineage.ingest import values
from lineage.ingest.openlineage import fits

MOST_WARNINGS = 20
STATES = {"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"}
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def warnings(payload: dict[str, Any]) -> list[str]:
    """Return at most `MOST_WARNINGS` sentences, the same for the same event."""
    found = (*_top(payload), *_time(payload.get("eventTime")), *_run(payload), *_lists(payload))
    return list(islice(found, MOST_WARNINGS))


def _top(payload: dict[str, Any]) -> Iterator[str]:
    for key in ("producer", "schemaURL"):
        if not values.text(payload.get(key)):
            yield f"{key} is missing."
    for key in ("run", "job", "dataset"):
        if key in payload and values.mapping(payload[key]).get("facets", {}) is None:
            yield f"{key}.facets is null; leave it out instead."


def _time(said: Any) -> Iterator[str]:
    if not said:
        yield "eventTime is missing; the time of arrival is taken."
    elif values.moment(said) is None:
        yield "eventTime is no time; the time of arrival is taken."
    elif not RFC3339.fullmatch(values.text(said)):
        zone = datetime.fromisoformat(values.text(said).strip()).tzinfo
        yield "eventTime has no time zone; UTC is taken." if zone is None else "eventTime is not RFC 3339."


def _run(payload: dict[str, Any]) -> Iterator[str]:
    if "run" not in payload:
        return
    state = values.text(payload.get("eventType"))
    if state not in STATES:
        yield f"eventType {state[:40]!r} is not known." if state else "eventType is missing."
    try:
        UUID(values.text(values.mapping(payload["run"]).get("runId")))
    except ValueError:
        yield "run.runId is not a UUID; one is derived from it."


def _lists(payload: dict[str, Any]) -> Iterator[str]:
    for key in ("inputs", "outputs"):
        listed = payload.get(key, [])
        if not isinstance(listed, list):
            yield f"{key} is not a list."
            continue
        for at, item in enumerate(listed):
            yield from _dataset(values.mapping(item), f"{key}[{at}]")


def _dataset(item: dict[str, Any], where: str) -> Iterator[str]:
    namespace, name = values.text(item.get("namespace")), values.text(item.get("name"))
    if not (namespace.strip() and name.strip()):
        yield f"{where} has no namespace or no name; it is left out."
    elif not fits(namespace, name):
        yield f"{where} has too long a name; it is left out."
    for name, facet in values.mapping(item.get("facets")).items():
        if not values.mapping(facet).get("_schemaURL"):
            yield f"{where}.facets.{values.text(name)[:60]} has no _schemaURL."
