"""Keeps the web, the worker and the clock running, as one program that starts and stops as a whole."""

import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import FrameType
from typing import NoReturn

from govportal.children import DEATHS_ALLOWED, Child, stop_all
from govportal.embedded import VAR, last_words
from govportal.progress import step

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEALTHY_WITHIN = 90.0  # seconds
QUIET_WORKER = ["--without-gossip", "--without-mingle"]  # they only talk to other workers


class Failed(Exception):
    """The portal does not run; the message is for a person."""


class Stopped(SystemExit):
    """Somebody asked us to stop."""


def catch_signals() -> None:
    """Now Ctrl-C, SIGTERM and SIGHUP raise `Stopped`: once, so that nothing disturbs the clean-up."""
    for number in SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(128 + number)


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold the folder's place as its one supervisor. Raises `Failed` when another has it."""
    with open(VAR / "up.lock", "a+") as place:
        try:
            flock(place, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            place.seek(0)
            raise Failed(f"The portal of {VAR} already runs: {place.read()}.") from None
        place.truncate(0)
        place.write(f"process {os.getpid()}, at {url}")
        place.flush()
        yield


def address() -> tuple[str, int]:
    """Return HOST and PORT of the environment. Raises `Failed` when PORT is no port."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 65536:
        raise Failed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return host, int(text)


def reachable(host: str) -> str:
    """Return where a browser of this machine finds what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # read, not bound


def url(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def check_free(host: str, port: int) -> None:
    """Raise `Failed` when the address is taken, or is not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise Failed(
                f"Port {port} of {host} cannot be used ({reason}): choose another, PORT=8001."
            ) from None


@contextmanager
def running(host: str, port: int) -> Iterator[list[Child]]:
    """Start every process, wait until they are healthy, and end them all however the block ends."""
    children = processes(host, port)
    try:
        with step("Starting web, worker and clock"):
            for child in children:
                child.start()
        with step("Waiting until they are healthy"):
            wait_until_healthy(children, host, port)
        yield children
    finally:
        print("Stopping … ", end="", flush=True)
        stop_all(children)
        print("stopped.", flush=True)


def processes(host: str, port: int) -> list[Child]:
    """Return what a portal consists of, beside its database."""
    web = ["uvicorn", "govportal.asgi:application", "--host", host, "--port", str(port)]
    celery = ["celery", "-A", "govportal"]
    pool = os.environ.get("WORKER_POOL") or "threads"
    size = os.environ.get("WORKER_CONCURRENCY") or "4"
    commands = {
        "web": [*web, "--lifespan", "off", "--timeout-graceful-shutdown", "5"],
        "worker": [*celery, "worker", "--pool", pool, "--concurrency", size, *QUIET_WORKER],
        "beat": [*celery, "beat", "--schedule", str(VAR / "beat-schedule"), "--pidfile", ""],
    }
    return [Child(name, [sys.executable, "-m", *line], log_of(name)) for name, line in commands.items()]


def log_of(name: str) -> Path:
    return VAR / "log" / f"{name}.log"


def wait_until_healthy(children: Sequence[Child], host: str, port: int) -> None:
    """Return when /healthz says 200. Raises `Failed`, naming the process, when one ends or none answers."""
    end = time.monotonic() + HEALTHY_WITHIN
    status, parts = 0, {"web": "does not answer"}
    while status != 200 and time.monotonic() < end:
        refuse_dead(children)
        time.sleep(0.1)
        status, parts = health(host, port)
    if status != 200:
        name, said = next((item for item in parts.items() if item[1] != "ok"), ("web", f"answers {status}"))
        log = log_of("postgres" if name == "database" else name)
        raise Failed(f"After {HEALTHY_WITHIN:.0f} seconds the {name} is not up: {said}. {last_words(log)}")


def refuse_dead(children: Sequence[Child]) -> None:
    for child in children:
        if child.status is not None:
            raise Failed(
                f"The {child.name} process ended with status {child.status}. {last_words(child.log)}"
            )


def health(host: str, port: int) -> tuple[int, dict[str, str]]:
    """Return status and parts of /healthz; status 0 while the web does not answer."""
    status, parts = 0, {"web": "does not answer"}
    with closing(http.client.HTTPConnection(reachable(host), port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            response = connection.getresponse()
            status, parts = response.status, {"web": f"answers {response.status}"}
            parts = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            pass  # not up yet, or a page that is not the health page; `parts` says which
    return status, parts


def watch(children: Sequence[Child]) -> NoReturn:
    """Start again whoever dies. Ends only by `Stopped`, or by `Failed` when one dies over and over."""
    while True:
        for child in children:
            tend(child)
        time.sleep(0.5)


def tend(child: Child) -> None:
    """Start a dead child again, later each time. Raises `Failed` when it died too often."""
    if child.due is not None:
        if time.monotonic() >= child.due:
            child.start()
    elif child.status is not None:
        print(f"The {child.name} process ended with status {child.status}; starting it again.", flush=True)
        if not child.plan_restart():
            often = f"The {child.name} process ended {DEATHS_ALLOWED} times in a minute."
            raise Failed(f"{often} {last_words(child.log)}")
