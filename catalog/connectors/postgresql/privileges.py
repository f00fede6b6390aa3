"""What a role may do at a server, and the statement that would give it what it lacks."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import text

from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql.queries import RELATIONS, SCHEMAS, asking
from catalog.connectors.protocol import Check

SERVER = text("""
    SELECT version(), current_setting('server_version'), current_user,
           (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
           (SELECT array_agg(datname ORDER BY datname COLLATE "C") FROM pg_catalog.pg_database
            WHERE datallowconn AND NOT datistemplate AND has_database_privilege(datname, 'CONNECT')),
           pg_has_role('pg_read_all_stats', 'USAGE')
""")

# The setting exists where the library is loaded.
STATEMENTS = text("""
    SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements'),
           current_setting('pg_stat_statements.track', true) IS NOT NULL
""")

READABLE = asking(
    """
    SELECT r.nspname, r.relname, has_schema_privilege(r.nspname, 'USAGE'),
           has_any_column_privilege(r.oid, 'SELECT') AND has_schema_privilege(r.nspname, 'USAGE')
    FROM relations r WHERE NOT r.relispartition ORDER BY r.nspname COLLATE "C"
    """,
    SCHEMAS,
    RELATIONS,
)


def signed_in(user: str, superuser: bool, all_stats: bool) -> list[Check]:
    """What is known once the server has answered."""
    found = [Check("Reach the server", True), Check("Sign in", True, f"As “{user}”.")]
    if superuser:
        advice = f"“{user}” is a superuser: a role that may only read is enough."
        found.append(Check("Have no more rights than needed", False, advice, needed=False))
    else:
        found.append(Check("Have no more rights than needed", True, needed=False))
    lacking = "" if all_stats else "Without it the queries of others are hidden, and so is who uses what."
    remedy = "" if all_stats else f"GRANT pg_read_all_stats TO {quoted(user)};"
    return [*found, Check("See the activity of all users", all_stats, lacking, remedy, needed=False)]


def connected(database: str, user: str, error: ConnectorError | None) -> Check:
    """Whether a database lets us in."""
    name = f"Connect to “{database}”"
    if error is None:
        return Check(name, True)
    grant = f"GRANT CONNECT ON DATABASE {quoted(database)} TO {quoted(user)};"
    return Check(name, False, error.message, grant if error.kind == "permission" else "")


def readable(
    database: str, user: str, rows: Iterable[Sequence[Any]], covers: Callable[[str, str, str], bool]
) -> list[Check]:
    """That everything is listed, and for each schema that holds something unreadable the grant that helps."""
    there = [row for row in rows if covers(database, row[0], row[1])]
    count = len(there)
    found = [Check(f"List what is in “{database}”", True, f"{count} tables and views.")]
    closed = Counter((schema, may_enter) for schema, _, may_enter, may_read in there if not may_read)
    if not closed:
        return [*found, Check(f"Read the tables of “{database}”", True)]
    return found + [unreadable(database, user, *at, number) for at, number in closed.items()]


def unreadable(database: str, user: str, schema: str, may_enter: bool, count: int) -> Check:
    """One schema with tables that may not be read."""
    remedy = f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(schema)} TO {quoted(user)};"
    if not may_enter:
        remedy = f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {quoted(user)}; {remedy}"
    message = (
        f"“{user}” cannot read {count} of its tables and views. What cannot be read is listed all the same."
    )
    return Check(f"Read schema “{schema}” of “{database}”", False, message, remedy)


def statements(database: str, installed: bool, loaded: bool) -> Check:
    """Whether the server counts queries, and shows it in this database."""
    name = f"See the queries that ran in “{database}”"
    if installed and loaded:
        return Check(name, True, needed=False)
    message = "The extension pg_stat_statements is not installed in this database."
    if not loaded:
        message = "The server does not load pg_stat_statements: add it to shared_preload_libraries, restart."
    remedy = "" if installed else "CREATE EXTENSION pg_stat_statements;"
    return Check(name, False, message, remedy, needed=False)


def quoted(name: str) -> str:
    """An identifier for a person to paste."""
    return '"' + name.replace('"', '""') + '"'
