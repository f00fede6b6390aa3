"""Where Spark's statements differ, and the only statement of somebody else that it may be sent."""

from itertools import pairwise
from typing import Any

from sqlglot import tokenize
from sqlglot.errors import SqlglotError

from catalog.connectors.errors import ConnectorError
from catalog.connectors.guard import ONLY_READS, refuse_writing
from catalog.connectors.statements import Statements

CLOSED = frozenset({"reflect", "java_method", "try_reflect", "identifier"})
"""Functions that call any method of Java, and the word that names a function by a text."""


class SparkStatements(Statements):
    """Spark's SQL."""

    product = "Spark"
    matches = "RLIKE"


def only_reading(query: str, limit: int) -> str:
    """The query as a part of one that asks for `limit` rows; raises ConnectorError for what may do more.

    Spark itself takes nothing but a query between the brackets, whatever our own parser made of it.
    """
    refuse_writing(query, "spark")
    try:
        tokens = tokenize(query, dialect="spark")
    except SqlglotError:
        raise ConnectorError("The query could not be understood, so it was not sent.", "query") from None
    if any(runs_code(*pair) for pair in pairwise(tokens)):
        raise ConnectorError(ONLY_READS, "permission")
    while tokens and tokens[-1].token_type.name == "SEMICOLON":
        query = query[: tokens.pop().start]
    return f"SELECT * FROM (\n{query}\n) LIMIT {int(limit)}"  # noqa: S608 - what it may be was checked


def runs_code(first: Any, second: Any) -> bool:
    """Whether two tokens run a script (`TRANSFORM (…) USING 'script'`) or a closed function."""
    after = str(second.token_type.name)
    if first.token_type.name == "USING":
        return after != "L_PAREN"
    return after == "L_PAREN" and str(first.text).lower() in CLOSED
