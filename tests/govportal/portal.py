"""A whole portal for tests: `manage.py up` in a folder of its own, as an administrator would start it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.house.rules import ROOT
from tests.plugins.services import free_port

PATIENCE = 90  # seconds


class Portal:
    """`up` in `folder`; what it prints is in `said()`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.var, self.port = folder / "var", free_port()
        self.output = folder / "output"
        admin = {"GOVPORTAL_ADMIN": "root", "GOVPORTAL_ADMIN_PASSWORD": "correct horse battery"}
        static = folder.parent / "static-of-portals"  # collected once for all of them
        ours = {"GOVPORTAL_VAR": str(self.var), "PORT": str(self.port), "STATIC_ROOT": str(static)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {**kept, **admin, **ours, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        line = [sys.executable, "manage.py", "up"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                line, cwd=ROOT, env=self.environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        return self.process

    def start_and_wait(self) -> None:
        process = self.start()
        wait_for(lambda: "The portal is at" in self.said() or process.poll() is not None)
        assert process.poll() is None, self.said()

    def run(self) -> tuple[int, str]:
        """Start, wait for the end, and return exit status and output."""
        return self.start().wait(PATIENCE), self.said()

    def said(self) -> str:
        return self.output.read_text()

    def manage(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run another of Django's commands beside it."""
        line = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            line, cwd=ROOT, env=self.environment, input=text, capture_output=True, text=True, check=False
        )

    def health(self) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/healthz")
        answer: dict[str, str] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def processes(self) -> dict[str, psutil.Process]:
        """Return what runs for this portal, by name: found by the folder that each one names or inherits."""
        return dict(found for each in psutil.process_iter() for found in self._ours(each))

    def _ours(self, process: psutil.Process) -> list[tuple[str, psutil.Process]]:
        try:
            line = process.cmdline()
            mine = str(self.var) in " ".join(line) or process.environ().get("GOVPORTAL_VAR") == str(self.var)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            return []
        names = ("up", "uvicorn", "worker", "beat", "postgres")
        known = [
            name for name in names if name in line or any(part.endswith(f"/{name}") for part in line[:1])
        ]
        return [(name, process) for name in known[:1]] if mine else []

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)
