"""What went wrong with Spark, said to a person. Spark's own words may quote values: they are never passed on.

Told apart by Spark's error conditions (https://spark.apache.org/docs/latest/sql-error-conditions.html).
"""

import re

from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.spark.settings import SparkSettings

Said = tuple[str, ErrorKind, str | None, str]
CONDITION = re.compile(r"\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\]")
KNOWN: tuple[Said, ...] = (
    (r"UNAUTHENTICATED|Invalid authentication", "auth", "password", "Spark at {place} refused the token."),
    (
        r"PERMISSION_DENIED|INSUFFICIENT_PERMISSIONS|AccessControlException|not authorized",
        "permission",
        None,
        "The account lacks a privilege for this.",
    ),
    (
        r"OPERATION_CANCELED|DEADLINE_EXCEEDED",
        "timeout",
        None,
        "A query took longer than the {seconds} seconds it may take.",
    ),
    (
        r"TABLE_OR_VIEW_NOT_FOUND|UNRESOLVED_COLUMN|SCHEMA_NOT_FOUND|UNRESOLVED_FIELD|FIELD_NOT_FOUND",
        "missing",
        None,
        "There is no such table or column.",
    ),
    (r"PATH_NOT_FOUND|FILE_NOT_EXIST", "missing", None, "Files of the table are not there any more."),
    (
        r"UNAVAILABLE|NO_ACTIVE_SESSION|Channel closed|CANCELLED",
        "unreachable",
        None,
        "The connection to {place} was lost.",
    ),
)
OTHER: Said = ("", "query", None, "Spark did not accept the query{code}.")


def told(error: BaseException, settings: SparkSettings, late: bool = False) -> ConnectorError:
    """Why a statement failed; a `late` one because it was ended."""
    words = "OPERATION_CANCELED" if late else f"{condition_of(error)} {error}"
    found = (each for each in KNOWN if re.search(each[0], words))
    _, kind, field, message = next(found, OTHER)
    code = condition_of(error)
    said = message.format(
        place=settings.place, seconds=settings.statement_timeout, code=f": {code}" if code else ""
    )
    return ConnectorError(said, kind, field)


def condition_of(error: BaseException) -> str:
    """Spark's name of what is wrong, empty where there is none."""
    named = getattr(error, "getCondition", None)
    found = named() if named else None
    if isinstance(found, str) and CONDITION.fullmatch(f"[{found}]"):
        return found
    written = CONDITION.search(str(error))
    return written[1] if written else ""
