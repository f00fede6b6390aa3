"""Whether a statement only reads: not every engine has read-only transactions. Pure."""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog.connectors.errors import ConnectorError

WRITING = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)
BEGINNING = re.compile(  # a comment ends where it ends: no other end is tried
    r"(?:\s|\(|--[^\n]*\n|(?>/\*.*?\*/))*(?:select|with|values)\b", re.IGNORECASE | re.DOTALL
)
RUN_COMMENT = re.compile(r"/\*M?!")  # MySQL runs what stands in such a comment
ONLY_READS = "The portal only reads its sources: write one SELECT."


def refuse_nul(query: str) -> None:
    """Raise ConnectorError for a text of which a driver may send the part before the NUL."""
    if "\x00" in query:
        raise ConnectorError("A query cannot hold a NUL character.", "query")


def refuse_writing(query: str, dialect: str) -> None:
    """Raise ConnectorError unless the text is one SELECT, WITH or VALUES that changes nothing."""
    refuse_nul(query)
    if not BEGINNING.match(query) or RUN_COMMENT.search(query):
        raise ConnectorError(ONLY_READS, "permission")
    try:
        parsed = sqlglot.parse(query, dialect=dialect or None)
    except (SqlglotError, RecursionError, LookupError, AttributeError, TypeError, ValueError):  # it has bugs
        raise ConnectorError("The query could not be understood, so it was not sent.", "query") from None
    statements = [each for each in parsed if each is not None and not isinstance(each, exp.Semicolon)]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query | exp.Values):
        raise ConnectorError(ONLY_READS, "permission")
    if any(isinstance(each, WRITING) and not isinstance(each, exp.Query) for each in statements[0].walk()):
        raise ConnectorError(ONLY_READS, "permission")
