"""From a bare Python and an empty folder to a running portal, or to a test run.

    python3 scripts/bootstrap.py VERB [arguments]      (the verbs are those of the Makefile)

Only the standard library, and nothing that an old Python could not read: it must be able to say so.
"""

import hashlib
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GOVPORTAL_VAR") or ROOT / "var").absolute()
LOG = VAR / "log" / "setup.log"
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
OLDEST = (3, 11)
READS = ("duckdb", "files", "mysql")  # sources that every portal can read; the other extras are for who asks
STEPS = {"demo": 9, "up": 8, "test": 8, "test-fast": 4, "check": 6, "lock": 3, "bench": 2}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PIP = (PYTHON, "-m", "pip", "install", "--no-input")
FRONTEND = (PYTHON, "-P", "govportal/frontend.py")  # the file alone: its package would load Celery
EXACTLY = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
BUILT = ("--no-binary", "pyspark", "--no-build-isolation")  # a source package; setuptools is in dev.txt
COMPILE = (PYTHON, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
PORTABLE = ("--generate-hashes", "--no-emit-index-url")  # no registry's address: any mirror serves
UNREACHABLE = ("connection", "proxyerror", "name resolution", "timed out", "no matching distribution")
SIDE_BY_SIDE = (
    "-n",
    "2",
    "--dist",
    "loadfile",
)  # a file's tests stay together, and with them what they share
CHECKS = {
    "ruff check": ("-m", "ruff", "check", "--quiet", "--output-format", "concise"),
    "ruff format": ("-m", "ruff", "format", "--check", "--quiet", "--output-format", "concise"),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
}


class Failed(Exception):
    """The start cannot go on; the message is a sentence for a person, then what the failing program said."""


def main(arguments: List[str]) -> int:
    if sys.version_info < OLDEST:
        mine = sys.version.split()[0]
        print(
            "The portal needs Python 3.11 or newer, and this is {}: make PYTHON=/path/to/python3".format(mine)
        )
        return 1
    if not arguments or arguments[0] not in STEPS:
        print(__doc__)
        return 2
    os.chdir(str(ROOT))
    os.environ["GOVPORTAL_STEP"] = "0/{}".format(STEPS[arguments[0]] + wants_spark(arguments[0]))
    try:
        run(arguments[0], arguments[1:])
    except Failed as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    return 0


def run(verb: str, arguments: List[str]) -> None:
    """Prepare what `verb` needs, then become the program that does it."""
    prepare_folders()
    with step("Making a virtual environment"):
        make_environment()
    if verb == "lock":
        lock()
    elif verb in ("demo", "up"):
        serve(*(["--demo"] if verb == "demo" else []))
    elif verb == "bench":
        install("requirements/dev.txt")
        become("-m", "benchmarks." + arguments[0], *arguments[1:])
    else:
        test(verb, arguments)


def serve(*options: str) -> None:
    install("requirements/base.txt")
    fetch_javascript()
    become("manage.py", "up", *options)


def test(verb: str, arguments: List[str]) -> None:
    """Run the checks ("check"), pytest ("test-fast"), or both ("test")."""
    install("requirements/dev.txt")
    if verb != "check":
        fetch_javascript("--dev")
        find_chromium()
    if verb != "test-fast":
        check()
    if wants_spark(verb):
        install("requirements/spark.txt", *BUILT)
    if verb != "check":
        become("-m", "pytest", *(SIDE_BY_SIDE if verb == "test" else ()), *arguments)


def step(title: str):  # type: ignore[no-untyped-def]
    """Announce and time a step: the portal's own function, read without its package."""
    return runpy.run_path(str(ROOT / "govportal" / "progress.py"))["step"](title)


def prepare_folders() -> None:
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.touch()
    except OSError as error:
        raise Failed("The portal cannot keep its data in {}: {}.".format(VAR, error.strerror)) from error


def make_environment() -> None:
    """Make .venv with this Python, unless there is one that works."""
    if (
        Path(PYTHON).exists()
        and subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    ):
        return
    try:
        call(sys.executable, "-m", "venv", "--clear", str(VENV))
    except Failed as error:
        sentence = "This Python cannot make virtual environments (Debian: apt-get install python3-venv).\n"
        raise Failed(sentence + str(error)) from error


def wants_spark(verb: str) -> bool:
    """Whether this run may skip no test of Spark (460 MB): CI does not, where there is the Java to run it."""
    return verb == "test" and bool(os.environ.get("GOVPORTAL_REQUIRE_SERVICES") and shutil.which("java"))


def install(requirements: str, *how: str) -> None:
    """Install exactly the locked packages; skipped when this lock was installed before."""
    lock = ROOT / requirements
    stamp = VENV / (lock.stem + ".installed")
    with step("Installing Python packages"):
        if not lock.exists():
            raise Failed(
                "{} is missing: get it back from git, or make it with `make lock`.".format(requirements)
            )
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if not stamp.exists() or stamp.read_text() != wanted:
            call(*PIP, *EXACTLY, *how, "-r", requirements)
            stamp.write_text(wanted)


def fetch_javascript(*options: str) -> None:
    with step("Fetching JavaScript libraries"):
        call(*FRONTEND, *options)


def find_chromium() -> None:
    """Find Chromium for the browser tests, or install it where we may; else pytest says what it skipped."""
    with step("Looking for Chromium"):
        if os.environ.get("CHROMIUM_PATH") or any(shutil.which(name) for name in CHROMIUM):
            return
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            return
        try:
            call("apt-get", "update", "-qq")
            call("apt-get", "install", "-y", "-qq", "chromium", also={"DEBIAN_FRONTEND": "noninteractive"})
        except Failed as error:
            print(error)


def check() -> None:
    """Run the checks that need no database: all of them, so that one run tells everything."""
    failures = []
    for title, command in CHECKS.items():
        try:
            with step(title):
                call(PYTHON, *command, also={"SECRET_KEY": "checks", "DATABASE_URL": "postgresql:///unused"})
        except Failed as error:
            failures.append("{}: {}".format(title, error))
    if failures:
        raise Failed("\n\n".join(failures))


def lock() -> None:
    """Write the lock files anew."""
    named = {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    with step("Locking Python packages"):
        call(*PIP, "uv")
        base, dev, build, spark = (
            "requirements/{}.txt".format(name) for name in ("base", "dev", "build", "spark")
        )
        extras = [word for name in READS for word in ("--extra", name)]
        ours = (*COMPILE, *PORTABLE, "pyproject.toml", *extras)
        call(*ours, "-o", base, also=named)
        call(*ours, "--group", "dev", "-c", base, "-o", dev, also=named)
        call(*COMPILE, *PORTABLE, "--group", "build", "-o", build, also=named)
        call(*COMPILE, *PORTABLE, "--group", "spark", "-c", dev, "-o", spark, also=named)
    with step("Locking JavaScript packages"):
        call(*FRONTEND, "--lock")


def call(*command: str, also: Optional[Dict[str, str]] = None) -> None:
    """Run a program, its words going to var/log/setup.log. Raises `Failed` with the gist of them."""
    environment = {"PIP_RETRIES": "2", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **os.environ, **(also or {})}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, check=False
    )
    with LOG.open("a") as log:
        log.write("$ {}\n{}\n".format(" ".join(command), done.stdout))
    if done.returncode:
        raise Failed(explain(command, done.stdout.strip()))


def explain(command: "tuple[str, ...]", said: str) -> str:
    if command[:3] != PIP[:3]:
        return said
    lines = said.splitlines()
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    end = "\n".join("    " + line for line in errors[-4:])
    if "DO NOT MATCH THE HASHES" in said:
        return "A package differs from the one that was locked, so nothing was installed.\n" + end
    if any(sign in said.lower() for sign in UNREACHABLE):
        return "The Python package index could not be reached, or lacks a locked package.\n" + end
    return "pip failed; all it said is in {}.\n{}".format(LOG, end)


def become(*arguments: str) -> None:
    """Replace this process by Python, so that Ctrl-C and SIGTERM reach the program itself."""
    sys.stdout.flush()
    os.execv(PYTHON, (PYTHON, *arguments))  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
