"""Names and values become SQLAlchemy statements: names quoted, values bound, nothing spliced."""

import re
from collections.abc import Container, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Function,
    Select,
    TableClause,
    and_,
    bindparam,
    column,
    distinct,
    false,
    func,
    quoted_name,
    select,
    table,
    true,
)
from sqlalchemy.types import NullType

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure, Where

LONGEST_NAME = 63  # bytes; PostgreSQL cuts a longer name and would then mean another object
MOST_VALUES = 10_000  # in one "in"; the wire protocol ends at 65,535
COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "matches": "~"}
PLACES = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"  # literals and identifiers
      | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$      # comments, dollar quotes
      | :: | :(?P<name>[A-Za-z_]\w*) | %""",
    re.VERBOSE | re.DOTALL,
)


def driver_style(query: str, names: Container[str]) -> str:
    """The query with `:name` as psycopg's `%(name)s`; casts, literals and comments stay what they are."""

    def rewritten(found: re.Match[str]) -> str:
        if found["name"] in names:
            return f"%({found['name']})s"
        return found[0].replace("%", "%%")

    return PLACES.sub(rewritten, query)


def name(value: str) -> quoted_name:
    """An identifier that is always quoted; refuses one that PostgreSQL could not keep whole."""
    if not value or "\x00" in value or len(value.encode()) > LONGEST_NAME:
        raise ConnectorError(f"“{value[:80]}” cannot be the name of anything in PostgreSQL.", "missing")
    return quoted_name(value, quote=True)


def relation(ref: TableRef, columns: Iterable[str]) -> TableClause:
    """The table with those of its columns that are used."""
    used = dict.fromkeys(columns)
    return table(name(ref.name), *(column(name(each)) for each in used), schema=name(ref.schema))


def value(given: object) -> Any:
    """A bound value. Text without a type, so that the server reads it as the column's type."""
    given = given if given is None or isinstance(given, bytes) else str(given)
    return bindparam(None, given, type_=NullType(), unique=True)


def condition(source: TableClause, where: Where) -> ColumnElement[bool]:
    """One condition as an expression."""
    left = source.c[where.column]
    if where.operator == "is_null":
        return left.is_(None)
    if where.operator == "not_null":
        return left.is_not(None)
    if where.operator == "in":
        return contained(left, where.value)
    if where.operator not in COMPARISONS:
        raise ConnectorError(f"“{where.operator}” is not a comparison.", "query")
    return left.op(COMPARISONS[where.operator], return_type=Boolean())(value(where.value))


def contained(left: ColumnElement[Any], values: object) -> ColumnElement[bool]:
    """Membership; of nothing nothing is a member."""
    if not isinstance(values, list | tuple | set | frozenset):
        raise ConnectorError("“in” takes several values.", "query")
    if len(values) > MOST_VALUES:
        raise ConnectorError(f"“in” takes at most {MOST_VALUES} values at a time.", "query")
    return left.in_([value(each) for each in values]) if values else false()


def everything(source: TableClause, where: Iterable[Where]) -> ColumnElement[bool]:
    """All conditions together; none is true of every row."""
    return and_(true(), *(condition(source, each) for each in where))


def rows_of(ref: TableRef, columns: Sequence[str], where: Sequence[Where], limit: int) -> Select[Any]:
    """A select of named columns."""
    source = relation(ref, [*columns, *(each.column for each in where)])
    picked = [source.c[each].label(f"c{at}") for at, each in enumerate(columns)]
    return select(*picked).select_from(source).where(everything(source, where)).limit(limit)


def measures_of(ref: TableRef, measures: Sequence[Measure]) -> Select[Any]:
    """All aggregates in one statement, labelled by their place."""
    used = [each.column for each in measures if each.column is not None]
    used += [each.column for measure in measures for each in measure.where]
    source = relation(ref, used)
    labelled = [aggregate(source, each).label(f"m{at}") for at, each in enumerate(measures)]
    return select(*labelled).select_from(source)


def aggregate(source: TableClause, measure: Measure) -> ColumnElement[Any]:
    """One aggregate, narrowed by its own conditions."""
    whole = function(source, measure)
    if not measure.where:
        return whole
    narrowed: ColumnElement[Any] = whole.filter(everything(source, measure.where))
    return narrowed


def function(source: TableClause, measure: Measure) -> Function[Any]:
    """The aggregate itself."""
    if measure.column is None:
        if measure.function != "count":
            raise ConnectorError(f"“{measure.function}” needs a column.", "query")
        return func.count()
    argument: Any = source.c[measure.column]
    if measure.function == "count_distinct":
        return func.count(distinct(argument))
    if measure.function not in {"count", "min", "max", "sum", "avg"}:
        raise ConnectorError(f"“{measure.function}” is not a measure.", "query")
    plain: Function[Any] = getattr(func, measure.function)(argument)
    return plain
