"""Questions about events and runs, which name assets: who may not see one of them, does not read of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, TextField, When

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from lineage.ingest import values
from lineage.ingest.models import Event, Run, RunDataset

Identity = tuple[bool, str, str]


def events(*, reader: User, state: str = "", text: str = "") -> QuerySet[Event]:
    """Return the events, latest first, whose subject or producer holds `text`."""
    rows = Event.objects.visible_to(reader).without_body()
    if state:
        rows = rows.filter(state=state)
    if not text:
        return rows
    return rows.filter(Q(producer__icontains=text) | Q(name__icontains=text))


def may_read_body(*, reader: User, event: Event) -> bool:
    """Return whether policies hide nothing that the event's text names, drawn of it or not."""
    try:
        named = set(_named(json.loads(event.body)))
    except (ValueError, RecursionError):
        return True  # no event, so it names nothing that we know
    return named.isdisjoint(_hidden(reader, named))


def _named(value: object) -> Iterable[Identity]:
    """Yield every (namespace, name) in the event, wherever it stands: lineage facets name datasets too."""
    if isinstance(value, dict):
        namespace, name = values.text(value.get("namespace")), values.text(value.get("name"))
        if namespace and name:
            yield from ((True, namespace, name), (False, namespace, name))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _named(item)


def _hidden(reader: User, named: Collection[Identity]) -> set[Identity]:
    """Return the identities of what the reader may not see of the same names."""
    names = {name for _, _, name in named}
    rows = Asset.objects.hidden_from(reader).filter(name__in=names).values_list("kind", "namespace", "name")
    return {(kind == Asset.Kind.JOB, namespace, name) for kind, namespace, name in rows}


def runs(*, reader: User, state: str = "", text: str = "") -> QuerySet[Run]:
    """Return the runs of jobs that the reader may see, latest first, with the datasets they may see.

    `said` is a run's error; it may quote anything, so it is None where the run touches something hidden.
    """
    secret = RunDataset.objects.filter(run=OuterRef("pk"), asset__in=Asset.objects.hidden_from(reader))
    said = Case(When(~Exists(secret), then=F("error")), output_field=TextField())
    datasets = (
        RunDataset.objects.visible_to(reader).select_related("asset").order_by("direction", "asset__name")
    )
    rows = Run.objects.visible_to(reader).for_list().annotate(said=said)
    rows = rows.prefetch_related(Prefetch("datasets", datasets))
    if state:
        rows = rows.filter(state=state)
    return rows.filter(job__name__icontains=text) if text else rows


def event_states(*, reader: User) -> dict[str, int]:
    rows = Event.objects.visible_to(reader).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)
