"""Which tables the SQL of a view reads, where the engine itself does not say. Pure."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

Name = tuple[str, str, str]
"""Database, schema and table; empty where the SQL leaves them out."""


def read_by(sql: str, dialect: str) -> set[Name]:
    """The names of all tables that are read, none where the SQL cannot be parsed."""
    try:
        parsed = sqlglot.parse_one(sql, dialect=dialect)
    except (SqlglotError, RecursionError):
        return set()
    body = parsed.expression if isinstance(parsed, exp.Create) else parsed
    if not isinstance(body, exp.Expr):
        return set()
    inner = {each.alias.lower() for each in body.find_all(exp.CTE)}
    found = {(each.catalog, each.db, each.name) for each in body.find_all(exp.Table)}
    return {each for each in found if each[2] and (each[1] or each[2].lower() not in inner)}
