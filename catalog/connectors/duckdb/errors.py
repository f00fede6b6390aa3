"""What went wrong in DuckDB, said to a person, without values."""

import duckdb

from catalog.connectors.errors import ConnectorError, ErrorKind

Said = tuple[ErrorKind, str]
KINDS: tuple[tuple[type[Exception], Said], ...] = (
    (duckdb.InterruptException, ("timeout", "A query took longer than the {timeout} seconds it may take.")),
    (duckdb.OutOfMemoryException, ("query", "The query needs more than the {memory} megabytes it may use.")),
    (duckdb.PermissionException, ("permission", "The query may read nothing outside the source.")),
    (duckdb.ConversionException, ("query", "A value cannot be read as the type that is asked for.")),
    (duckdb.OutOfRangeException, ("query", "A number is out of the range of its type.")),
    (duckdb.CatalogException, ("missing", "{said}.")),
    (duckdb.Error, ("query", "DuckDB did not accept the query: {said}.")),
)
MISSING = ("not found in FROM clause", "Referenced table", "does not have a column named")
OTHER: Said = ("query", "The query cannot be run: {said}.")


def told(error: BaseException, timeout: int, memory: int) -> ConnectorError:
    """Why a statement failed."""
    text = gist(error)
    kind, message = next((said for known, said in KINDS if isinstance(error, known)), OTHER)
    if isinstance(error, duckdb.BinderException) and any(words in text for words in MISSING):
        kind = "missing"
    return ConnectorError(message.format(timeout=timeout, memory=memory, said=text), kind)


def gist(error: BaseException) -> str:
    """The first line, without the kind of error that DuckDB puts before it, and without its hints."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    before, colon, after = line.partition(": ")
    return (after if colon and before.endswith("Error") else line).rstrip(".! ")
