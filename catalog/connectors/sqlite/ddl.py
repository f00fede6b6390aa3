"""What SQLite says only in the text of its CREATE statements. Pure: SQL in, names and SQL out."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECT = "sqlite"


def parsed(sql: str | None) -> exp.Expr | None:
    """The statement, or None where it cannot be read."""
    try:
        return sqlglot.parse_one(sql, dialect=DIALECT) if sql else None
    except (SqlglotError, RecursionError):
        return None


def generated(sql: str | None) -> dict[str, str]:
    """The expressions of generated columns, by the column's name in small letters."""
    statement = parsed(sql)
    if statement is None:
        return {}
    return {
        column.name.lower(): f"GENERATED ALWAYS AS ({text(made.this)})"
        for column in statement.find_all(exp.ColumnDef)
        for made in column.find_all(exp.ComputedColumnConstraint)
    }


def key_names(sql: str | None) -> dict[tuple[str, ...], str]:
    """The names of foreign keys that were given one, by their target and columns in small letters."""
    statement = parsed(sql)
    return dict(given(statement)) if statement is not None else {}


def given(statement: exp.Expr) -> Iterator[tuple[tuple[str, ...], str]]:
    for constraint in statement.find_all(exp.Constraint):
        for key in constraint.find_all(exp.ForeignKey):
            yield (target(key), *(each.name.lower() for each in key.expressions)), constraint.name
    for column in statement.find_all(exp.ColumnDef):
        for each in column.constraints:
            if each.this and each.find(exp.Reference):
                yield (target(each), column.name.lower()), each.name


def target(key: exp.Expr) -> str:
    """The table that a key refers to."""
    reference = key.find(exp.Reference)
    table = reference.find(exp.Table) if reference is not None else None
    return table.name.lower() if table is not None else ""


def index_parts(sql: str | None) -> list[str]:
    """The SQL of each part of an index."""
    statement = parsed(sql)
    index = statement.find(exp.Index) if statement is not None else None
    parameters = index.args.get("params") if index is not None else None
    columns = parameters.args.get("columns") if parameters is not None else None
    return [text(each.this if isinstance(each, exp.Ordered) else each) for each in columns or ()]


def text(part: exp.Expr) -> str:
    """The part without parentheses around it."""
    while isinstance(part, exp.Paren):
        part = part.this
    return part.sql(dialect=DIALECT)
