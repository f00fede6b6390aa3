"""JavaScript comes by lock file, and only allow-listed files are kept."""

import json
from pathlib import Path

import pytest

from govportal import frontend

PACKAGES = {
    "": {},
    "node_modules/cytoscape": {"version": "3.0.0", "license": "MIT"},
    "node_modules/uplot": {"version": "1.0.0", "license": "MIT"},
    "node_modules/axe-core": {"version": "4.0.0", "dev": True},
}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a lock file, and on PATH an npm that "installs" from nowhere."""
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    monkeypatch.setattr(frontend, "VENDOR", tmp_path / "static" / "vendor")
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": PACKAGES}))
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    program(programs / "node", "echo v20.0.0")
    program(programs / "npm", f"echo ran >> {tmp_path}/npm.log\n{install_by_hand(tmp_path)}")
    return tmp_path


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def install_by_hand(root: Path) -> str:
    """Return the lines of a script that makes the packages' files, and one that nobody allowed."""
    files = {f"{package}/{name}": "x" for package, names in frontend.ALLOWED.items() for name in names}
    files |= {"uplot/dist/uPlot.cjs.js": "x", "axe-core/package.json": '{"version": "4.0.0"}'}
    lines = [f"mkdir -p $(dirname $to/{name}); echo '{text}' > $to/{name}" for name, text in files.items()]
    return "\n".join([f"to={root}/node_modules", *lines])


def test_only_allowed_files_are_copied_with_their_licences(checkout):
    assert frontend.build() == "built"

    vendor = checkout / "static" / "vendor"
    kept = {str(file.relative_to(vendor)) for file in vendor.rglob("*") if file.is_file()}
    assert kept == {
        "vendor.json",
        "cytoscape/cytoscape.esm.min.mjs",
        "cytoscape/LICENSE",
        "uplot/uPlot.esm.js",
        "uplot/uPlot.min.css",
        "uplot/LICENSE",
    }
    assert json.loads((vendor / "vendor.json").read_text())["files"]["uplot/LICENSE"]["version"] == "1.0.0"


def test_nothing_is_fetched_twice(checkout):
    frontend.build()

    assert frontend.build() == "fresh"
    assert frontend.build(dev=True) == "fresh"
    assert (checkout / "npm.log").read_text() == "ran\n"


def test_a_lost_file_is_fetched_again(checkout):
    frontend.build()
    (checkout / "static" / "vendor" / "uplot" / "LICENSE").unlink()

    assert frontend.build() == "built"


def test_a_new_lock_is_fetched_again(checkout):
    frontend.build()
    (checkout / "package-lock.json").write_text(json.dumps({"packages": PACKAGES}, indent=1))

    assert frontend.build() == "built"


def test_missing_tools_are_fetched_for_the_tests_only(checkout):
    frontend.build()
    (checkout / "node_modules" / "axe-core" / "package.json").unlink()

    assert frontend.build() == "fresh"
    assert frontend.build(dev=True) == "built"


def test_an_unreachable_registry_is_said_to_be(checkout):
    program(checkout / "bin" / "npm", "echo npm error code ECONNREFUSED >&2; exit 1")

    with pytest.raises(frontend.Unavailable, match="is the npm registry reachable") as error:
        frontend.build()

    assert str(error.value).endswith("npm error code ECONNREFUSED")


def test_a_missing_lock_is_named(checkout):
    (checkout / "package-lock.json").unlink()

    with pytest.raises(frontend.Unavailable, match=r"package-lock\.json is missing"):
        frontend.build()


def test_an_old_node_is_not_used(checkout, monkeypatch):
    program(checkout / "bin" / "node", "echo v16.20.0")
    asked = []
    monkeypatch.setattr(frontend.subprocess, "run", refusing(asked, frontend.subprocess.run))

    with pytest.raises(frontend.Unavailable, match="no Node 18 or newer"):
        frontend.npm()

    assert asked[0][-1] == str(checkout / "requirements" / "build.txt")


def refusing(asked, run):
    """Return `run` for all but pip, which finds no index."""

    def refuse(line, **options):
        if "pip" not in line:
            return run(line, **options)
        asked.append(line)
        return frontend.subprocess.CompletedProcess(line, 1, "", "ERROR: nothing found")

    return refuse
