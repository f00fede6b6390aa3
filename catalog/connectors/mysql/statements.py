"""Names and values become statements of MySQL: names quoted, values bound, nothing spliced."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    CHAR,
    ColumnElement,
    Select,
    TableClause,
    and_,
    case,
    cast,
    column,
    distinct,
    false,
    func,
    literal,
    or_,
    quoted_name,
    select,
    table,
    true,
)

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure, Where

LONGEST_NAME = 64  # letters
MOST_VALUES = 10_000
COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "matches": "REGEXP"}
MEASURES = {"count", "min", "max", "sum", "avg"}
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


def name(value: str) -> quoted_name:
    """An identifier that is always quoted; refuses one that MySQL could not have."""
    if not value or "\x00" in value or len(value) > LONGEST_NAME:
        raise ConnectorError(f"“{value[:80]}” cannot be the name of anything in MySQL.", "missing")
    return quoted_name(value, quote=True)


def relation(ref: TableRef, columns: Iterable[str]) -> TableClause:
    """The table with those of its columns that are used."""
    used = dict.fromkeys(columns)
    return table(name(ref.name), *(column(name(each)) for each in used), schema=name(ref.database))


def equal(left: ColumnElement[Any], value: object) -> ColumnElement[bool]:
    """Equality that means it: MySQL alone takes the text "lena" for the number 0.

    The first condition can use an index, the second looks at what it found.
    """
    given = literal(value if isinstance(value, bytes | int | float) else str(value))
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return and_(left == given, cast(left, CHAR) == given)
    return left == given


def condition(source: TableClause, where: Where) -> ColumnElement[bool]:
    """One condition as an expression."""
    left = source.c[where.column]
    if where.operator == "is_null":
        return left.is_(None)
    if where.operator == "not_null":
        return left.is_not(None)
    if where.operator == "in":
        return contained(left, where.value)
    if where.operator == "eq":
        return equal(left, where.value)
    if where.operator not in COMPARISONS:
        raise ConnectorError(f"“{where.operator}” is not a comparison.", "query")
    value = where.value if isinstance(where.value, bytes | int | float) else str(where.value)
    return left.bool_op(COMPARISONS[where.operator])(literal(value))


def contained(left: ColumnElement[Any], values: object) -> ColumnElement[bool]:
    """Membership; of nothing nothing is a member."""
    if not isinstance(values, list | tuple | set | frozenset):
        raise ConnectorError("“in” takes several values.", "query")
    if len(values) > MOST_VALUES:
        raise ConnectorError(f"“in” takes at most {MOST_VALUES} values at a time.", "query")
    return or_(false(), *(equal(left, each) for each in values))


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
    """One aggregate; its own conditions blank out the other rows, for MySQL knows no FILTER."""
    if measure.column is None and measure.function != "count":
        raise ConnectorError(f"“{measure.function}” needs a column.", "query")
    argument: Any = literal(1) if measure.column is None else source.c[measure.column]
    if measure.where:
        argument = case((everything(source, measure.where), argument))
    if measure.function == "count_distinct":
        return func.count(distinct(argument))
    if measure.function not in MEASURES:
        raise ConnectorError(f"“{measure.function}” is not a measure.", "query")
    plain: ColumnElement[Any] = getattr(func, measure.function)(argument)
    return plain
