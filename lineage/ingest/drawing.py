"""Events become assets, runs and edges: the same, whatever their order and however often they come.

All events of a batch are written together: a handful of statements, rows sorted by key, and tables
always in the same order, so that workers beside each other wait but never deadlock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.assets.models import Asset, Field
from catalog.assets.names import JOB, AssetName
from catalog.assets.services import ensure_assets
from catalog.observations.seen import Seen, SeenColumn
from catalog.observations.services import observe_assets
from lineage.graph.edges import ColumnEdgeSpec
from lineage.graph.services import draw_column_edges
from lineage.ingest.facets import Dataset
from lineage.ingest.models import Event
from lineage.ingest.openlineage import Event as Said
from lineage.ingest.openlineage import read_event
from lineage.ingest.payload import json_of
from lineage.ingest.running import Sighting, draw_flows, tell_runs

Identity = tuple[bool, str, str]
SYSTEM = "system"


@dataclass(frozen=True)
class Told:
    """What a kept event says, when it happened, and who sent it."""

    said: Said
    at: datetime
    sender: str

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        return self.said.inputs + self.said.outputs

    @property
    def job(self) -> Identity | None:
        subject = self.said.subject
        return None if self.said.kind == "dataset" else (True, subject.namespace, subject.name)


def draw(events: Sequence[Event]) -> None:
    """Draw a batch within the caller's transaction."""
    told = [one for one in map(_told, events) if not one.said.is_noise]
    if not told:
        return
    senders = {one.sender for one in told}
    actor = senders.pop() if len(senders) == 1 else SYSTEM
    assets = _assets(told, actor)
    observe_assets(sights=_sights(told, assets), actor=actor)
    draw_flows(flows=tell_runs(list(_sightings(told, assets))), actor=actor)
    draw_column_edges(edges=_column_specs(told, assets), actor=actor)


def _told(event: Event) -> Told:
    said = read_event(json_of(event.body))
    return Told(said, said.at or event.received_at, event.sender)


def _identity(dataset: Dataset) -> Identity:
    return (False, dataset.namespace, dataset.name)


def _assets(told: Sequence[Told], actor: str) -> dict[Identity, Asset]:
    """Return an asset for everything that is named; what a facet says of its kind beats its name."""
    names: dict[Identity, AssetName] = {}
    for one in told:
        if one.job:
            names[one.job] = AssetName(JOB, one.job[1], one.job[2])
        for dataset in one.datasets:
            if dataset.kind_is_said or _identity(dataset) not in names:
                names[_identity(dataset)] = AssetName(dataset.kind, dataset.namespace, dataset.name)
    found = ensure_assets(wanted=list(names.values()), actor=actor)
    return {identity: found[name] for identity, name in names.items()}


def _sights(told: Sequence[Told], assets: Mapping[Identity, Asset]) -> dict[Asset, list[Seen]]:
    """Return what is to be learnt of each asset, columns that lineage alone mentions included."""
    sights: dict[Asset, list[Seen]] = defaultdict(list)
    for one in told:
        if one.job and one.said.description:
            sights[assets[one.job]].append(Seen(one.at, description=one.said.description))
        for dataset in one.datasets:
            sights[assets[_identity(dataset)]].append(_seen(dataset, one.at))
        for identity, names in _mentioned(one).items():
            if identity in assets:
                sights[assets[identity]].append(Seen(one.at, tuple(map(SeenColumn, names))))
    return sights


def _seen(dataset: Dataset, at: datetime) -> Seen:
    columns = tuple(SeenColumn(c.name, c.data_type, c.description) for c in dataset.columns)
    return Seen(at, columns, dataset.kind if dataset.kind_is_said else "", dataset.description)


def _mentioned(one: Told) -> dict[Identity, dict[str, None]]:
    """Return the columns of each dataset that the event's column lineage speaks of, in its order."""
    found: dict[Identity, dict[str, None]] = defaultdict(dict)
    for dataset in one.datasets:
        for edge in dataset.column_edges:
            found[_identity(dataset)][edge.target] = None
            found[(False, edge.namespace, edge.name)][edge.source] = None
    return found


def _sightings(told: Sequence[Told], assets: Mapping[Identity, Asset]) -> Iterator[Sighting]:
    for one in told:
        if one.job:
            yield Sighting(
                job=assets[one.job].pk,
                said=one.said,
                at=one.at,
                inputs={assets[_identity(dataset)].pk: dataset.rows for dataset in one.said.inputs},
                outputs={assets[_identity(dataset)].pk: dataset.rows for dataset in one.said.outputs},
            )


def _column_specs(told: Sequence[Told], assets: Mapping[Identity, Asset]) -> list[ColumnEdgeSpec]:
    """Return the column edges that events with moving data say; of columns that the catalog knows."""
    flowing = [one for one in told if one.said.flows and one.job]
    mentioned = {assets[named].pk for one in flowing for named in _mentioned(one) if named in assets}
    columns = Columns(mentioned)
    return [
        spec
        for one in flowing
        for dataset in one.said.outputs
        for spec in _specs_of(dataset, one, assets, columns)
    ]


def _specs_of(
    dataset: Dataset, one: Told, assets: Mapping[Identity, Asset], columns: Columns
) -> Iterator[ColumnEdgeSpec]:
    job = assets[one.job].pk if one.job else None
    for edge in dataset.column_edges:
        source_asset = assets.get((False, edge.namespace, edge.name))
        if source_asset is None:
            continue
        source = columns.find(source_asset.pk, edge.source)
        target = columns.find(assets[_identity(dataset)].pk, edge.target)
        if source and target:
            yield ColumnEdgeSpec(
                source=source,
                target=target,
                job=job,
                since=one.at,
                transformation=edge.transformation,
                subtype=edge.subtype,
                masked=edge.masked,
            )


class Columns:
    """Finds fields by name: as it is written, else regardless of capitals."""

    def __init__(self, assets: set[int]) -> None:
        rows = Field.objects.filter(asset__in=assets).values_list("asset", "name", "pk")
        self.exact = {(asset, name): pk for asset, name, pk in rows}
        self.folded = {(asset, name.casefold()): pk for (asset, name), pk in self.exact.items()}

    def find(self, asset: int, name: str) -> int | None:
        return self.exact.get((asset, name)) or self.folded.get((asset, name.casefold()))
