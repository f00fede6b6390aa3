"""Runs, what they read and write, and the edges that follow from it.

A run's edges are drawn once data moved in it, from everything that any of its events named: a START
may have the inputs and the COMPLETE the outputs, in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from lineage.graph.edges import EdgeSpec, pairs
from lineage.graph.services import draw_edges, forget_edges
from lineage.ingest import runs
from lineage.ingest.models import RUN_STATE, Run, RunDataset
from lineage.ingest.openlineage import Event as Said

RunKey = tuple[UUID, int]
Touch = tuple[int, str]  # asset, direction
INPUT, OUTPUT = RunDataset.Direction.INPUT.value, RunDataset.Direction.OUTPUT.value


@dataclass(frozen=True)
class Sighting:
    """One event about a run of the asset `job`; `inputs` and `outputs` map assets to rows, if told."""

    job: int
    said: Said
    at: datetime
    inputs: Mapping[int, int | None]
    outputs: Mapping[int, int | None]

    @property
    def run(self) -> RunKey:
        """A job that is described without a run has one run that never ran, always the same."""
        named = self.said.subject
        declared = uuid5(NAMESPACE_URL, f"openlineage:job:{named.namespace}\n{named.name}")
        return (self.said.run_id or declared, self.job)

    @property
    def state(self) -> runs.RunState:
        said = self.said
        if said.run_id is None:
            return runs.declared(self.at, flows=said.flows)
        return runs.seen_once(
            said.state,
            self.at,
            error=said.error,
            nominal=said.nominal,
            parent_run_id=said.parent_run_id,
            flows=said.flows,
        )

    @property
    def touches(self) -> dict[Touch, int | None]:
        return {(pk, INPUT): rows for pk, rows in self.inputs.items()} | {
            (pk, OUTPUT): rows for pk, rows in self.outputs.items()
        }


@dataclass
class Flow:
    """A run with its datasets before and after a batch; `flowed` says whether its edges were drawn before."""

    run: Run
    flowed: bool
    before: set[Touch] = field(default_factory=set)
    after: set[Touch] = field(default_factory=set)

    def pairs_before(self) -> set[tuple[int, int]]:
        return _pairs(self.run.job_id, self.before) if self.flowed else set()

    def pairs_after(self) -> set[tuple[int, int]]:
        return _pairs(self.run.job_id, self.after) if self.run.flows else set()


def tell_runs(sightings: Sequence[Sighting]) -> list[Flow]:
    """Bring the runs and their datasets up to date, and return all that were spoken of."""
    states: dict[RunKey, runs.RunState] = {}
    touches: dict[RunKey, dict[Touch, int | None]] = defaultdict(dict)
    for one in sightings:
        states[one.run] = runs.merged(states[one.run], one.state) if one.run in states else one.state
        for touch, rows in one.touches.items():
            touches[one.run][touch] = _most(touches[one.run].get(touch), rows)
    flows = _tell_states(states)
    _tell_datasets(flows, touches)
    return list(flows.values())


def _tell_states(states: Mapping[RunKey, runs.RunState]) -> dict[RunKey, Flow]:
    """Insert new runs and merge known ones; they stay locked, and with them their datasets."""
    new = [_new_run(key, states[key]) for key in sorted(states)]
    Run.objects.bulk_create(new, ignore_conflicts=True)
    rows = Run.objects.filter(run_id__in={run_id for run_id, _ in states}).order_by("run_id", "job_id")
    flows, changed = {}, []
    for run in rows.select_for_update(of=("self",)):
        key = (run.run_id, run.job_id)
        if key not in states:
            continue
        flows[key] = Flow(run, run.flows)
        state = runs.merged(run.told, states[key])
        if state != run.told:
            run.tell(state)
            changed.append(run)
    Run.objects.bulk_update(changed, RUN_STATE)
    return flows


def _new_run(key: RunKey, state: runs.RunState) -> Run:
    run = Run(run_id=key[0], job_id=key[1])
    run.tell(state)
    return run


def _tell_datasets(
    flows: Mapping[RunKey, Flow], touches: Mapping[RunKey, Mapping[Touch, int | None]]
) -> None:
    known: dict[int, dict[Touch, RunDataset]] = defaultdict(dict)
    for row in RunDataset.objects.filter(run__in=[flow.run.pk for flow in flows.values()]):
        known[row.run_id][(row.asset_id, row.direction)] = row
    new: list[RunDataset] = []
    changed: list[RunDataset] = []
    for key, flow in flows.items():
        stored = known[flow.run.pk]
        flow.before = set(stored)
        flow.after = flow.before | set(touches[key])
        for touch, rows in touches[key].items():
            if touch not in stored:
                asset, direction = touch
                new.append(RunDataset(run=flow.run, asset_id=asset, direction=direction, row_count=rows))
            elif _most(stored[touch].row_count, rows) != stored[touch].row_count:
                stored[touch].row_count = rows
                changed.append(stored[touch])
    RunDataset.objects.bulk_create(sorted(new, key=lambda row: (row.run_id, row.asset_id, row.direction)))
    RunDataset.objects.bulk_update(changed, ["row_count"])


def draw_flows(*, flows: Sequence[Flow], actor: str) -> None:
    """Draw what flows; and take back what a part of a run made us draw, once the rest is known."""
    specs = [
        EdgeSpec(source, target, job=flow.run.job_id, since=flow.run.first_at)
        for flow in flows
        for source, target in flow.pairs_after()
    ]
    mistaken: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for flow in flows:
        if lost := flow.pairs_before() - flow.pairs_after():
            mistaken[flow.run.job_id] |= lost
    for job, lost in sorted(mistaken.items()):
        forget_edges(job=job, pairs=lost - _supported(job), actor=actor)
    draw_edges(edges=specs, actor=actor)


def _supported(job: int) -> set[tuple[int, int]]:
    """Return every pair that some run of the job stands for."""
    datasets = RunDataset.objects.filter(run__job=job, run__flows=True).order_by().values("run")
    shapes = datasets.annotate(
        read=ArrayAgg("asset", filter=Q(direction=INPUT), order_by="asset", default=[]),
        written=ArrayAgg("asset", filter=Q(direction=OUTPUT), order_by="asset", default=[]),
    ).values_list("read", "written")
    found: set[tuple[int, int]] = set()
    for read, written in shapes.distinct():
        found |= pairs(job, read, written)
    return found


def _pairs(job: int, touches: Collection[Touch]) -> set[tuple[int, int]]:
    return pairs(job, _side(touches, INPUT), _side(touches, OUTPUT))


def _side(touches: Iterable[Touch], direction: str) -> list[int]:
    return [asset for asset, side in touches if side == direction]


def _most(one: int | None, two: int | None) -> int | None:
    return max((rows for rows in (one, two) if rows is not None), default=None)
