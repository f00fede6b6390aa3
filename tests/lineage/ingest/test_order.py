"""Whatever order events come in, however often and in however many batches: the state is the same."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lineage.events import dataset, run_event, schema
from tests.lineage.ingest.applied import state_after

NAMES = st.lists(st.sampled_from("abcde"), max_size=3, unique=True)
EVENTS = st.lists(
    st.builds(
        lambda kind, job, run, reads, writes, minute, typed: run_event(
            kind,
            job,
            f"{job} {run}",
            reads,
            [
                dataset(name, **({"schema": schema("id:int", f"{name}_x:text")} if typed else {}))
                for name in writes
            ],
            at=f"2026-11-20T10:{minute:02}:00Z",
        ),
        st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER", None]),
        st.sampled_from(["load", "merge"]),
        st.sampled_from("12"),
        NAMES,
        NAMES,
        st.integers(0, 5),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.randoms(use_true_random=False), st.integers(1, 3), st.integers(1, 8))
def test_order_repetition_and_batches_make_no_difference(db, events, chance, some, many):
    shuffled = events + chance.choices(events, k=2)
    chance.shuffle(shuffled)

    assert state_after(shuffled, many) == state_after(events, some)


def test_reversed_is_the_same(db):
    chance = random.Random(5)
    events = [
        run_event("START", inputs=["a", "b"]),
        run_event("COMPLETE", outputs=["c"], at="2026-11-20T10:05:00Z"),
        *(run_event("COMPLETE", f"j{n}", f"{n}", [chance.choice("ab")], ["c"]) for n in range(5)),
    ]

    assert state_after(events[::-1], 7) == state_after(events, 1)
