"""What went wrong with SQLite, said to a person, without values."""

from itertools import chain

from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.local import permit
from catalog.connectors.sqlite.regexps import Late, Unreadable
from catalog.connectors.sqlite.settings import SqliteSettings

Said = tuple[ErrorKind, str | None, str]
CODES: dict[str, Said] = {
    "SQLITE_INTERRUPT": ("timeout", None, "A query took longer than the {timeout} seconds it may take."),
    "SQLITE_BUSY": ("timeout", "path", "Another program is writing to “{path}”. Try again later."),
    "SQLITE_LOCKED": ("timeout", "path", "Another program is writing to “{path}”. Try again later."),
    "SQLITE_AUTH": ("permission", None, "The portal only reads its sources."),
    "SQLITE_READONLY": ("permission", None, "The portal only reads its sources."),
    "SQLITE_NOTADB": ("config", "path", "“{path}” is no SQLite database, or an encrypted one."),
    "SQLITE_CORRUPT": ("query", "path", "“{path}” is damaged."),
    "SQLITE_TOOBIG": ("query", None, "A value is longer than the portal reads."),
    "SQLITE_NOMEM": ("query", None, "The query needs more memory than there is."),
    # A database in WAL mode keeps a file beside it that even its readers write to.
    "SQLITE_CANTOPEN": (
        "permission",
        "path",
        "“{path}” cannot be opened. If it is in WAL mode, the portal needs to write to its folder: {permit}.",
    ),
}
MISSING: Said = ("missing", None, "There is no such table or column: {said}.")
OTHER: Said = ("query", None, "SQLite did not accept the query: {said}.")
WORDS: tuple[tuple[str, Said], ...] = (
    ("no such table", MISSING),
    ("no such column", MISSING),
    ("not authorized", CODES["SQLITE_AUTH"]),
    ("prohibited", CODES["SQLITE_AUTH"]),
    ("too many attached databases", CODES["SQLITE_AUTH"]),
    ("one statement at a time", ("query", None, "Write one statement at a time.")),
)
OURS: tuple[tuple[type[BaseException], Said], ...] = (
    (Late, CODES["SQLITE_INTERRUPT"]),
    (Unreadable, ("query", None, "{said}.")),
    (UnicodeError, ("query", None, "A name or value is not valid text in UTF-8.")),
)


def told(error: BaseException, settings: SqliteSettings) -> ConnectorError:
    """Why a connection or a statement failed."""
    kind, field, message = known(error)
    said = message.format(
        path=settings.path,
        timeout=settings.statement_timeout,
        permit=permit(settings.file.parent, "rwx"),
        said=str(error).rstrip("."),
    )
    return ConnectorError(said, kind, field)


def known(error: BaseException) -> Said:
    """What a person can do about it, told apart by SQLite's code and, failing that, its words."""
    for kind, said in OURS:
        if isinstance(error, kind):
            return said
    text, name = str(error), str(getattr(error, "sqlite_errorname", ""))
    worded = (said for words, said in WORDS if words in text)
    coded = (said for code, said in CODES.items() if name.startswith(code))
    return next(chain(worded, coded), OTHER)


def no_such_database(name: str, settings: SqliteSettings) -> ConnectorError:
    """Another database than the file was asked for."""
    return ConnectorError(
        f"The source has no database “{name}”, only “{settings.database}”.", "unknown_database", "path"
    )
