"""Makes the three databases of the demo company on a PostgreSQL server."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from govportal.demo import clinic, shop
from govportal.demo.server import CLINIC, DATABASES, SHOP, WAREHOUSE, connect
from govportal.demo.shop_people import DEMO_SUBJECT, people
from govportal.demo.tables import Table

__all__ = ["DATABASES", "DEMO_SUBJECT", "READER", "READER_PASSWORD", "NotOurs", "create_databases"]

SQL = Path(__file__).parent / "sql"
READER = "govportal_reader"
READER_PASSWORD = "demo-reader-2026"  # noqa: S105 - published on purpose: it guards invented rows
MARK = "govportal demo company: invented rows, dropped and made again by the demo"

Progress = Callable[[str], None]


class NotOurs(Exception):
    """A database of that name exists and was not made here. The message is shown to the reader."""


def create_databases(server_url: str, progress: Progress, today: date | None = None) -> None:
    """Drop and make `shop`, `clinic` and `warehouse` (empty, for the pipeline) and the reading role.

    `server_url` must belong to a superuser, or to a role that may create databases and roles.
    The rows depend on `today` only (default: the real day in UTC), and nothing happened after its midnight.
    Raises NotOurs, before anything is touched, where one of the three names is taken by somebody else.
    """
    day = today or datetime.now(UTC).date()
    with connect(server_url, "postgres") as server:
        refuse_strangers(server)
        make_reader(server)
        for name in DATABASES:
            recreate(server, name)
    persons = people(day)
    fill(server_url, SHOP, shop.tables(day, persons), progress)
    fill(server_url, CLINIC, clinic.tables(day, persons), progress)
    with connect(server_url, WAREHOUSE) as connection:
        run_file(connection, "warehouse.sql")
        grant(connection, ("staging", "core", "mart", "ml"))
    progress("warehouse: staging, core, mart and ml are laid out")


def refuse_strangers(server: Connection[TupleRow]) -> None:
    found = server.execute(
        "SELECT datname FROM pg_database WHERE datname = ANY(%s)"
        " AND shobj_description(oid, 'pg_database') IS DISTINCT FROM %s",
        (list(DATABASES), MARK),
    ).fetchall()
    if found:
        names = ", ".join(sorted(name for (name,) in found))
        raise NotOurs(f"The server already has a database of this name that the demo did not make: {names}.")


def make_reader(server: Connection[TupleRow]) -> None:
    """The role by which the portal reads: it can log in and select, and nothing else."""
    role = sql.Identifier(READER)
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (READER,)).fetchone():
        server.execute(sql.SQL("CREATE ROLE {}").format(role))
    server.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            role, sql.Literal(READER_PASSWORD)
        )
    )
    server.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))


def recreate(server: Connection[TupleRow], name: str) -> None:
    database = sql.Identifier(name)
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
    server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(database))
    server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(MARK)))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(READER)))


def fill(server_url: str, database: str, tables: list[Table], progress: Progress) -> None:
    """Tables, rows, views, rights and statistics of one source, in one transaction."""
    with connect(server_url, database) as connection, connection.transaction():
        run_file(connection, f"{database}_tables.sql")
        for table in tables:
            load(connection, table)
        run_file(connection, f"{database}_views.sql")
        run_file(connection, "finish.sql")
        grant(connection, ("public",))
        connection.execute("ANALYZE")
    rows = sum(len(table.rows) for table in tables)
    progress(f"{database}: {len(tables)} tables with {rows:,} rows")


def load(connection: Connection[TupleRow], table: Table) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with connection.cursor().copy(statement) as copy:
        for row in table.rows:
            copy.write_row(row)


def grant(connection: Connection[TupleRow], schemas: tuple[str, ...]) -> None:
    for schema in schemas:
        names = {"schema": sql.Identifier(schema), "reader": sql.Identifier(READER)}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {reader}").format(**names))
        connection.execute(
            sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}").format(**names)
        )


def run_file(connection: Connection[TupleRow], name: str) -> None:
    connection.execute((SQL / name).read_bytes())
