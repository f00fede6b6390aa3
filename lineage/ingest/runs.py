"""How the events about one run become one state, whatever their order. Knows no Django.

`merged` is commutative, associative and idempotent: OpenLineage promises neither an order nor that
an event comes once. The state is the highest by rank, not the last: a late START never reopens a run.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

UNKNOWN, RUNNING, COMPLETE, ABORTED, FAILED = "unknown", "running", "complete", "aborted", "failed"
DECLARED = "declared"  # what a job says about itself without running
STATE_OF = {
    "START": RUNNING,
    "RUNNING": RUNNING,
    "COMPLETE": COMPLETE,
    "ABORT": ABORTED,
    "FAIL": FAILED,
}
RANK = {DECLARED: 0, UNKNOWN: 0, RUNNING: 1, COMPLETE: 2, ABORTED: 2, FAILED: 2}
TIE = [DECLARED, UNKNOWN, RUNNING, COMPLETE, ABORTED, FAILED]  # of two ends in one instant, the worse
ENDS = {COMPLETE, ABORTED, FAILED}


@dataclass(frozen=True)
class RunState:
    """`first_at` and `last_at` are of any event; `state_at` and `error` of the one that gave the state."""

    state: str
    state_at: datetime
    first_at: datetime
    last_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    nominal_start_at: datetime | None = None
    nominal_end_at: datetime | None = None
    error: str = ""
    parent_run_id: UUID | None = None
    flows: bool = False

    @property
    def order(self) -> tuple[int, datetime, int, str]:
        return RANK[self.state], self.state_at, TIE.index(self.state), self.error


def seen_once(
    event_type: str,
    at: datetime,
    *,
    error: str = "",
    nominal: tuple[datetime | None, datetime | None] = (None, None),
    parent_run_id: UUID | None = None,
    flows: bool = False,
) -> RunState:
    """Return the state of a run of which only this event is known."""
    state = STATE_OF.get(event_type, UNKNOWN)
    return RunState(
        state=state,
        state_at=at,
        first_at=at,
        last_at=at,
        started_at=at if event_type == "START" else None,
        ended_at=at if state in ENDS else None,
        nominal_start_at=nominal[0],
        nominal_end_at=nominal[1],
        error=error,
        parent_run_id=parent_run_id,
        flows=flows,
    )


def declared(at: datetime, *, flows: bool) -> RunState:
    """Return the state of a job that is described and not run."""
    return RunState(DECLARED, at, at, at, flows=flows)


def merged(one: RunState, two: RunState) -> RunState:
    leading = max(one, two, key=lambda run: run.order)
    return RunState(
        state=leading.state,
        state_at=leading.state_at,
        first_at=min(one.first_at, two.first_at),
        last_at=max(one.last_at, two.last_at),
        started_at=_least(one.started_at, two.started_at),
        ended_at=_greatest(one.ended_at, two.ended_at),
        nominal_start_at=_greatest(one.nominal_start_at, two.nominal_start_at),
        nominal_end_at=_greatest(one.nominal_end_at, two.nominal_end_at),
        error=leading.error,
        parent_run_id=max((one.parent_run_id, two.parent_run_id), key=lambda run: run.int if run else 0),
        flows=one.flows or two.flows,
    )


def _least(one: datetime | None, two: datetime | None) -> datetime | None:
    return min((at for at in (one, two) if at is not None), default=None)


def _greatest(one: datetime | None, two: datetime | None) -> datetime | None:
    return max((at for at in (one, two) if at is not None), default=None)
