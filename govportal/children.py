"""One process of the running portal: started in a group of its own, watched, restarted, ended for certain."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 10.0  # seconds between the polite and the final signal
PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20_000_000  # bytes; a longer log is put aside at the next start
DEATHS_ALLOWED, WITHIN = 5, 60.0


@dataclass
class Child:
    """A process by name: what to run, where its words go, and when it died."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))
    due: float | None = None  # when to start again

    def start(self) -> None:
        self.due = None
        put_aside(self.log)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509  # no threads at this point
            )

    @property
    def status(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self.process.poll() if self.process else None

    def plan_restart(self) -> bool:
        """Note the death and plan a start, later each time; False when it died too often to go on."""
        now = time.monotonic()
        recent = sum(now - death < WITHIN for death in self.deaths)
        self.deaths.append(now)
        self.process, self.due = None, now + 2**recent / 2
        return recent + 1 < DEATHS_ALLOWED

    def signal_group(self, number: signal.Signals) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def dies_with(parent: int) -> Callable[[], None] | None:
    """Return what a new child calls so that it ends when `parent` is killed; None outside Linux."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # killed before the kernel was asked
            os._exit(1)

    return ask


def put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))


def stop_all(children: Iterable[Child]) -> None:
    """End every child and what it started: asked first, killed after PATIENCE."""
    alive = [child for child in children if child.process]
    for child in alive:
        if child.status is None and child.process:
            child.process.terminate()
    end = time.monotonic() + PATIENCE
    while any(child.status is None for child in alive) and time.monotonic() < end:
        time.sleep(0.05)
    for child in alive:
        child.signal_group(signal.SIGKILL)
        if child.process:
            child.process.wait()
