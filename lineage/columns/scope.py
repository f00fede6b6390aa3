"""What the names inside one SELECT mean."""

from dataclasses import dataclass, field
from typing import Optional

from sqlglot import exp

from lineage.columns.shapes import NOTHING, Origins, Shape, through

ALIASES_VISIBLE = {"databricks", "duckdb", "redshift", "snowflake", "spark", "teradata"}


@dataclass
class Scope:
    """The sources of one SELECT, and the scope around it."""

    outer: Optional["Scope"] = None
    dialect: str = ""
    sources: dict[str, Shape] = field(default_factory=dict)
    ctes: dict[str, Shape] = field(default_factory=dict)
    aliases: dict[str, Origins] = field(default_factory=dict)
    merged: dict[str, Origins] = field(default_factory=dict)
    unaliased: dict[str, Shape] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def within(self) -> "Scope":
        """A scope inside this one."""
        return Scope(self, self.dialect, warnings=self.warnings)

    def cte(self, name: str) -> Shape | None:
        """The nearest common table expression of that name."""
        here: Scope | None = self
        while here is not None:
            if name in here.ctes:
                return here.ctes[name]
            here = here.outer
        return None

    def add(self, name: str, shape: Shape, table: str = "") -> None:
        """A source; one without a name gets one that nothing can say. `table` is its own name."""
        self.sources[name or f"\x00{len(self.sources)}"] = shape
        self.unaliased[table] = shape

    def source(self, name: str) -> Shape | None:
        """The nearest source of that name; some engines also know a table that got an alias."""
        here: Scope | None = self
        while here is not None:
            if name in here.sources:
                return here.sources[name]
            here = here.outer
        return self.unaliased.get(name)

    def merge(self, name: str) -> Origins:
        """A column that a join made one of two: it comes from the latest source and from those before."""
        *before, latest = self.sources.values()
        known = [shape for shape in before if name in shape.by_name] or [
            shape for shape in before if shape.vague
        ]
        self.merged[name] = NOTHING.union(latest.column(name), *(shape.column(name) for shape in known))
        return self.merged[name]

    def shared(self) -> list[str]:
        """The columns that the latest source shares with those before, as NATURAL joins them."""
        *before, latest = self.sources.values()
        return [name for name in latest.by_name if any(name in shape.by_name for shape in before)]

    def column(self, node: exp.Column) -> Origins:
        """Where a column comes from."""
        if node.table:
            return self.qualified(node)
        return self.unqualified(node.name)

    def qualified(self, node: exp.Column) -> Origins:
        """`t.c`; or, where no source is called t, a field c of a column t."""
        if (shape := self.source(node.table)) is not None:
            return shape.column(node.name)
        first = node.parts[0].name
        return through(self.unqualified(first), "TRANSFORMATION")

    def unqualified(self, name: str) -> Origins:
        """A bare name: a column that is known, an alias, or a column of the only source it can be of."""
        if name in self.merged:
            return self.merged[name]
        known = [shape.by_name[name] for shape in self.sources.values() if name in shape.by_name]
        if known:
            return NOTHING.union(*known)
        vague = [shape for shape in self.sources.values() if shape.vague]
        if name in self.aliases and (not vague or self.dialect in ALIASES_VISIBLE):
            return self.aliases[name]
        if name in self.sources:  # the whole row, as in row_to_json(t)
            return self.sources[name].everything
        if len(vague) == 1 and len(vague[0].open) < 2:
            return vague[0].guess(name)
        if vague:
            self.warnings.append(f"“{name}” may belong to several tables whose columns are not known.")
            return NOTHING
        return self.outer.unqualified(name) if self.outer else NOTHING
