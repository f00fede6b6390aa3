"""A local Spark: a process of its own that only this one knows the token of, over a copy of the metastore.

A metastore of Derby belongs to one program at a time and is written to even by readers: so it is copied, and
the company's own Spark never notices. A Spark takes seconds to start, so it stays for a while.
"""

import atexit
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import RLock, Timer

from catalog.connectors.errors import ConnectorError
from catalog.connectors.spark.channel import Address
from catalog.connectors.spark.settings import SparkSettings

STAYS = 60.0  # seconds unused before it ends
PATIENCE = 180.0  # seconds for Spark to start
BETWEEN_LOOKS = 0.2
TRIES = 5  # to copy a metastore that is being written
MEMORY, CORES = "1g", 2
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
LOCKS = frozenset({"db.lck", "dbex.lck", "tmp"})
PASSED_ON = frozenset(
    {"PATH", "HOME", "USER", "JAVA_HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"}
)
"""Of the portal's environment; the rest may hold secrets, and a view of the metastore may ask Java for it."""
WITH_US = '("$@" </dev/null; kill $$) & cat >/dev/null; kill -TERM -$$'
"""Ends when Spark does, and ends Spark when its own input ends: as it does when the portal dies."""


@dataclass
class LocalSpark:
    """One running Spark."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    token: str = field(repr=False)
    used: int = 0
    timer: Timer | None = None

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address("localhost", self.port, self.token)

    def stop(self) -> None:
        """End it and take away its copy."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


Key = tuple[int, str, str]
"""The process that started it, the warehouse, and the metastore as it was then."""
running: dict[Key, LocalSpark] = {}
lock = RLock()


@contextmanager
def borrowed(settings: SparkSettings) -> Iterator[Address]:
    """A local Spark over the metastore as it is now; raises ConnectorError."""
    key = (os.getpid(), str(settings.tables_folder), state_of(settings.metastore_folder))
    with lock:
        found = running.get(key)
        if found is None or found.process.poll() is not None:
            end_idle()
            found = running[key] = started(settings)
        found.used += 1
        if found.timer:
            found.timer.cancel()
    try:
        yield found.address
    finally:
        with lock:
            found.used -= 1
            found.timer = Timer(STAYS, end_idle)
            found.timer.daemon = True
            found.timer.start()


def end_idle() -> None:
    """Stop every Spark that this process started and nobody uses."""
    with lock:
        for key, each in list(running.items()):
            if key[0] == os.getpid() and not each.used:
                running.pop(key).stop()


def end_all() -> None:
    """Stop them all, at the end of the process."""
    with lock:
        for key in [each for each in running if each[0] == os.getpid()]:
            running.pop(key).stop()


atexit.register(end_all)


def files_of(metastore: Path) -> list[Path]:
    """All files of a Derby database but its locks; raises ConnectorError where there is none."""
    try:
        if not (metastore / "service.properties").is_file():
            said = f"There is no metastore of Spark (Derby) in “{metastore}”."
            raise ConnectorError(said, "config", "metastore")
        found = [each for each in metastore.rglob("*") if each.is_file() and not each.is_symlink()]
    except PermissionError:
        raise ConnectorError(f"The portal may not read “{metastore}”.", "permission", "metastore") from None
    return sorted(each for each in found if not LOCKS & set(each.relative_to(metastore).parts))


def state_of(metastore: Path) -> str:
    """A text that differs after every change: names, sizes and times of all files."""
    said = hashlib.sha256()
    for each in files_of(metastore):
        with suppress(FileNotFoundError):
            now = each.stat()
            said.update(f"{each}\0{now.st_size}\0{now.st_mtime_ns}\0".encode())
    return said.hexdigest()


def copy(metastore: Path, to: Path) -> None:
    """Copy a metastore of one moment: Derby writes ahead, so it recovers from such a copy as from a crash."""
    for _ in range(TRIES):
        before = state_of(metastore)
        shutil.rmtree(to, ignore_errors=True)
        with suppress(FileNotFoundError):
            for each in files_of(metastore):
                place = to / each.relative_to(metastore)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(each, place)
            if state_of(metastore) == before:
                (to / "tmp").mkdir(exist_ok=True)
                return
        time.sleep(BETWEEN_LOOKS)
    raise ConnectorError("The metastore is being written all the time. Try again later.", "unreachable")


def started(settings: SparkSettings) -> LocalSpark:
    """Start one, and wait until it listens."""
    folder = Path(tempfile.mkdtemp(prefix="govportal-spark-"))
    try:
        copy(settings.metastore_folder, folder / "metastore_db")
        found = launched(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        awaited(found)
    except BaseException:
        found.stop()
        raise
    return found


def launched(folder: Path) -> LocalSpark:
    """Begin the process; its words go into the folder."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
    spec = find_spec("pyspark")
    home = Path(str(spec.origin if spec else "")).parent
    token = secrets.token_urlsafe(32)
    environment = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    environment |= {
        "SPARK_HOME": str(home),
        "SPARK_CONNECT_AUTHENTICATE_TOKEN": token,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    command = [str(home / "bin" / "spark-submit"), "--class", SERVER, *options(folder, port)]
    with (folder / "spark.log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", WITH_US, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    return LocalSpark(process, folder, port, token)


def options(folder: Path, port: int) -> list[str]:
    """How it is started: nothing outside of its folder is written, nobody else hears it."""
    chosen = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder / 'metastore_db'}",
        "spark.local.dir": folder / "local",
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.shuffle.partitions": CORES,
        "spark.sql.warehouse.dir": folder / "warehouse",  # of new tables; those there say where they are
        "spark.ui.enabled": "false",
    }
    said = ["--master", f"local[{CORES}]", "--driver-memory", MEMORY]
    for name, value in chosen.items():
        said += ["--conf", f"{name}={value}"]
    return [*said, "--driver-java-options", f"-Dderby.system.home={folder} -Djava.io.tmpdir={folder}"]


def awaited(spark: LocalSpark) -> None:
    """Until it listens; raises ConnectorError when it ends before, or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if spark.process.poll() is not None:
            raise ConnectorError("A local Spark could not be started on the portal's machine.", "unreachable")
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", spark.port)) == 0:
                return
        time.sleep(BETWEEN_LOOKS)
    raise ConnectorError("A local Spark took too long to start.", "timeout")
