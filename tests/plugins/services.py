"""Servers of other kinds: used where the machine has them, else the test is skipped with the reason."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def absent(service: str, program: str) -> None:
    """Skip the test; or fail it, where GOVPORTAL_REQUIRE_SERVICES is set and the machine has `program`."""
    reason = f"no {service} answers on this machine"
    if os.environ.get("GOVPORTAL_REQUIRE_SERVICES") and shutil.which(program):
        pytest.fail(f"{reason}, though it has {program}")
    pytest.skip(reason)


@pytest.fixture
def free_address() -> int:
    """A port that nobody listens on."""
    return free_port()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis: the one on the standard port, or one started for the tests."""
    if answers(6379):
        yield "redis://127.0.0.1:6379/15"
        return
    program = shutil.which("redis-server")
    if program is None:
        absent("Redis", "redis-server")
    yield from throw_away_redis(str(program), tmp_path_factory.mktemp("redis"))


def throw_away_redis(program: str, folder: Path) -> Iterator[str]:
    port = free_port()
    line = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as server:
        try:
            while not answers(port):
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
