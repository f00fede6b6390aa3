"""New rows by COPY: several times quicker than INSERT where there are very many."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from psycopg import sql

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

Row = Mapping[str, Any]
NEW = """
INSERT INTO {table} ({columns}) SELECT {columns} FROM {waiting} ON CONFLICT DO NOTHING RETURNING code, id
"""


def copy_in(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Add `rows`, all with the same names of the model's columns; others are the model's default.

    Raises IntegrityError like any insert. Signals are not sent, and values are not validated.
    """
    if rows:
        _copy(model, model._meta.db_table, rows)


def copy_new(model: type[models.Model], rows: Sequence[Row]) -> dict[Any, int]:
    """The same, but a row that is there, or that somebody else adds now, is left out.

    Return the keys of those that were added, by their codes. Call it in a transaction.
    """
    if not rows:
        return {}
    table, waiting = model._meta.db_table, f"new_{model._meta.db_table}"
    columns = _columns(_fields(model))
    named = {"table": sql.Identifier(table), "waiting": sql.Identifier(waiting), "columns": columns}
    with connection.cursor() as cursor:
        like = "CREATE TEMPORARY TABLE {waiting} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
        cursor.execute(sql.SQL(like).format(**named))
        _copy(model, waiting, rows)
        cursor.execute(sql.SQL(NEW).format(**named))
        added = dict(cursor.fetchall())
        cursor.execute(sql.SQL("DROP TABLE {waiting}").format(**named))
    return added


def _copy(model: type[models.Model], table: str, rows: Sequence[Row]) -> None:
    fields = _fields(model)
    values = _values(fields, rows[0].keys())
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _columns(fields))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([value(row) for value in values])


def _fields(model: type[models.Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _columns(fields: Sequence[Field]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)


def _values(fields: Sequence[Field], given: Collection[str]) -> list[Callable[[Row], Any]]:
    """For each field what its value of a row is."""
    return [_told(field) if field.attname in given else _default(field) for field in fields]


def _told(field: Field) -> Callable[[Row], Any]:
    name = field.attname
    return (lambda row: json.dumps(row[name])) if isinstance(field, models.JSONField) else itemgetter(name)


def _default(field: Field) -> Callable[[Row], Any]:
    """Worked out once, but a code of its own for each row."""
    if isinstance(field, models.UUIDField) and field.has_default():
        return lambda row: field.get_default()
    value = field.get_default()
    value = json.dumps(value) if isinstance(field, models.JSONField) else value
    return lambda row: value
