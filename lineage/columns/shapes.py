"""Where the columns of a relation come from."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from catalog.connectors.metadata import TableRef

# OpenLineage 1-2-0 of the ColumnLineageDatasetFacet; a later direct one outranks an earlier.
DIRECT = ("IDENTITY", "TRANSFORMATION", "AGGREGATION")
INDIRECT = ("JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL")
EVERYTHING = "*"
"""The column name that stands for all columns of a table whose columns are not known."""


@dataclass(frozen=True, order=True)
class Origin:
    """A stored column, and how its values travelled."""

    table: TableRef
    column: str
    subtype: str = "IDENTITY"

    def through(self, subtype: str) -> "Origin":
        """The same origin one step further: an indirect influence stays what it was."""
        if self.subtype in INDIRECT or subtype == self.subtype:
            return self
        if subtype in INDIRECT or DIRECT.index(subtype) > DIRECT.index(self.subtype):
            return replace(self, subtype=subtype)
        return self


Origins = frozenset[Origin]
NOTHING: Origins = frozenset()


def through(origins: Origins, subtype: str) -> Origins:
    """All origins one step further."""
    return frozenset(each.through(subtype) for each in origins)


@dataclass(frozen=True)
class Shape:
    """The columns of a relation in their order, and what chose or shaped its rows.

    `open` are stored tables whose unknown columns are all passed on; `rest` is where any other
    column comes from (the arguments of a table function).
    """

    columns: tuple[tuple[str, Origins], ...] = ()
    open: tuple[TableRef, ...] = ()
    rest: Origins | None = None
    influences: Origins = NOTHING

    @cached_property
    def by_name(self) -> dict[str, Origins]:
        """The first column of each name."""
        return dict(reversed(self.columns))

    @property
    def passed_on(self) -> Origins:
        """All the unknown columns of the open tables."""
        return frozenset(Origin(each, EVERYTHING) for each in self.open)

    @property
    def everything(self) -> Origins:
        """Where anything of it comes from."""
        known = NOTHING.union(*(origins for _, origins in self.columns))
        return known | (self.rest or NOTHING) | self.passed_on

    @property
    def vague(self) -> bool:
        """Whether it may have columns that are not listed."""
        return bool(self.open) or self.rest is not None

    def guess(self, name: str) -> Origins:
        """Where a column that is not listed comes from, as far as there is no choice."""
        if len(self.open) == 1:
            return frozenset([Origin(self.open[0], name)])
        return NOTHING if self.open else self.rest or NOTHING

    def column(self, name: str) -> Origins:
        """Where a column of that name comes from, known or guessed."""
        known = self.by_name.get(name)
        return self.guess(name) if known is None else known

    def beside(self, other: "Shape") -> "Shape":
        """Both together, column by column; the names are those of the first."""
        pairs = zip_longest(self.columns, other.columns, fillvalue=("", NOTHING))
        return Shape(
            columns=tuple((name or second, origins | more) for (name, origins), (second, more) in pairs),
            open=self.open + other.open,
            influences=self.influences | other.influences,
        )

    def renamed(self, names: tuple[str, ...]) -> "Shape":
        """With other names for the first columns, as `AS t(a, b)` gives them."""
        if not names:
            return self
        if not self.columns:
            return replace(self, columns=tuple((name, self.rest or NOTHING) for name in names))
        given = names + tuple(name for name, _ in self.columns[len(names) :])
        return replace(
            self,
            columns=tuple((name, origins) for name, (_, origins) in zip(given, self.columns, strict=False)),
        )


def stored(ref: TableRef, columns: tuple[str, ...] | None) -> Shape:
    """A stored table: each column comes from itself."""
    if columns is None:
        return Shape(open=(ref,))
    return Shape(tuple((each, frozenset([Origin(ref, each)])) for each in columns))
