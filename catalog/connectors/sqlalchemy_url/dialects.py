"""The dialects that the portal knows: what their URLs may say, and how each is asked to only read, in time.

A URL can do harm: it names files, services and options of a driver. So each dialect has one driver and a
list of what may stand after the question mark; everything else is said by the portal.
"""

import json
import os
from typing import Any

from sqlalchemy import URL, Connection

from catalog.connectors.errors import ConnectorError
from catalog.connectors.mysql.statements import MySqlStatements
from catalog.connectors.postgresql.statements import PostgresStatements
from catalog.connectors.sqlalchemy_url.dialect import Dialect, Terms, told
from catalog.connectors.sqlalchemy_url.statements import TrinoStatements
from catalog.connectors.sqlite.statements import SqliteStatements

LOCK_PATIENCE = 5  # seconds
MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"  # what our quoting expects, whatever the server's default
NO_FILE = os.path.join(os.devnull, "none")  # cannot exist
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address; a key must not name another


def open_mysql(connection: Connection, terms: Terms) -> None:
    """MariaDB and MySQL name the deadline differently."""
    named = "max_statement_time = {s}" if connection.dialect.is_mariadb else "max_execution_time = {ms}"  # type: ignore[attr-defined]
    told(
        f"SET SESSION {named}",
        f"SET SESSION lock_wait_timeout = {LOCK_PATIENCE}, innodb_lock_wait_timeout = {LOCK_PATIENCE}",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION READ ONLY",
    )(connection, terms)


def open_oracle(connection: Connection, terms: Terms) -> None:
    """The driver itself keeps the deadline."""
    connection.connection.dbapi_connection.call_timeout = terms.statement * 1000  # type: ignore[union-attr]
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


POSTGRES = Dialect(
    product="PostgreSQL",
    driver="postgresql+psycopg",
    library="psycopg",
    extra="",
    scheme="postgres",
    sql="postgres",
    port=5432,
    options=frozenset({"sslmode"}),
    system=frozenset({"information_schema", "pg_catalog", "pg_toast"}),
    views="""SELECT viewname, definition FROM pg_catalog.pg_views WHERE schemaname = :schema
        UNION ALL SELECT matviewname, definition FROM pg_catalog.pg_matviews WHERE schemaname = :schema""",
    statements=PostgresStatements(),
    arguments=lambda terms: {
        "connect_timeout": max(terms.connect, 2),
        "passfile": NO_FILE,
        "application_name": "govportal",
        "prepare_threshold": None,
    },
    opening=told(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SET statement_timeout = {ms}",
        f"SET lock_timeout = {LOCK_PATIENCE * 1000}",
    ),
)
MYSQL = Dialect(
    product="MySQL and MariaDB",
    driver="mysql+pymysql",
    library="pymysql",
    extra="mysql",
    scheme="mysql",
    sql="mysql",
    port=3306,
    options=frozenset({"charset"}),
    flat=True,
    statements=MySqlStatements(),
    arguments=lambda terms: {
        "connect_timeout": terms.connect,
        "read_timeout": terms.statement + LOCK_PATIENCE,
        "local_infile": False,
        "sql_mode": MODE,
    },
    opening=open_mysql,
)
REDSHIFT = Dialect(
    product="Redshift",
    driver="redshift+redshift_connector",
    library="redshift_connector",
    extra="redshift",
    scheme="redshift",
    sql="redshift",
    port=5439,
    options=frozenset({"sslmode"}),
    system=frozenset({"information_schema", "pg_catalog", "pg_internal", "pg_automv", "pg_s3"}),
    views="SELECT viewname, definition FROM pg_catalog.pg_views WHERE schemaname = :schema",
    arguments=lambda terms: {"timeout": terms.connect},
    opening=told("SET statement_timeout TO {ms}"),
)
SNOWFLAKE = Dialect(
    product="Snowflake",
    driver="snowflake",
    library="snowflake.sqlalchemy",
    extra="snowflake",
    scheme="snowflake",
    sql="snowflake",
    options=frozenset({"warehouse", "role"}),
    arguments=lambda terms: {
        "login_timeout": terms.connect,
        "network_timeout": terms.statement + terms.connect,
        "session_parameters": {
            "STATEMENT_TIMEOUT_IN_SECONDS": terms.statement,
            "QUERY_TAG": "govportal",
        },
    },
)
BIGQUERY = Dialect(
    product="BigQuery",
    driver="bigquery",
    library="sqlalchemy_bigquery",
    extra="bigquery",
    scheme="bigquery",
    sql="bigquery",
    options=frozenset({"location"}),
    views="",
    opening=told("SELECT 1"),  # nothing is sent before
)
TRINO = Dialect(
    product="Trino",
    driver="trino",
    library="trino.sqlalchemy",
    extra="trino",
    scheme="trino",
    sql="trino",
    port=8080,
    statements=TrinoStatements(),
    arguments=lambda terms: {
        "http_scheme": "https" if terms.secret else "http",
        "request_timeout": terms.connect,
        "session_properties": {"query_max_run_time": f"{terms.statement}s"},
    },
    opening=told("SELECT 1"),  # nothing is sent before
)
MSSQL = Dialect(
    product="SQL Server",
    driver="mssql+pymssql",
    library="pymssql",
    extra="mssql",
    scheme="mssql",
    sql="tsql",
    port=1433,
    options=frozenset({"charset", "tds_version"}),
    system=frozenset({"INFORMATION_SCHEMA", "sys", "guest"})
    | {f"db_{each}" for each in ("owner", "accessadmin", "securityadmin", "ddladmin", "backupoperator")}
    | {f"db_{each}" for each in ("datareader", "datawriter", "denydatareader", "denydatawriter")},
    views="""SELECT v.name, m.definition FROM sys.views v
        JOIN sys.schemas s ON s.schema_id = v.schema_id
        JOIN sys.sql_modules m ON m.object_id = v.object_id WHERE s.name = :schema""",
    arguments=lambda terms: {
        "timeout": terms.statement,
        "login_timeout": terms.connect,
        "appname": "govportal",
        "read_only": True,
    },
    opening=told(f"SET LOCK_TIMEOUT {LOCK_PATIENCE * 1000}"),
)
ORACLE = Dialect(
    product="Oracle Database",
    driver="oracle+oracledb",
    library="oracledb",
    extra="oracle",
    scheme="oracle",
    sql="oracle",
    port=1521,
    options=frozenset({"service_name"}),
    system=frozenset({"SYS", "SYSTEM", "XDB", "CTXSYS", "MDSYS", "WMSYS", "OUTLN", "DBSNMP", "AUDSYS"}),
    views="",
    arguments=lambda terms: {"tcp_connect_timeout": terms.connect, "program": "govportal"},
    opening=open_oracle,
)
SQLITE = Dialect(  # its connections are those of the kind of its own: a file has no server to guard it
    product="SQLite",
    driver="sqlite+pysqlite",
    library="sqlite3",
    extra="",
    scheme="sqlite",
    sql="sqlite",
    views="SELECT name, sql FROM main.sqlite_schema WHERE type = 'view' AND :schema <> ''",
    flat=True,
    indexes={"include_auto_indexes": True},  # SQLAlchemy misses some unique columns
    statements=SqliteStatements(),
)
KNOWN = {
    "sqlite": SQLITE,
    "postgresql": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MYSQL,
    "redshift": REDSHIFT,
    "snowflake": SNOWFLAKE,
    "bigquery": BIGQUERY,
    "trino": TRINO,
    "mssql": MSSQL,
    "oracle": ORACLE,
}
"""By the first word of the URL, before a plus sign."""


def opened_by_the_operator() -> frozenset[str]:
    """Further dialects that this installation has and trusts: SOURCE_DIALECTS, separated by commas."""
    named = os.environ.get("SOURCE_DIALECTS", "").split(",")
    return frozenset(each.strip() for each in named if each.strip())


def dialect_of(url: URL) -> Dialect:
    """The dialect of a URL; raises ConnectorError (config) where the portal may not use it."""
    name, _, driver = url.drivername.partition("+")
    found = KNOWN.get(name)
    if found is None:
        if url.drivername not in opened_by_the_operator():
            known = ", ".join(sorted({*KNOWN, *opened_by_the_operator()}))
            raise ConnectorError(f"“{url.drivername}” is not among {known}.", "config", "url")
        return Dialect(name, url.drivername, "", "", name, "", views="")
    if driver and url.drivername != found.driver:
        raise ConnectorError(f"Write {name}:// alone: the portal brings the driver.", "config", "url")
    return found


def credentials(dialect: Dialect, secret: str) -> dict[str, Any]:
    """What `create_engine` wants of a secret that is no password: for BigQuery a service account's key."""
    if dialect is not BIGQUERY:
        return {}
    try:
        key = json.loads(secret)
    except ValueError:
        key = None
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise ConnectorError(
            "BigQuery's secret is the key of a service account, as JSON.", "auth", "password"
        )
    return {"credentials_info": {**key, "token_uri": TOKEN_URI}}
