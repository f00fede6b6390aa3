"""The kinds of sources there are. A new kind is a new folder and one line here."""

from collections.abc import Mapping
from importlib import import_module

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Connector, Driver

KINDS: dict[str, tuple[str, str]] = {
    "postgresql": ("PostgreSQL", "catalog.connectors.postgresql.connector"),
    "mysql": ("MySQL or MariaDB", "catalog.connectors.mysql.connector"),
    "dbt": ("dbt artifacts", "catalog.connectors.dbt.connector"),
    "duckdb": ("DuckDB", "catalog.connectors.duckdb.connector"),
    "files": ("Folder of files (also S3)", "catalog.connectors.files.connector"),
    "spark": ("Spark", "catalog.connectors.spark.connector"),
    "sqlite": ("SQLite", "catalog.connectors.sqlite.connector"),
    "sqlalchemy": (
        "SQLAlchemy URL: Snowflake, BigQuery, Trino and others",
        "catalog.connectors.sqlalchemy_url.connector",
    ),
}
DESCRIBING = ("dbt",)  # said here too, so that asking needs no driver's library


def driver(kind: str) -> Driver:
    """The driver of a kind; its module, and the library it needs, load on first use."""
    if kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise ConnectorError(f"There is no kind of source “{kind}”; known: {known}.", "config", "kind")
    found: Driver = import_module(KINDS[kind][1]).DRIVER
    return found


def kinds_describing_others() -> list[str]:
    """The kinds whose sources add to what the sources that hold an asset say about it."""
    return [kind for kind in DESCRIBING if kind in KINDS]


def connect(kind: str, settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings. Opens no connection yet; raises ConnectorError (config)."""
    return driver(kind).connect(settings, secret)
