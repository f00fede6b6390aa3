"""What ran, as MySQL and MariaDB tell: counters by digest of the performance schema, else a log in a table.

The counters know no user. Which of the logs is on, the general one before the slow one, is read from where
the last reading ended; the general log knows neither how long a statement took nor, of a session that began
earlier, its database.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, text

from catalog.connectors.mysql.privileges import grantee
from catalog.connectors.usage import NotCounting, QueryFacts, UsageReading

MOST = 50_000  # rows at a time
SETTLED = 2  # seconds; a row is written a moment after its time
SETTINGS = text("""
    SELECT @@performance_schema, @@log_output, @@general_log, @@slow_query_log, CURRENT_USER(),
           UNIX_TIMESTAMP(NOW(6))
""")
DIGESTING = text("SELECT enabled FROM performance_schema.setup_consumers WHERE name = 'statements_digest'")
DATABASES: BindParameter[object] = bindparam("databases", expanding=True)
DIGESTS = text("""
    SELECT schema_name, digest_text, count_star, sum_timer_wait / 1e9, sum_rows_affected + sum_rows_sent,
           digest, UNIX_TIMESTAMP(first_seen)
    FROM performance_schema.events_statements_summary_by_digest
    WHERE schema_name IN :databases AND digest IS NOT NULL ORDER BY count_star DESC LIMIT :most
""").bindparams(DATABASES)
GENERAL = text("""
    SELECT UNIX_TIMESTAMP(event_time), user_host, thread_id, command_type, argument
    FROM mysql.general_log
    WHERE UNIX_TIMESTAMP(event_time) > :after AND UNIX_TIMESTAMP(event_time) <= :until
    ORDER BY event_time LIMIT :most
""")
SLOW = text("""
    SELECT UNIX_TIMESTAMP(start_time), user_host, db, sql_text, TIME_TO_SEC(query_time) * 1000,
           rows_sent
    FROM mysql.slow_log
    WHERE UNIX_TIMESTAMP(start_time) > :after AND UNIX_TIMESTAMP(start_time) <= :until
    ORDER BY start_time LIMIT :most
""")
ENTERED = re.compile(r" on (\S*) using ")
OFF = "The server neither counts its queries (performance_schema) nor logs them in a table."
REMEDY = "SET GLOBAL log_output = 'TABLE'; SET GLOBAL slow_query_log = ON; SET GLOBAL long_query_time = 0;"


def usage(connection: Connection, databases: Sequence[str], cursor: str) -> UsageReading:
    """What ran in these databases; raises NotCounting, also where we lack the privilege to know."""
    counting, output, general, slow, user, now = connection.execute(SETTINGS).one()
    if counting and connection.execute(DIGESTING).scalar() == "YES":
        return digests(connection, databases, float(now))
    if "TABLE" not in str(output) or not (general or slow):
        raise NotCounting(OFF, REMEDY)
    return Log("general" if general else "slow", user.rpartition("@")[0], databases).read(
        connection, cursor, float(now)
    )


def remedy(held_by: str) -> str:
    """What lets an account read all that may tell."""
    tables = ("performance_schema.*", "mysql.general_log", "mysql.slow_log")
    return " ".join(f"GRANT SELECT ON {each} TO {grantee(held_by)};" for each in tables)


def moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def digests(connection: Connection, databases: Sequence[str], now: float) -> UsageReading:
    """The counters; the one of all statements beyond the server's limit has no digest, and is left out."""
    rows = connection.execute(DIGESTS, {"databases": list(databases), "most": MOST}).all()
    facts = tuple(
        QueryFacts(
            *(row[0], "", str(row[1] or "").replace("...", "?"), int(row[2]), float(row[3]), int(row[4])),
            key=f"{row[0]}:{row[5]}",
            since=moment(row[6]),
        )
        for row in rows
    )
    whole = databases if len(rows) < MOST else ()
    return UsageReading(moment(now), facts, whole=frozenset(whole))


class Log:
    """One of the logs that are tables."""

    def __init__(self, name: str, own: str, databases: Sequence[str]) -> None:
        self.name = name
        self.own = own
        self.databases = set(databases)
        self.entered: dict[int, str] = {}

    def read(self, connection: Connection, cursor: str, now: float) -> UsageReading:
        """What was written after the moment of the cursor."""
        name, _, after = cursor.partition(" ")
        since = float(after) if name == self.name else 0.0
        asked = {"after": since, "until": now - SETTLED, "most": MOST}
        query = GENERAL if self.name == "general" else SLOW
        rows = connection.execute(query, asked).all()
        if len(rows) == MOST:  # what has the last moment may go on beyond them
            rows = [row for row in rows if row[0] < rows[-1][0]] or rows
        reached = rows[-1][0] if rows else since
        told = self.general(rows) if self.name == "general" else self.slow(rows)
        return UsageReading(moment(now), ran=tuple(told), cursor=f"{self.name} {reached}")

    def general(self, rows: Sequence[Any]) -> Iterator[QueryFacts]:
        """Every statement; in which database it ran, its session said before."""
        for at, host, thread, command, argument in rows:
            said = plain(argument)
            if command == "Connect":
                found = ENTERED.search(said)
                self.entered[thread] = found[1] if found else ""
            elif command == "Init DB":
                self.entered[thread] = said
            elif command in {"Query", "Execute"} and self.wanted(host, self.entered.get(thread, "")):
                yield self.facts(at, host, self.entered.get(thread, ""), said, 0.0, 0)

    def slow(self, rows: Sequence[Any]) -> Iterator[QueryFacts]:
        """The statements that took longer than the server's limit."""
        for at, host, database, statement, took, count in rows:
            if self.wanted(host, plain(database)):
                yield self.facts(at, host, plain(database), plain(statement), float(took), int(count))

    def wanted(self, host: str, database: str) -> bool:
        """Whether it is of another account, in a database of the settings or one that is not known."""
        return account(plain(host)) != self.own and (not database or database in self.databases)

    @staticmethod
    def facts(at: Any, host: Any, database: str, said: str, took: float, count: int) -> QueryFacts:
        return QueryFacts(database, account(plain(host)), said, 1, took, count, at=moment(at))


def plain(value: Any) -> str:
    """Text, as a log's columns may come as bytes; without what no text of ours can hold."""
    said = value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
    return said.replace("\0", "")


def account(host: str) -> str:
    """`ann` of `ann[ann] @ localhost [127.0.0.1]`."""
    return host.partition("[")[0]
