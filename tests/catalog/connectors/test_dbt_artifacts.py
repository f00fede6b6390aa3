"""Files that are not what dbt writes: every one is told, none breaks anything."""

import copy
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.connectors.dbt import artifacts
from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import connect, driver
from tests.catalog.connectors.dbt_files import (
    NAMESPACE,
    PROJECTS,
    artifact,
    manifest,
    model,
    snapshot,
    written,
)

GOOD = {"path": "/data/shop/target", "namespace": NAMESPACE}
MOST_TYPES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def refused(given, kind="config", field="path"):
    with pytest.raises(ConnectorError) as caught:
        snapshot(given)
    assert (caught.value.kind, caught.value.field) == (kind, field)
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"[]", "it is not an object"),
        (b"\xff\xfe{}", "it is not text in UTF-8"),
        (b"[" * 200_000, "it is nested too deeply"),
        (b"{}", "metadata.dbt_schema_version does not say what it is"),
        (b'{"metadata": 5}', "metadata is not an object"),
        (b'{"metadata": {"dbt_schema_version": 5}}', "metadata.dbt_schema_version is not a text"),
        (json.dumps(artifact("catalog", 1)).encode(), "it is a catalog, not a manifest"),
        (json.dumps(manifest(version=8)).encode(), "its format 8 is older than 9"),
        (json.dumps(manifest() | {"nodes": []}).encode(), "nodes is not an object"),
        (
            json.dumps(manifest(model("a", columns=[]))).encode(),
            "nodes.model.shop.a.columns is not an object",
        ),
        (json.dumps(manifest(model("a", tags="pii"))).encode(), "nodes.model.shop.a.tags is not a list"),
        (
            json.dumps(manifest(model("a", tags=[5]))).encode(),
            "nodes.model.shop.a.tags is not a list of texts",
        ),
    ],
)
def test_a_manifest_that_is_none_is_told(tmp_path, content, told):
    (tmp_path / "manifest.json").write_bytes(content)

    assert told in refused({"path": str(tmp_path), "namespace": NAMESPACE})


@pytest.mark.parametrize("version", [9, 10, 11, 12, 13])
def test_the_formats_of_five_years_are_read(tmp_path, version):
    given = written(tmp_path, manifest=manifest(model("a"), version=version))

    assert [each.name for each in snapshot(given).tables] == ["a"]
    newer = "newer than what the portal knows" in connect("dbt", given, "").test().checks[0].message
    assert newer == (version > 12)


def test_the_file_to_blame_is_named_by_its_setting(tmp_path):
    whole = written(tmp_path, manifest=manifest(model("a")))

    assert "There is no manifest.json in" in refused({**whole, "path": str(tmp_path / "x")}, "missing")
    assert "There is no docs.json in" in refused({**whole, "catalog": "docs.json"}, "missing", "catalog")
    refused({**whole, "run_results": ["a.json"]}, "missing", "run_results")
    refused({**whole, "run_results": ["manifest.json"]}, "config", "run_results")
    (tmp_path / "catalog.json").write_text("{")
    refused(whole, "config", "catalog")


def test_the_test_tells_of_a_broken_file_that_is_not_needed(tmp_path):
    told = connect("dbt", written(tmp_path, manifest=manifest(model("a")), catalog={}), "").test()

    broken = next(each for each in told.checks if each.name == "catalog.json")
    assert (broken.ok, broken.needed) == (False, False)
    assert "is not what dbt writes" in broken.message


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    given = written(tmp_path, manifest=manifest(model("a")))
    monkeypatch.setattr(artifacts, "LARGEST", 10)

    assert "larger than" in refused(given)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "manifest.json")

    refused({"path": str(tmp_path), "namespace": NAMESPACE}, "missing")


def test_no_file_outside_of_the_open_folders_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_FOLDERS", str(tmp_path / "open"))
    written(tmp_path / "closed", manifest=manifest(model("a")), catalog=artifact("catalog", 1))
    given = written(tmp_path / "open", manifest=manifest(model("a")))

    assert snapshot(given).tables
    for path in ("../closed/catalog.json", str(tmp_path / "closed" / "catalog.json")):
        refused({**given, "catalog": path}, "config", "catalog")
        refused({**given, "run_results": [path]}, "config", "run_results")
    refused({**given, "path": str(tmp_path / "closed")})
    (tmp_path / "open" / "manifest.json").unlink()
    (tmp_path / "open" / "manifest.json").symlink_to(tmp_path / "closed" / "manifest.json")
    refused(given)


def test_characters_that_the_catalog_cannot_store_are_left_out(tmp_path):
    odd = model("a", description="one\x00two \ud800 \U0001f600", meta={"k\x00": ["\udfff"]})

    found = snapshot(written(tmp_path, manifest=manifest(odd))).tables[0]

    assert found.comment == "onetwo  \U0001f600"
    assert found.extra["meta"] == {"k": [""]}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("path", "", "Write a whole path, for example /data/shop."),
        ("path", "target", "Write a whole path, for example /data/shop."),
        ("path", "/etc", "The portal may not read “/etc”."),
        ("path", 5, "Write text here."),
        ("namespace", "", "Say whose tables these are, for example postgres://db.example.org:5432."),
        ("namespace", "postgres://ann:pw@db:5432", "Leave out user and password."),
        ("namespace", "post gres", "Write a namespace of OpenLineage"),
        ("namespace", "x" * 501, "Write a namespace of OpenLineage"),
        ("run_results", [5], "Write a list of texts."),
        ("catalog", "a\nb", "Leave out control characters and line breaks."),
        ("token", "x", "“token” is not a setting of dbt."),
    ],
)
def test_what_a_setting_may_not_be_is_said(name, value, message):
    found = driver("dbt").problems({**GOOD, name: value})

    assert list(found) == [name]
    assert message in found[name]
    with pytest.raises(ConnectorError) as caught:
        connect("dbt", {**GOOD, name: value}, "")
    assert caught.value.field == name


def test_there_is_no_secret_to_ask_for():
    found = driver("dbt")

    assert (found.secret, found.leads_to) == ("", ())
    assert not found.problems(GOOD | {"namespace": "bigquery"})


def paths(value, here=()):
    """Where anything stands in the JSON."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from paths(each, (*here, key))


FILES = {
    name: json.loads((PROJECTS / "bakery" / f"{name}.json").read_text())
    for name in ("manifest", "catalog", "run_results.test")
}
PLACES = [(name, path) for name, content in FILES.items() for path in paths(content) if path]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(place=st.sampled_from(PLACES), value=MOST_TYPES)
def test_whatever_stands_anywhere_it_is_read_or_told(tmp_path, place, value):
    name, path = place
    content = copy.deepcopy(FILES[name])
    parent = content
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    given = written(tmp_path, **{**FILES, name: content}) | {"run_results": ["run_results.test.json"]}
    connector = connect("dbt", given, "")

    told = [blamed(ask) for ask in (connector.test, connector.probe, connector.snapshot)]

    assert set(told) <= {None, "path", "catalog", "run_results"}


def blamed(ask):
    """The setting that is to blame, None where the answer came."""
    try:
        ask()
    except ConnectorError as error:
        return error.field or "nothing"
    return None
