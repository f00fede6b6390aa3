"""New rows by COPY: several times quicker than INSERT where there are very many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection, models


def copy_in(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Add `rows`, by the names of the model's columns; what a row leaves out is the model's default.

    Raises IntegrityError like any insert. Signals are not sent, and values are not validated.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    statement = f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(list(_values(fields, row)))


def _values(fields: list[models.Field[Any, Any]], row: Mapping[str, Any]) -> Iterator[Any]:
    for field in fields:
        value = row[field.attname] if field.attname in row else field.get_default()
        yield json.dumps(value) if isinstance(field, models.JSONField) else value
