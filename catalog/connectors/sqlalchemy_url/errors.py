"""What went wrong behind a SQLAlchemy URL, said to a person. A driver's own words are read, never passed on.

Their texts may quote values and addresses; the words below are those of the drivers that the portal knows.
"""

import re

from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.sqlalchemy_url.settings import UrlSettings

Said = tuple[str, ErrorKind, str | None, str]
CONNECTING: tuple[Said, ...] = (
    (
        r"password|login failed|authenticat|access denied|unauthorized|incorrect username|ORA-01017|\b401\b",
        "auth",
        "password",
        "The source at {place} refused the user or the password.",
    ),
    (
        (
            r"(database|catalog|project|service).{0,80}(not exist|not found|unknown|not registered)|ORA-12514"
            "|unknown database|cannot open database"
        ),
        "unknown_database",
        "url",
        "The source at {place} has no “{database}”.",
    ),
    (r"timed? ?out|timeout", "timeout", "url", "The source at {place} did not answer in time."),
    (
        r"resolve|getaddrinfo|name or service|nodename|unknown host",
        "unreachable",
        "url",
        "The host name “{place}” is not known.",
    ),
    (
        r"refused|unreachable|no route",
        "unreachable",
        "url",
        "Nothing answers at {place}. Check host and port.",
    ),
)
QUERYING: tuple[Said, ...] = (
    (
        r"read.?only",
        "permission",
        None,
        "The portal only reads its sources.",
    ),
    (
        r"permission|privilege|not authorized|not authorised|denied|forbidden|ORA-01031",
        "permission",
        None,
        "The account lacks a privilege for this.",
    ),
    (
        r"timed? ?out|timeout|cancell?ed|time limit|max_\w+_time|interrupted|DPY-4024",
        "timeout",
        None,
        "A query took longer than the {seconds} seconds it may take.",
    ),
    (
        (
            r"does ?n[o']t exist|no such|unknown (column|table)|invalid (object|column|identifier)|not found"
            r"|cannot be resolved|unrecognized name|ORA-00942|ORA-00904"
        ),
        "missing",
        None,
        "There is no such table or column.",
    ),
    (
        r"server closed|connection (was )?(lost|closed|reset)|gone away|broken pipe",
        "unreachable",
        None,
        "The connection to {place} was lost.",
    ),
)
LOST: Said = ("", "unreachable", "url", "No connection to {place} came about ({code}).")
OTHER: Said = ("", "query", None, "The source did not accept the query ({code}).")
CODE = re.compile(r"[A-Z0-9-]{1,12}")


def told(error: BaseException, settings: UrlSettings, connected: bool) -> ConnectorError:
    """Why a connection or a statement failed."""
    words = str(error)
    known, other = (QUERYING, OTHER) if connected else (CONNECTING, LOST)
    found = (each for each in known if re.search(each[0], words, re.IGNORECASE))
    _, kind, field, message = next(found, other)
    said = message.format(
        place=settings.place,
        database=settings.database,
        seconds=settings.statement_timeout,
        code=code_of(error),
    )
    return ConnectorError(said, kind, field)


def code_of(error: BaseException) -> str:
    """The engine's number of the error where it gives one, else the driver's name of its kind."""
    for value in (getattr(error, "sqlstate", None), *error.args[:1]):
        if isinstance(value, int | str) and CODE.fullmatch(str(value)):
            return f"{type(error).__name__} {value}"
    return type(error).__name__
