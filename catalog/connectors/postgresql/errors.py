"""What went wrong with PostgreSQL, said to a person, without values and without secrets.

A failed connection carries no SQLSTATE in libpq, only English (or translated) text, so those
are told apart by their words; everything after the connection is told apart by its SQLSTATE
(https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""

import re

import psycopg

from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.postgresql.settings import PostgresSettings

CONNECTING: tuple[tuple[str, ErrorKind, str | None, str], ...] = (
    (
        r"password authentication failed|no password supplied|empty password",
        "auth",
        "password",
        "The server at {place} refused the password of user “{user}”.",
    ),
    (r"role .* does not exist", "auth", "user", "The server at {place} does not know the user “{user}”."),
    (
        r"pg_hba\.conf|(peer|ident|certificate|GSSAPI) authentication failed|not permitted to log in",
        "auth",
        "user",
        "The server at {place} does not let user “{user}” in from here.",
    ),
    (
        r"database .* does not exist|not currently accepting connections",
        "unknown_database",
        "database",
        "The server at {place} has no database “{database}” to connect to.",
    ),
    (
        r"permission denied for database",
        "permission",
        "database",
        "User “{user}” may not connect to database “{database}”: grant it CONNECT.",
    ),
    (
        r"timeout expired",
        "timeout",
        "host",
        "The server at {place} did not answer within {connect_timeout} seconds.",
    ),
    (
        r"resolve host|translate host name|Name or service not known",
        "unreachable",
        "host",
        "The host name “{host}” is not known.",
    ),
    (r"Connection refused", "unreachable", "port", "Nothing answers at {place}. Check host and port."),
    (
        r"SSL was required|does not support SSL|root certificate|certificate verify|SSL error",
        "config",
        "sslmode",
        "The server at {place} does not offer the encryption that the settings ask for.",
    ),
    (
        r"too many (connections|clients)|remaining connection slots",
        "unreachable",
        None,
        "The server at {place} has no free connection. Try again later.",
    ),
    (
        r"the database system is",
        "unreachable",
        None,
        "The server at {place} is starting, stopping or recovering. Try again later.",
    ),
    (
        r"authentication request|invalid response|unsupported frontend protocol",
        "unreachable",
        "port",
        "What answers at {place} is not PostgreSQL.",
    ),
)

STATES: tuple[tuple[str, ErrorKind, str], ...] = (
    ("57014", "timeout", "A query took longer than the {statement_timeout} seconds it may take."),
    ("55P03", "timeout", "Another session held a lock for longer than a query may wait."),
    ("42501", "permission", "User “{user}” lacks a privilege: {said}."),
    ("25006", "permission", "The portal only reads its sources: {said}."),
    ("42P01", "missing", "There is no such table: {said}."),
    ("3F000", "missing", "There is no such schema: {said}."),
    ("42703", "missing", "There is no such column: {said}."),
    ("22", "query", "A value does not fit the type of its column."),  # its text quotes the value
    ("08", "unreachable", "The connection to {place} was lost."),
    ("57P", "unreachable", "The server at {place} ended the connection."),
    ("", "query", "The server did not accept the query: {said}."),
)


def connecting(error: psycopg.Error, settings: PostgresSettings, database: str) -> ConnectorError:
    """Why no connection came about."""
    for words, kind, field, message in CONNECTING:
        if re.search(words, str(error), re.IGNORECASE):
            return ConnectorError(tell(message, settings, database), kind, field)
    message = "No connection to {place} came about. Check host and port."
    return ConnectorError(tell(message, settings, database), "unreachable", "host")


def querying(error: BaseException, settings: PostgresSettings, database: str) -> ConnectorError:
    """Why a statement failed."""
    if isinstance(error, UnicodeError):
        return ConnectorError("A name or value is not valid text in UTF-8.", "query")
    state = getattr(error, "sqlstate", None)
    if state is None:
        return without_state(error, settings, database)
    said = (error.diag.message_primary if isinstance(error, psycopg.Error) else None) or state
    for prefix, kind, message in STATES:
        if state.startswith(prefix):
            return ConnectorError(tell(message, settings, database, said.rstrip(".")), kind)
    raise AssertionError("the last prefix fits every state")


def without_state(error: BaseException, settings: PostgresSettings, database: str) -> ConnectorError:
    """The driver failed by itself: the connection broke, or a value cannot be sent."""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return ConnectorError(tell("The connection to {place} was lost.", settings, database), "unreachable")
    return ConnectorError("A value cannot be sent to the server as it is.", "query")


def tell(message: str, settings: PostgresSettings, database: str, said: str = "") -> str:
    """The message with names filled in; the password is not known here."""
    return message.format(
        place=settings.place,
        host=settings.host,
        user=settings.user,
        database=database,
        connect_timeout=settings.connect_timeout,
        statement_timeout=settings.statement_timeout,
        said=said,
    )
