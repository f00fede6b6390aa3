"""Which table a name in a statement means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from catalog.connectors.metadata import TableRef

Columns = Mapping[str, str]
"""The columns of a table in their order, with their types."""

FILE_FORMATS = {"csv", "json", "parquet", "orc", "avro", "text", "delta", "binaryfile"}


@dataclass(frozen=True)
class Names:
    """What is known beside the statement: the catalogue, the search path, the database."""

    schema: dict[TableRef, Columns] = field(default_factory=dict)
    search_path: tuple[str, ...] = ()
    database: str = ""
    dialect: str = ""

    def ref(self, table: exp.Table) -> TableRef:
        """The full name. Unqualified, it is looked for along the search path, else taken as its first."""
        *outer, name = (each.name for each in table.parts)
        if outer:
            database = ".".join(outer[:-1]) or self.database
            return TableRef(database, outer[-1], name)
        for schema in self.search_path:
            if (found := TableRef(self.database, schema, name)) in self.schema:
                return found
        return TableRef(self.database, self.search_path[0] if self.search_path else "", name)

    def columns(self, ref: TableRef) -> tuple[str, ...] | None:
        """The table's columns, None if the catalogue does not know it."""
        known = self.schema.get(ref)
        return tuple(known) if known is not None else None

    def learn(self, ref: TableRef, columns: tuple[str, ...]) -> None:
        """The columns of a table that the script has just made."""
        self.schema[ref] = dict.fromkeys(columns, "")

    def tables(self, query: exp.Expr) -> Iterator[exp.Table]:
        """Every stored table that a query reads: no CTE, no function, no file, no array."""
        return (each for each in query.find_all(exp.Table) if self.is_stored(each))

    def is_stored(self, table: exp.Table) -> bool:
        """Whether this is the name of a table or view at all."""
        if not isinstance(table.this, exp.Identifier) or not table.name:
            return False
        if isinstance(table.parent, exp.Into | exp.UserDefinedFunction):
            return False
        return cte_of(table) is None and not self.is_file(table) and not self.is_array(table)

    def is_file(self, table: exp.Table) -> bool:
        """Spark reads files as `format.'path'`."""
        spark = self.dialect in {"spark", "spark2", "databricks"}
        return spark and table.db.lower() in FILE_FORMATS and "/" in table.name

    def is_array(self, table: exp.Table) -> bool:
        """BigQuery unnests `t, t.items`: a path that starts at a source beside it."""
        select = table.find_ancestor(exp.Select)
        if self.dialect != "bigquery" or len(table.parts) < 2 or select is None:
            return False
        beside = (each for each in select.find_all(exp.Table) if each is not table)
        return any(each.alias_or_name == table.parts[0].name for each in beside)


def cte_of(table: exp.Table) -> exp.CTE | None:
    """The common table expression a name refers to where it stands, None for a stored table.

    A CTE sees those before it, and all of them, itself included, when the list is recursive.
    """
    if len(table.parts) > 1:
        return None
    inside: exp.Expr = table
    while (outer := inside.parent) is not None:
        for cte in visible(outer, inside):
            if cte.alias == table.name:
                return cte
        inside = outer
    return None


def visible(node: exp.Expr, inside: exp.Expr) -> list[exp.CTE]:
    """The CTEs of one WITH that can be named from `inside`, the latest first."""
    if isinstance(node, exp.With):
        if node.args.get("recursive"):
            return list(node.expressions)
        before = node.expressions[: node.expressions.index(inside)] if inside in node.expressions else []
        return list(reversed(before))
    clause = node.args.get("with_")
    if clause is None or clause is inside:
        return []
    return list(reversed(clause.expressions))
