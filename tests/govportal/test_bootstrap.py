"""The start says in one sentence why it cannot go on."""

import runpy
import sys
from types import SimpleNamespace

import pytest

from tests.house.rules import ROOT


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script, about to prepare an empty folder."""
    script = runpy.run_path(str(ROOT / "scripts" / "bootstrap.py"))
    scope = script["main"].__globals__
    venv = tmp_path / ".venv"
    places = {"VAR": tmp_path / "var", "LOG": tmp_path / "var" / "log" / "setup.log", "VENV": venv}
    for name, value in places.items():
        monkeypatch.setitem(scope, name, value)
    venv.mkdir()
    monkeypatch.setenv("GOVPORTAL_STEP", "")
    monkeypatch.chdir(ROOT)
    return SimpleNamespace(**scope, scope=scope)


def test_an_old_python_is_told_so(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))

    assert bootstrap.main(["demo"]) == 1
    assert capsys.readouterr().out.startswith("The portal needs Python 3.11 or newer, and this is 3.")


def test_the_script_can_be_read_by_old_pythons():
    text = (ROOT / "scripts" / "bootstrap.py").read_text()

    compile(text, "bootstrap.py", "exec", flags=0, dont_inherit=True, _feature_version=6)


def test_an_unknown_verb_prints_the_usage(bootstrap, capsys):
    assert bootstrap.main(["fly"]) == 2
    assert "python3 scripts/bootstrap.py VERB" in capsys.readouterr().out


def test_a_missing_lock_is_named(bootstrap, monkeypatch, capsys):
    with pytest.raises(bootstrap.Failed, match=r"requirements/none\.txt is missing: get it back from git"):
        bootstrap.install("requirements/none.txt")


def test_a_file_in_the_place_of_var_is_named(bootstrap, tmp_path):
    (tmp_path / "var").touch()

    with pytest.raises(bootstrap.Failed, match=f"cannot keep its data in {tmp_path}/var: "):
        bootstrap.prepare_folders()


def test_packages_are_installed_once_per_lock(bootstrap, monkeypatch, tmp_path):
    calls = []
    monkeypatch.setitem(bootstrap.scope, "call", lambda *line: calls.append(line))

    bootstrap.install("requirements/base.txt")
    bootstrap.install("requirements/base.txt")

    assert len(calls) == 1
    assert calls[0][-2:] == ("-r", "requirements/base.txt")
    assert "--require-hashes" in calls[0]


@pytest.mark.parametrize(
    ("verb", "required", "java", "wanted"),
    [
        ("test", "1", "/usr/bin/java", True),
        ("test", "1", None, False),
        ("test", "", "/usr/bin/java", False),
        ("test-fast", "1", "/usr/bin/java", False),
    ],
)
def test_spark_is_installed_only_where_its_tests_may_not_be_skipped(
    bootstrap, monkeypatch, verb, required, java, wanted
):
    monkeypatch.setenv("GOVPORTAL_REQUIRE_SERVICES", required)
    monkeypatch.setattr("shutil.which", lambda program: java)

    assert bootstrap.wants_spark(verb) is wanted


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("WARNING: ProxyError\nERROR: No matching distribution found", "index could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "differs from the one that was locked"),
        ("ERROR: disk full", "pip failed; all it said is in"),
    ],
)
def test_pips_failures_are_explained(bootstrap, said, sentence):
    first, *rest = bootstrap.explain(bootstrap.PIP, said).splitlines()

    assert sentence in first
    assert rest == ["    " + line for line in said.splitlines() if line.startswith("ERROR")]


def test_a_failing_program_is_quoted_and_logged(bootstrap):
    bootstrap.prepare_folders()

    with pytest.raises(bootstrap.Failed, match=r"^broken pipe dream$"):
        bootstrap.call(sys.executable, "-c", "import sys; sys.exit('broken pipe dream')")

    assert bootstrap.LOG.read_text().endswith("broken pipe dream\n\n")
