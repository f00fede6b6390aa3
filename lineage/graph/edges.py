"""Which edges there are, as values. Knows no Django.

Datasets are joined directly, with the job as an attribute of the edge: a walk is then half as long
as over jobs and datasets in turn.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import product

MOST_PAIRS = 400  # 30 inputs and 30 outputs would be 900 edges; above this the job stays in between
JOB, VIEW, MODEL, MANUAL = "job", "view", "model", "manual"


@dataclass(frozen=True)
class EdgeSpec:
    """Data flows from asset `source` to asset `target` (database ids), by the asset `job` if one is known.

    `since` is when it first did; None means now.
    """

    source: int
    target: int
    kind: str = JOB
    job: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class ColumnEdgeSpec:
    """Field `target` is made from field `source` (database ids). `transformation`: DIRECT, INDIRECT or ""."""

    source: int
    target: int
    kind: str = JOB
    job: int | None = None
    since: datetime | None = None
    transformation: str = ""
    subtype: str = ""
    masked: bool = False


def pairs(job: int, inputs: Collection[int], outputs: Collection[int]) -> set[tuple[int, int]]:
    """Return the (source, target) pairs of a job that reads `inputs` and writes `outputs`.

    A job of which only one side is known is a node itself, and so is one with too many pairs.
    A dataset that is both read and written is no edge to itself.
    """
    if inputs and outputs and len(set(inputs)) * len(set(outputs)) <= MOST_PAIRS:
        return {pair for pair in product(inputs, outputs) if pair[0] != pair[1]}
    return {(source, job) for source in inputs} | {(job, target) for target in outputs}
