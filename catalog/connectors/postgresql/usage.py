"""What ran, from pg_stat_statements: counters for each user, database and statement. PostgreSQL 13 or later.

Its columns changed over the versions, so it is asked which it has. A role without pg_read_all_stats is shown
the counters of others without their text. What our own role ran is the portal's work, and left out.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, text

from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql import privileges
from catalog.connectors.postgresql.session import Session
from catalog.connectors.usage import NotCounting, QueryFacts, UsageReading

MOST = 50_000  # counters; the server keeps 5,000 unless it is told otherwise
HIDDEN = "<insufficient privilege>"
VIEW = text("""
    SELECT n.nspname, array_agg(a.attname::text),
           EXISTS (SELECT FROM pg_catalog.pg_class i
                   WHERE i.relnamespace = n.oid AND i.relname = 'pg_stat_statements_info')
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE e.extname = 'pg_stat_statements' GROUP BY n.oid, n.nspname
""")
COUNTERS = """
    SELECT d.datname, coalesce(r.rolname, s.userid::text), s.query, s.calls, {time}, s.rows,
           concat_ws(':', s.userid, s.dbid, s.queryid, {toplevel}), {since}
    FROM {schema}.pg_stat_statements s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
    WHERE d.datname = ANY (:databases) AND r.rolname IS DISTINCT FROM current_user
    ORDER BY s.calls DESC LIMIT :most
"""


def usage(session: Session, databases: Sequence[str]) -> UsageReading:
    """All counters of these databases; one of them must have the extension. Raises ConnectorError."""
    reasons: list[ConnectorError] = []
    for database in databases:
        try:
            with session.reading(database) as connection:
                if found := reading(connection, databases):
                    return found
                reasons.append(why_not(connection, database))
        except ConnectorError as error:
            reasons.append(error)
    others = [each for each in reasons if not isinstance(each, NotCounting)]
    raise (others or reasons)[0]


def why_not(connection: Connection, database: str) -> NotCounting:
    """What is missing, and the statement that would help."""
    check = privileges.statements(database, *connection.execute(privileges.STATEMENTS).one())
    return NotCounting(check.message, check.remedy)


def reading(connection: Connection, databases: Sequence[str]) -> UsageReading | None:
    """What the view says, None where there is none, or nobody counts."""
    view = connection.execute(VIEW).first()
    _, loaded = connection.execute(privileges.STATEMENTS).one()
    if view is None or not loaded:
        return None
    schema = privileges.quoted(view[0]).replace(":", "\\:")  # which would mark a bound value
    reset = f"(SELECT stats_reset FROM {schema}.pg_stat_statements_info)" if view[2] else "NULL::timestamptz"  # noqa: S608 - a quoted name
    at, reset_at = connection.execute(text(f"SELECT clock_timestamp(), {reset}")).one()
    asked = {"databases": list(databases), "most": MOST + 1}
    rows = connection.execute(text(counters(schema, view[1])), asked).all()
    told = [row for row in rows[:MOST] if row[2] not in {None, HIDDEN}]
    hidden = [row for row in rows[:MOST] if row[2] in {None, HIDDEN}]
    in_part = set(databases) if len(rows) > MOST else {row[0] for row in hidden}
    facts = tuple(QueryFacts(*row) for row in told)
    return UsageReading(at, facts, (), frozenset(databases) - in_part, reset_at, len(hidden))


def counters(schema: str, columns: Collection[str]) -> str:
    """The query for a server whose view has these columns."""
    return COUNTERS.format(
        schema=schema,
        time="s.total_exec_time" if "total_exec_time" in columns else "s.total_time",
        toplevel="s.toplevel" if "toplevel" in columns else "true",
        since="s.stats_since" if "stats_since" in columns else "NULL::timestamptz",
    )
