"""A real server of Spark Connect over a warehouse of its own, and what Spark itself says of its tables."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from catalog.connectors.metadata import Snapshot, TableFacts, TableRef
from catalog.connectors.protocol import Connector
from catalog.connectors.registry import connect
from tests.plugins.services import absent, answers, free_port

PATIENT = {"connect_timeout": 60, "statement_timeout": 600}  # the machine may be busy
CUSTOMERS = TableRef("spark_catalog", "shop", "customers")
TABLES = (
    "CREATE DATABASE shop COMMENT 'What we sell'",
    "CREATE DATABASE empty",
    """CREATE TABLE shop.customers (id INT COMMENT 'the number; |\nsecond line', name STRING, born DATE,
        spent DECIMAL(10,2) DEFAULT 5, code CHAR(3), home STRUCT<street: STRING, rooms: ARRAY<INT>>,
        tags MAP<STRING, ARRAY<STRUCT<a: INT, b: STRING>>>, seen TIMESTAMP, wall TIMESTAMP_NTZ)
        USING parquet COMMENT 'Who buys\nOwner: mallory\n |-- fake: int (nullable = true)'""",
    """INSERT INTO shop.customers VALUES (1, 'lena', date'1990-01-02', 50, 'abc',
        named_struct('street', 's', 'rooms', array(1, 2)), map('k', array(named_struct('a', 1, 'b', 'c'))),
        timestamp'2026-01-01 00:00:00Z', timestamp_ntz'2026-01-01 00:00:00'),
        (2, 'Ben', null, 250, null, null, null, null, null),
        (3, ':id', null, null, null, null, null, null, null)""",
    "ANALYZE TABLE shop.customers COMPUTE STATISTICS",
    "CREATE TABLE shop.events (id BIGINT, day DATE, kind STRING) USING parquet PARTITIONED BY (day, kind)",
    "CREATE TABLE shop.odd (`a b` INT, `c``d` STRUCT<`x y`: INT>) USING json",
    "CREATE TABLE shop.old (a INT, b STRING) STORED AS ORC",
    "CREATE TABLE shop.outside (line STRING) USING csv LOCATION '/etc/hostname'",
    """CREATE VIEW shop.rich (id COMMENT 'who', name) COMMENT 'a view'
        AS SELECT id, name FROM shop.customers WHERE spent > 10""",
    "CREATE VIEW shop.richer AS SELECT r.id FROM shop.rich r JOIN shop.events e ON e.id = r.id",
    "CREATE TABLE shop.gone (i INT) USING parquet",
    "CREATE VIEW shop.broken AS SELECT i FROM shop.gone",
    "DROP TABLE shop.gone",
)
ASK = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).create()
print(json.dumps([[list(map(str, row)) for row in spark.sql(q).collect()] for q in json.load(sys.stdin)]))
"""


def needs_spark() -> None:
    """Skip the test where pyspark or Java is not installed; in CI that fails where there is Java."""
    if find_spec("pyspark") is None or not shutil.which("java"):
        absent("Spark (requirements/spark.txt and Java)", "java")


@dataclass(frozen=True)
class SparkServer:
    """The server's port and token, and the folder of its warehouse and metastore."""

    folder: Path
    port: int
    token: str

    def ask(self, *queries: str) -> list[list[list[str]]]:
        """The rows of each query, by pyspark's own client in a process of its own, all values as text."""
        url = f"sc://localhost:{self.port}/;token={self.token}"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ASK, url],
            input=json.dumps(queries),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found: list[list[list[str]]] = json.loads(done.stdout)
        return found

    def there(self, **settings: Any) -> Connector:
        """This server as a source."""
        return connect("spark", {**PATIENT, "host": "localhost", "port": self.port, **settings}, self.token)

    def here(self, **settings: Any) -> Connector:
        """Its folders as a source."""
        return connect("spark", {**PATIENT, "mode": "local", "warehouse": self.warehouse, **settings}, "")

    @property
    def warehouse(self) -> str:
        return str(self.folder / "warehouse")


@contextmanager
def spark_server(folder: Path) -> Iterator[SparkServer]:
    """Started as its own script does it, with Hive's metastore on Derby."""
    needs_spark()
    home, port, token = Path(str(find_spec("pyspark").origin)).parent, free_port(), secrets.token_hex(8)
    metastore = f"jdbc:derby:;databaseName={folder / 'metastore_db'};create=true"
    options = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.shuffle.partitions": 1,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.enabled": "false",
    }
    script = [str(home / "sbin/start-connect-server.sh"), "--wait", "--master", "local[2]"]
    command = script + [part for each in options.items() for part in ("--conf", f"{each[0]}={each[1]}")]
    environment = {**os.environ, "SPARK_CONNECT_AUTHENTICATE_TOKEN": token, "SPARK_LOG_DIR": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, env=environment, start_new_session=True
        )
    try:
        while not answers(port):
            assert process.poll() is None, (folder / "server.log").read_text()[-2000:]
        made = SparkServer(folder, port, token)
        made.ask(*TABLES)
        yield made
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def by_name(snapshot: Snapshot) -> dict[str, TableFacts]:
    return {each.name: each for each in snapshot.tables}
