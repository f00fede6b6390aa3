"""The benchmark runs, at a tiny size: what it measures is its own business, that it still can is ours."""

import json
from collections import Counter
from importlib import import_module
from random import Random

import pytest

from benchmarks import skeleton_lineage
from benchmarks.harness import Benchmark
from benchmarks.parts import empty_the_catalog, refuse_a_used_database
from benchmarks.skeleton_events import events
from benchmarks.skeleton_graph import LAYERS, layered
from benchmarks.skeleton_words import queries, texts
from tests.build import make_asset

TINY = {
    "harvest": {"tables": 12, "rounds": 1},
    "ingest": {"events": 24, "rounds": 1},
    "lineage": {"edges": 300, "times": 1},
    "search": {"assets": 300, "times": 1},
}
BARS = {
    "harvest": [
        "harvest: unchanged, as a part of the first",
        "harvest: statements to the source, more than for 10 tables",
        "harvest: first, statements to us per 1,000 tables",
        "harvest: second, statements to us per 1,000 tables",
    ],
    "ingest": [
        "ingest: received by the service and applied, times plain",
        "ingest: received over HTTP and applied, times plain",
    ],
    "lineage": [
        "lineage: 10 steps from mid, times the recursive query",
        "lineage: 10 steps from hub, times the recursive query",
        "lineage: queries for a full picture, more than for its root alone",
    ],
    "search": [
        "search: broad, times icontains",
        "search: two_words, times icontains",
        "search: rare, times icontains",
        "search: prefix, times icontains",
        "search: queries, more for one term than for another",
    ],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", TINY)
def test_each_part_measures_its_bars(part, tmp_path, capsys):
    bench = Benchmark("skeleton", quick=True, output=tmp_path / "found.json")

    import_module(f"benchmarks.skeleton_{part}").measure(bench, **TINY[part])
    status = bench.finish()

    found = json.loads((tmp_path / "found.json").read_text())
    assert [bar["name"] for bar in found["bars"]] == BARS[part]
    assert status == (0 if all(bar["ok"] for bar in found["bars"]) else 1)
    assert all(bar["value"] == 0 for bar in found["bars"] if bar["bar"] == 0)
    assert found["rows"]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_answer_ends_the_benchmark(monkeypatch):
    plain = "benchmarks.skeleton_lineage.PLAIN"
    monkeypatch.setattr(plain, skeleton_lineage.PLAIN.replace("r.depth + 1", "r.depth + 2"))

    with pytest.raises(SystemExit, match="edges the walk finds"):
        skeleton_lineage.measure(Benchmark("skeleton"), edges=300, times=1)


@pytest.mark.django_db(transaction=True)
def test_a_database_with_a_catalog_is_left_alone():
    make_asset()
    with pytest.raises(SystemExit, match="holds a catalog"):
        refuse_a_used_database()

    empty_the_catalog()
    refuse_a_used_database()


def test_the_graph_has_its_edges_its_hub_and_its_cycles():
    graph = layered(3000, Random(1))

    layer_of = {each: at for at, layer in enumerate(graph.layers) for each in layer}
    fan_in, fan_out = (Counter(edge[end] for edge in graph.edges) for end in (1, 0))
    assert graph == layered(3000, Random(1))
    assert len(set(graph.edges)) == len(graph.edges) == 3000
    assert len(graph.layers) == LAYERS
    assert all(source != target for source, target in graph.edges)
    assert sum(layer_of[source] > layer_of[target] for source, target in graph.edges) == 2
    assert max(fan_in.values()) <= 8
    assert fan_out.most_common(1)[0][0] == graph.hub
    assert fan_out[graph.hub] > 100


def test_a_company_runs_each_job_anew_in_each_batch():
    first, again = (events(count=8, jobs=2, store="bench://s", batch=batch) for batch in (1, 2))

    assert [each["eventType"] for each in first] == ["START", "COMPLETE"] * 4
    assert [each["job"]["name"] for each in first] == ["load_0", "load_0", "load_1", "load_1"] * 2
    assert len({each["run"]["runId"] for each in (*first, *again)}) == 8
    assert [each["outputs"][0]["name"] for each in first] == [each["outputs"][0]["name"] for each in again]


def test_terms_are_chosen_by_how_many_texts_hold_them():
    made = texts(1000, Random(1))

    asked = queries(made)

    held = Counter(word for text in made for word in text.words)
    assert abs(held[asked.broad] - 200) < 60
    assert abs(sum(set(asked.two_words.split()) <= text.words for text in made) - 20) < 5
    assert held[asked.rare] == 6
    assert not any(asked.prefix in word[1:] for word in held)
    assert len({text.name for text in made}) == 1000
