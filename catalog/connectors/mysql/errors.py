"""What went wrong with MySQL or MariaDB, said to a person, without values and without secrets.

Told apart by the server's error numbers (https://mariadb.com/kb/en/mariadb-error-code-reference/);
those from 2000 on are the client's own.
"""

from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.mysql.settings import MySqlSettings

Said = tuple[ErrorKind, str | None, str]
CODES: dict[int, Said] = {
    1045: ("auth", "password", "The server at {place} refused the password of user “{user}”."),
    1698: ("auth", "user", "The server at {place} does not let user “{user}” in from here."),
    1130: ("auth", "user", "The server at {place} does not let user “{user}” in from here."),
    1044: ("permission", "database", "User “{user}” may not use database “{database}”."),
    1049: ("unknown_database", "database", "The server at {place} has no database “{database}”."),
    1040: ("unreachable", None, "The server at {place} has no free connection. Try again later."),
    1142: ("permission", None, "User “{user}” lacks a privilege: {said}."),
    1143: ("permission", None, "User “{user}” lacks a privilege: {said}."),
    1227: ("permission", None, "User “{user}” lacks a privilege: {said}."),
    1370: ("permission", None, "User “{user}” lacks a privilege: {said}."),
    1410: ("permission", None, "User “{user}” lacks a privilege: {said}."),
    1356: ("permission", None, "A view reads what its definer may not: {said}."),
    1792: ("permission", None, "The portal only reads its sources."),
    1146: ("missing", None, "There is no such table: {said}."),
    1054: ("missing", None, "There is no such column: {said}."),
    1969: ("timeout", None, "A query took longer than the {statement_timeout} seconds it may take."),
    3024: ("timeout", None, "A query took longer than the {statement_timeout} seconds it may take."),
    1205: ("timeout", None, "Another session held a lock for longer than a query may wait."),
    2013: ("unreachable", None, "The connection to {place} was lost."),
    2006: ("unreachable", None, "The connection to {place} was lost."),
    2026: ("config", "tls", "The server at {place} does not offer the encryption that the settings ask for."),
}
CONNECTING: tuple[tuple[str, Said], ...] = (
    (
        "timed out",
        ("timeout", "host", "The server at {place} did not answer within {connect_timeout} seconds."),
    ),
    ("Name or service", ("unreachable", "host", "The host name “{host}” is not known.")),
    ("name resolution", ("unreachable", "host", "The host name “{host}” is not known.")),
    ("refused", ("unreachable", "port", "Nothing answers at {place}. Check host and port.")),
    (
        "SSL",
        ("config", "tls", "The server at {place} does not offer the encryption that the settings ask for."),
    ),
)
LOST: Said = ("unreachable", "host", "No connection to {place} came about. Check host and port.")
OTHER: Said = ("query", None, "The server did not accept the query: {said}.")


def told(error: BaseException, settings: MySqlSettings, database: str) -> ConnectorError:
    """Why a connection or a statement failed."""
    code, text = (*error.args, "", "")[:2]
    if isinstance(error, UnicodeError):
        return ConnectorError("A name or value is not valid text in UTF-8.", "query")
    kind, field, message = known(code, str(text))
    said = message.format(
        place=settings.place,
        host=settings.host,
        user=settings.user,
        database=database,
        statement_timeout=settings.statement_timeout,
        connect_timeout=settings.connect_timeout,
        said=str(text).rstrip("."),
    )
    return ConnectorError(said, kind, field)


def known(code: object, text: str) -> Said:
    if isinstance(code, int) and code in CODES:
        return CODES[code]
    if code in {2002, 2003, 2005}:
        return next((said for words, said in CONNECTING if words in text), LOST)
    return OTHER
