"""Ingestion of OpenLineage events, received and applied, beside update_or_create row by row."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import Q
from django.test import Client
from django.urls import reverse

from accesscontrol.identity.services import issue_token, save_user
from benchmarks import skeleton_plain
from benchmarks.harness import Benchmark
from benchmarks.skeleton_events import events
from benchmarks.skeleton_measures import Spent, median, spent
from catalog.assets.models import Asset, Field
from lineage.graph.models import ColumnEdge, Edge
from lineage.ingest.models import Event, Run, RunDataset
from lineage.ingest.services import apply_batch, receive_event

CHECKED = 8  # events that both ways draw first, to see that they come to the same
PART_OF_PLAIN = 15  # the plain way gets so many times fewer events: what counts is the time per event
BATCH_BEFORE = 0  # of the events that are only checked
Bodies = Sequence[bytes]


def measure(bench: Benchmark, *, events: int, rounds: int) -> None:
    sender = sender_over_http()
    check(sender)
    each = events // rounds
    fewer = max(2, each // PART_OF_PLAIN)
    steps: dict[str, list[Spent]] = {"received": [], "received_over_http": [], "applied": [], "plain": []}
    for turn in range(1, rounds + 1):
        ours, plain = bodies("ours", each, turn), bodies("plain", fewer, turn)
        half = len(ours) // 2
        steps["received"].append(per_event(receive, ours[:half]))
        steps["received_over_http"].append(per_event(sender, ours[half:]))
        steps["applied"].append(per_event(apply, ours))
        steps["plain"].append(per_event(ingest_plainly, plain))
    report(bench, {name: median(found) for name, found in steps.items()}, each * rounds)


def report(bench: Benchmark, steps: dict[str, Spent], events: int) -> None:
    for name, found in steps.items():
        bench.row(events=events, step=name, events_per_s=1000 / found.clock, cpu_ms_each=found.work)
    for name, title in (("received", "by the service"), ("received_over_http", "over HTTP")):
        times = steps["plain"].clock / (steps[name].clock + steps["applied"].clock)
        bench.bar(
            f"ingest: received {title} and applied, times plain", times, "times", bar=3, better="higher"
        )


def bodies(store: str, count: int, batch: int) -> list[bytes]:
    made = events(count=count, jobs=max(1, count // 4), store=f"bench://{store}", batch=batch)
    return [json.dumps(each).encode() for each in made]


def per_event(work: Callable[[Bodies], None], given: Bodies) -> Spent:
    return spent(partial(work, given)).each(len(given))


def receive(given: Bodies) -> None:
    for body in given:
        receipt = receive_event(body=body, sender="bench")
        if receipt.refusals:
            raise SystemExit(f"An event was refused: {receipt.refusals[0]}")


def sender_over_http() -> Callable[[Bodies], None]:
    """Return what posts events one by one with a token, through all of Django."""
    user = save_user(username="bench-sender", actor="bench", roles=["ml_engineer"], is_service=True)
    secret = issue_token(user=user, name="bench", scopes=["lineage"], actor="bench")[1]
    client, door = Client(headers={"authorization": f"Bearer {secret}"}), reverse("api-lineage")

    def send(given: Bodies) -> None:
        for body in given:
            answer = client.post(door, body, content_type="application/json", SERVER_NAME="localhost")
            if answer.status_code != 201:
                raise SystemExit(f"An event was refused: {answer.status_code} {answer.content.decode()}")

    return send


def apply(given: Bodies) -> None:
    """Apply everything that is pending, which is `given`."""
    while apply_batch():
        pass
    if Event.objects.exclude(state=Event.State.APPLIED).exists():
        raise SystemExit("Some events were not applied.")


def ingest_plainly(given: Bodies) -> None:
    for body in given:
        skeleton_plain.ingest(body)


def check(sender: Callable[[Bodies], None]) -> None:
    """Both ways come to the same rows; this also warms both up."""
    half = CHECKED // 2
    ours = bodies("check-ours", CHECKED, BATCH_BEFORE)
    receive(ours[:half])
    sender(ours[half:])
    apply(ours)
    ingest_plainly(bodies("check-plain", CHECKED, BATCH_BEFORE))
    mine, plain = rows_of("bench://check-ours"), rows_of("bench://check-plain")
    if mine != plain or not all(mine.values()):
        raise SystemExit(f"The two ways differ: {mine} and {plain}.")


def rows_of(store: str) -> dict[str, int]:
    """Return how many rows of each table belong to a store."""
    return {
        "assets": Asset.objects.filter(namespace=store).count(),
        "fields": Field.objects.filter(asset__namespace=store).count(),
        "ended_runs": Run.objects.filter(job__namespace=store, state=Run.State.COMPLETE).count(),
        "touched": RunDataset.objects.filter(asset__namespace=store).count(),
        "rows_told": RunDataset.objects.filter(asset__namespace=store, row_count__gt=0).count(),
        "edges": Edge.objects.open().filter(source__namespace=store).count(),
        "column_edges": column_edges(ColumnEdge.objects.open(), store),
    }


def column_edges(rows: Any, store: str) -> int:
    return int(rows.filter(Q(source__asset__namespace=store), target__asset__namespace=store).count())
