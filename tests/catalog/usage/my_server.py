"""A MariaDB of our own that counts its statements or logs them, as the machine's server may do neither."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymysql
import pytest

from tests.plugins.services import free_port

INSTALL, SERVE, PING = "mariadb-install-db", "mariadbd", "mariadb-admin"
OPTIONS = (
    "--performance-schema=ON",
    "--performance-schema-consumer-statements-digest=ON",
    "--log-output=TABLE",
    "--long-query-time=0",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
)


@cache
def port(*options: str) -> int:
    """Start a server with these options too; it ends with this process. Skip the test where there is none."""
    missing = [each for each in (INSTALL, SERVE) if not shutil.which(each)]
    if missing:
        pytest.skip(f"this machine has no {missing[0]}")
    home = Path(tempfile.mkdtemp(prefix="govportal-my-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    user = ("--user=root",) if os.geteuid() == 0 else ()
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    install = (
        INSTALL,
        "--no-defaults",
        f"--datadir={home}/data",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    )
    subprocess.run([*install, *user], check=True, **quiet)
    chosen = free_port()
    where = (f"--datadir={home}/data", f"--socket={home}/s", f"--port={chosen}", "--bind-address=127.0.0.1")
    line = [SERVE, "--no-defaults", *where, *user, f"--pid-file={home}/pid", *OPTIONS, *options]
    server = subprocess.Popen(line, **quiet)
    atexit.register(server.wait)
    atexit.register(server.terminate)
    ping = (
        PING,
        "--no-defaults",
        "--protocol=tcp",
        f"--port={chosen}",
        "--wait=60",
        "--connect-timeout=60",
        "ping",
    )
    subprocess.run(ping, check=True, **quiet)
    return chosen


class MyCounting:
    """One throw-away database with a shop, the portal's account, and Ann's."""

    def __init__(self, *options: str) -> None:
        self.port = port(*options)
        mark = uuid4().hex[:8]
        self.name, self.portal, self.ann = (f"{each}_{mark}" for each in ("shop", "portal", "ann"))
        self.root = self.connect("root")
        self.ask(f"CREATE DATABASE {self.name}", f"USE {self.name}")
        self.ask("CREATE TABLE orders (id int, customer_id int)", "CREATE TABLE customer (id int)")
        for account in (self.portal, self.ann):
            self.ask(f"CREATE USER {account}@'%' IDENTIFIED BY 'pw'", f"GRANT SELECT ON *.* TO {account}@'%'")

    def connect(self, user: str, database: str | None = None) -> Any:
        password = "" if user == "root" else "pw"
        given = {"host": "127.0.0.1", "port": self.port, "user": user, "password": password}
        return pymysql.connect(**given, database=database, autocommit=True)

    def ask(self, *statements: str) -> list[Any]:
        with self.root.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def run(self, *statements: str) -> None:
        """Ann runs these in the shop."""
        with self.connect(self.ann, self.name) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def settings(self) -> dict[str, Any]:
        known = {"host": "127.0.0.1", "port": self.port, "user": self.portal, "database": self.name}
        return {**known, "authority": "my.test:3306"}

    def drop(self) -> None:
        self.ask("SET GLOBAL general_log = OFF", "SET GLOBAL slow_query_log = OFF")
        self.ask(f"DROP DATABASE {self.name}", f"DROP USER {self.portal}, {self.ann}")
        self.root.close()


@contextmanager
def my_counting(*options: str) -> Iterator[MyCounting]:
    made = MyCounting(*options)
    try:
        yield made
    finally:
        made.drop()
