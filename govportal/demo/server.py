"""Reaching the databases of one PostgreSQL server by a single URL."""

from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

SHOP, CLINIC, WAREHOUSE = "shop", "clinic", "warehouse"
DATABASES = (SHOP, CLINIC, WAREHOUSE)
AUTHORITY = "demo:5432"  # how lineage names the server, wherever it really listens


def connect(server_url: str, database: str) -> Connection[TupleRow]:
    """Autocommit connection to one database of the server, whatever database the URL names."""
    where = make_conninfo(server_url, dbname=database, application_name="govportal demo")
    connection = Connection.connect(where, autocommit=True)
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET synchronous_commit = off")  # the demo can be made again; the disk need not wait
    return connection


def source_settings(server_url: str, user: str, authority: str) -> dict[str, object]:
    """What the portal's form for a PostgreSQL source asks for, to harvest all three databases."""
    with connect(server_url, WAREHOUSE) as connection:
        return {
            "host": connection.info.host,
            "port": connection.info.port,
            "database": WAREHOUSE,
            "databases": list(DATABASES),
            "user": user,
            "authority": authority,
        }
