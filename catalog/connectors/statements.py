"""Names and values become SQLAlchemy statements: names quoted, values bound, nothing spliced.

`Statements` writes standard SQL; an engine that differs inherits it and overrides the part where it does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    TableClause,
    and_,
    bindparam,
    case,
    column,
    distinct,
    false,
    func,
    literal_column,
    quoted_name,
    select,
    table,
    true,
)

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure, Where

MOST_VALUES = 10_000  # in one "in"; PostgreSQL's protocol ends at 65,535 bound values
MEASURES = {"count", "min", "max", "sum", "avg"}


class Statements:
    """How one engine is asked. A class attribute or a method to override for each thing that can differ."""

    product = "this source"
    matches = "REGEXP"  # the operator of a regular expression
    filters = True  # whether aggregates know FILTER (WHERE …)

    def fits(self, name: str) -> bool:
        """Whether the engine could have something of this name; a longer one may be cut, and mean another."""
        return True

    def schema(self, ref: TableRef) -> str:
        """What is written before the table's name and a dot; empty for nothing."""
        return ref.schema

    def value(self, given: object) -> ColumnElement[Any]:
        """A bound value."""
        return bindparam(None, given, unique=True)

    def equal(self, left: ColumnElement[Any], given: object) -> ColumnElement[bool]:
        """Equality with a value."""
        return left.op("=", return_type=Boolean())(self.value(given))

    def member(self, left: ColumnElement[Any], given: Sequence[object]) -> ColumnElement[bool]:
        """Whether it is one of some values."""
        return left.in_([self.value(each) for each in given])

    def name(self, value: str) -> quoted_name:
        """An identifier that is always quoted; raises ConnectorError (missing) for one that cannot be."""
        if not value or "\x00" in value or not self.fits(value):
            raise ConnectorError(
                f"“{value[:80]}” cannot be the name of anything in {self.product}.", "missing"
            )
        return quoted_name(value, quote=True)

    def relation(self, ref: TableRef, columns: Iterable[str]) -> TableClause:
        """The table with those of its columns that are used."""
        used: list[Any] = [column(self.name(each)) for each in dict.fromkeys(columns)]
        schema = self.schema(ref)
        return table(self.name(ref.name), *used, schema=self.name(schema) if schema else None)

    def condition(self, source: TableClause, where: Where) -> ColumnElement[bool]:
        """One condition as an expression."""
        left = source.c[where.column]
        if where.operator == "is_null":
            return left.is_(None)
        if where.operator == "not_null":
            return left.is_not(None)
        if where.operator == "in":
            return self.contained(left, where.value)
        if where.operator == "eq":
            return self.equal(left, where.value)
        return self.compared(left, where)

    def compared(self, left: ColumnElement[Any], where: Where) -> ColumnElement[bool]:
        """The comparisons that are an operator."""
        known = {"ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "matches": self.matches}
        if where.operator not in known:
            raise ConnectorError(f"“{where.operator}” is not a comparison.", "query")
        return left.op(known[where.operator], return_type=Boolean())(self.value(where.value))

    def contained(self, left: ColumnElement[Any], values: object) -> ColumnElement[bool]:
        """Membership; of nothing nothing is a member."""
        if not isinstance(values, list | tuple | set | frozenset):
            raise ConnectorError("“in” takes several values.", "query")
        if len(values) > MOST_VALUES:
            raise ConnectorError(f"“in” takes at most {MOST_VALUES} values at a time.", "query")
        return self.member(left, list(values)) if values else false()

    def everything(self, source: TableClause, where: Iterable[Where]) -> ColumnElement[bool]:
        """All conditions together; none is true of every row."""
        return and_(true(), *(self.condition(source, each) for each in where))

    def rows_of(
        self, ref: TableRef, columns: Sequence[str], where: Sequence[Where], limit: int
    ) -> Select[Any]:
        """A select of named columns."""
        source = self.relation(ref, [*columns, *(each.column for each in where)])
        picked = [source.c[each].label(f"c{at}") for at, each in enumerate(columns)]
        return select(*picked).select_from(source).where(self.everything(source, where)).limit(limit)

    def measures_of(self, ref: TableRef, measures: Sequence[Measure]) -> Select[Any]:
        """All aggregates in one statement, labelled by their place."""
        used = [each.column for each in measures if each.column is not None]
        used += [each.column for measure in measures for each in measure.where]
        source = self.relation(ref, used)
        labelled = [self.aggregate(source, each).label(f"m{at}") for at, each in enumerate(measures)]
        return select(*labelled).select_from(source)

    def aggregate(self, source: TableClause, measure: Measure) -> ColumnElement[Any]:
        """One aggregate, narrowed by its own conditions: a filter, or the other rows blanked out."""
        if measure.column is None and measure.function != "count":
            raise ConnectorError(f"“{measure.function}” needs a column.", "query")
        argument: Any = None if measure.column is None else source.c[measure.column]
        kept = self.everything(source, measure.where)
        if measure.where and not self.filters:
            argument = case((kept, literal_column("1") if argument is None else argument))
        found: Any = self.function(measure, argument)
        return found.filter(kept) if measure.where and self.filters else found  # type: ignore[no-any-return]

    def function(self, measure: Measure, argument: Any) -> Any:
        """The aggregate itself, of a column or of whole rows (None)."""
        if argument is None:
            return func.count()
        if measure.function == "count_distinct":
            return func.count(distinct(argument))
        if measure.function not in MEASURES:
            raise ConnectorError(f"“{measure.function}” is not a measure.", "query")
        return getattr(func, measure.function)(argument)
