"""The benchmark of access runs, at a tiny size: what it measures is its own business, that it can is ours."""

import json
from importlib import import_module

import pytest

from accesscontrol.policy.document import read_policy
from benchmarks import access_decide, access_world
from benchmarks.harness import Benchmark

pytest.importorskip("cedarpy")

TINY = {
    "decide": {"assets": 60, "people": 10, "pairs": 40, "rounds": 1},
    "pages": {"assets": 300, "people": 6, "times": 1},
    "people": {"assets": 300, "people": 20, "times": 1},
}
BARS = {
    "decide": [
        "one decision, rich: times Cedar's per CPU second",
        "explain, rich",
        "one decision, plain: times Cedar's per CPU second",
        "explain, plain",
        "one decision: times the tutorial's three queries",
    ],
    "pages": [
        "page of 50 under 50 policies: times without",
        "page of 50 under 1,000 policies: times without",
        "page of 50 under 1,000 policies: times under 50",
    ],
    "people": ["who can see one asset, of 20 people", "exact simulation, 20 people × 300 assets"],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", TINY)
def test_each_part_measures_its_bars(part, tmp_path):
    bench = Benchmark("access", quick=True, output=tmp_path / "found.json")

    import_module(f"benchmarks.access_{part}").measure(bench, **TINY[part])
    status = bench.finish()

    found = json.loads((tmp_path / "found.json").read_text())
    assert [bar["name"] for bar in found["bars"]] == BARS[part]
    assert status == (0 if all(bar["ok"] for bar in found["bars"]) else 1)


def test_the_policies_are_the_same_in_every_run_and_use_the_whole_language():
    rich = access_world.rich_policies(50)

    assert rich == access_world.rich_policies(50)
    assert rich == access_world.rich_policies(1000)[:50]
    assert sum(document["effect"] == "forbid" for document in rich) == 12
    said = json.dumps(rich)
    for part in ("value_from", "any", "not", "starts_with", "between", "contains", '"in"', "skip"):
        assert part in said


def test_the_plain_policies_are_in_the_form_of_the_tutorial():
    for document in access_world.plain_policies(50):
        assert set(document) == {"name", "description", "actions", "conditions"}
        assert all(set(item) == {"attribute", "operator", "value"} for item in document["conditions"])
        read_policy(document)


@pytest.mark.django_db(transaction=True)
def test_cedar_and_we_must_agree_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr(access_decide, "to_cedar", lambda rules: "permit(principal, action, resource);")

    with pytest.raises(SystemExit, match="decide differently"):
        access_decide.measure(Benchmark("access", quick=True), assets=50, people=5, pairs=20, rounds=1)
