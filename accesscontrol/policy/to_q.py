"""A residual as a Django Q over the columns of a model, for lists, counts and pages in one query.

Django resolves and writes each leaf of a Q anew for every query, which for many policies costs more
than the query itself. So a residual is written once, as SQL with places for its columns; a query
resolves each column once, and its joins are Django's.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from django.db.models import BooleanField, Expression, F, Q

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.rules import Residual
from accesscontrol.policy.sides import NO, YES, Side, permitted, unbarred
from accesscontrol.policy.to_sql import Parameter, to_sql

NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING


class Condition(Expression):
    """SQL with places for columns: `parts` are texts, and the numbers of the columns between them."""

    output_field = BooleanField()

    def __init__(self, parts: tuple[str | int, ...], values: tuple[Any, ...], columns: list[Any]) -> None:
        super().__init__()
        self.parts = parts
        self.values = values  # a parameter, or the number of a column whose own parameters stand there
        self.columns = columns

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        written = [compiler.compile(column) for column in self.columns]
        texts = [written[part][0] if isinstance(part, int) else part for part in self.parts]
        params: list[Any] = []
        for value in self.values:
            params += [value.value] if isinstance(value, Parameter) else written[value][1]
        return "".join(texts), tuple(params)


def predicate(residual: Residual, columns: Mapping[str, str], exceptions: Q = NOTHING) -> Q:
    """Return which rows the residual allows; `exceptions` are permitted too, but never past a forbid.

    `columns` maps each resource attribute to its path in the ORM.
    """
    permits, rest = _compiled(residual, columns)
    return all_of([any_of([permits, exceptions]), rest])


def _compiled(residual: Residual, columns: Mapping[str, str]) -> tuple[Q, Q]:
    """Return the two questions of a residual, written when it is first asked."""
    key = tuple(columns.items())
    if key not in residual.memo:
        residual.memo[key] = (_q(permitted(residual), columns), _q(unbarred(residual), columns))
    return cast("tuple[Q, Q]", residual.memo[key])


def _q(side: Side, columns: Mapping[str, str]) -> Q:
    if side in (YES, NO):
        return EVERYTHING if side == YES else NOTHING
    return Q(condition(side, columns))


def condition(side: Side, columns: Mapping[str, str]) -> Condition:
    """Return a question as one expression over the model whose `columns` these are."""
    places: dict[str, int] = {}
    parts: list[str | int] = []
    values: list[Any] = []
    for piece in to_sql(side):
        if isinstance(piece, Attribute):
            place = places.setdefault(columns[piece.name], len(places))
            parts.append(place)
            values.append(place)
        elif isinstance(piece, Parameter):
            parts.append("%s")
            values.append(piece)
        else:
            parts.append(piece)
    return Condition(tuple(parts), tuple(values), [F(path) for path in places])


def all_of(parts: Iterable[Q]) -> Q:
    """Return the conjunction; what decides nothing never reaches Django, which is slow to drop it."""
    asked = [part for part in parts if part is not EVERYTHING]
    if any(part is NOTHING for part in asked):
        return NOTHING
    return reduce(and_, asked) if asked else EVERYTHING


def any_of(parts: Iterable[Q]) -> Q:
    asked = [part for part in parts if part is not NOTHING]
    if any(part is EVERYTHING for part in asked):
        return EVERYTHING
    return reduce(or_, asked) if asked else NOTHING
