"""From a query to the origins of its columns.

Our own walk instead of sqlglot's `qualify`: that one refuses a query it cannot resolve whole,
and half-known catalogues are the rule here.
"""

from itertools import zip_longest

from sqlglot import exp

from catalog.connectors.metadata import TableRef
from lineage.columns.flow import Flow
from lineage.columns.names import Names
from lineage.columns.scope import Scope
from lineage.columns.shapes import NOTHING, Origins, Shape, stored, through

ROUNDS = 3  # of a recursive CTE: origins settle after as many steps as columns trade places


class Tracer:
    """Finds where the columns of queries come from."""

    def __init__(self, names: Names, made: dict[TableRef, Shape] | None = None) -> None:
        """`made` are tables to look through, because the script drops them again."""
        self.names = names
        self.made = made if made is not None else {}
        self.flow = Flow(self.relation)
        self.warnings: list[str] = []

    def query(self, node: exp.Expr) -> Shape:
        """The shape of a whole query."""
        return self.relation(node, Scope(dialect=self.names.dialect, warnings=self.warnings))

    def relation(self, node: exp.Expr, outer: Scope) -> Shape:
        """The shape of a query or of an item of FROM."""
        if isinstance(node, exp.Table):
            return self.table(node, outer)
        if isinstance(node, exp.Select):
            return self.select(node, outer)
        scope = outer.within()
        self.add_ctes(node, scope)
        if isinstance(node, exp.SetOperation):
            return self.union(node, scope)
        if isinstance(node, exp.Subquery):
            return self.subquery(node, scope)
        if isinstance(node, exp.Values):
            return self.values(node, scope)
        if isinstance(node, exp.DML):
            return self.returning(node, scope)
        return Shape(rest=through(self.flow.all(node.iter_expressions(), outer), "TRANSFORMATION"))

    def table(self, node: exp.Table, scope: Scope) -> Shape:
        """A stored table, a CTE, or a table function."""
        if not isinstance(node.this, exp.Identifier):
            inside = [node.this, *node.args.get("rows_from", ())]
            found = self.flow.all([each for each in inside if isinstance(each, exp.Expr)], scope)
            return Shape(rest=through(found, "TRANSFORMATION"))
        if len(node.parts) == 1 and (cte := scope.cte(node.name)) is not None:
            return cte
        if not self.names.is_stored(node):
            return Shape(rest=NOTHING)
        ref = self.names.ref(node)
        return self.made.get(ref) or stored(ref, self.names.columns(ref))

    def add_ctes(self, node: exp.Expr, scope: Scope) -> None:
        """The common table expressions of a WITH, in their order."""
        clause = node.args.get("with_")
        if clause is None:
            return
        for cte in clause.expressions:
            names, recursive = alias_columns(cte), clause.args.get("recursive")
            if recursive and isinstance(cte.this, exp.SetOperation):
                scope.ctes[cte.alias] = self.relation(cte.this.left, scope).renamed(names)
            for _ in range(ROUNDS if recursive else 1):
                scope.ctes[cte.alias] = self.relation(cte.this, scope).renamed(names)

    def union(self, node: exp.SetOperation, scope: Scope) -> Shape:
        """Column by column; the names are those of the first query."""
        return self.relation(node.left, scope).beside(self.relation(node.right, scope))

    def subquery(self, node: exp.Subquery, scope: Scope) -> Shape:
        """Brackets around a query, or around a join."""
        if not isinstance(node.this, exp.Subquery | exp.Table) and not node.args.get("joins"):
            return self.relation(node.this, scope)
        influences = self.add(node.this, scope) | self.add_joins(node, scope)
        shapes = list(scope.sources.values())
        return Shape(
            columns=tuple(each for shape in shapes for each in shape.columns),
            open=tuple(each for shape in shapes for each in shape.open),
            influences=influences.union(*(shape.influences for shape in shapes)),
        )

    def values(self, node: exp.Values, scope: Scope) -> Shape:
        """Rows written out; their columns have no names of their own."""
        rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in node.expressions]
        columns = zip_longest(*rows)
        return Shape(
            tuple((f"column{at}", self.flow.all(cells, scope)) for at, cells in enumerate(columns, 1))
        )

    def returning(self, node: exp.DML, scope: Scope) -> Shape:
        """What a writing CTE returns: columns of the table it writes."""
        clause = node.args.get("returning")
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if clause is None or not isinstance(target, exp.Table):
            return Shape()
        self.add(target, scope)
        return self.projected(clause.expressions, scope)

    def select(self, node: exp.Select, outer: Scope) -> Shape:
        """One SELECT."""
        scope = outer.within()
        self.add_ctes(node, scope)
        influences = NOTHING
        if (source := node.args.get("from_")) is not None:
            influences |= self.add(source.this, scope)
        influences |= self.add_joins(node, scope)
        for lateral in node.args.get("laterals", ()):
            influences |= self.add(lateral, scope)
        shape = self.projected(node.expressions, scope)
        influences |= self.clauses(node, shape, scope)
        inherited = influences.union(*(each.influences for each in scope.sources.values()))
        return Shape(shape.columns, shape.open, influences=inherited)

    def clauses(self, node: exp.Select, shape: Shape, scope: Scope) -> Origins:
        """What chose, grouped and sorted the rows."""
        found = self.flow.all(node.args.get("windows") or (), scope)
        for key, subtype in CLAUSES.items():
            clause = node.args.get(key)
            for each in clause.iter_expressions() if clause else ():
                found |= through(self.clause(each, shape, scope), subtype)
        return found

    def clause(self, node: exp.Expr, shape: Shape, scope: Scope) -> Origins:
        """One of them. A bare number or alias means an output column."""
        bare = node.this if isinstance(node, exp.Ordered) else node
        if isinstance(bare, exp.Literal) and bare.is_int and 0 < int(bare.name) <= len(shape.columns):
            return shape.columns[int(bare.name) - 1][1]
        if isinstance(bare, exp.Column) and not bare.table and bare.name in scope.aliases:
            return scope.aliases[bare.name]
        return self.flow.of(node, scope)

    def add_joins(self, node: exp.Expr, scope: Scope) -> Origins:
        """The joined sources; returns what the joins are made by."""
        found = NOTHING
        for join in node.args.get("joins") or ():
            found |= self.add(join.this, scope)
            found |= through(self.flow.all([join.args.get("on")], scope), "JOIN")
            names = [each.name for each in join.args.get("using") or ()]
            if join.args.get("method") == "NATURAL":
                names = scope.shared()
            for name in names:
                found |= through(scope.merge(name), "JOIN")
        return found

    def add(self, node: exp.Expr, scope: Scope) -> Origins:
        """One item of FROM, with the joins written onto it."""
        if (
            isinstance(node, exp.Subquery)
            and not node.alias
            and isinstance(node.this, exp.Table | exp.Subquery)
        ):
            return self.add(node.this, scope) | self.add_joins(node, scope)
        sees_siblings = isinstance(node, exp.Lateral | exp.UDTF) or not isinstance(node, exp.Query)
        around = scope if sees_siblings else beside(scope)
        shape = self.relation(node.this if is_lateral_query(node) else node, around)
        if node.args.get("pivots"):
            shape = Shape(shape.columns, rest=through(shape.everything, "TRANSFORMATION"))
        scope.add(node.alias_or_name, shape.renamed(alias_columns(node)), node.name)
        return self.add_joins(node, scope) if isinstance(node, exp.Table) else NOTHING

    def projected(self, expressions: list[exp.Expr], scope: Scope) -> Shape:
        """The output columns."""
        columns: list[tuple[str, Origins]] = []
        opened: list[TableRef] = []
        for each in expressions:
            if each.is_star and not isinstance(each, exp.Count):
                starred = self.star(each, scope)
                columns += starred.columns
                opened += starred.open
                continue
            origins = self.flow.of(each, scope)
            columns.append((each.alias_or_name or each.sql(self.names.dialect or None), origins))
            if each.alias:
                scope.aliases.setdefault(each.alias, origins)
        return Shape(tuple(columns), tuple(opened))

    def star(self, node: exp.Expr, scope: Scope) -> Shape:
        """`*` or `t.*`, without what EXCEPT leaves out; a column merged by a join comes once and first."""
        star = node.this if isinstance(node, exp.Column) else node
        wanted = scope.source(node.table) if isinstance(node, exp.Column) else None
        merged = {} if wanted else scope.merged
        shapes = [wanted] if wanted else list(scope.sources.values())
        left_out = {each.name for each in star.args.get("except_") or ()}
        columns = [*merged.items()]
        columns += [each for shape in shapes for each in shape.columns if each[0] not in merged]
        kept = tuple(each for each in columns if each[0] not in left_out)
        return Shape(kept, tuple(each for shape in shapes for each in shape.open))


CLAUSES = {
    "where": "FILTER",
    "having": "FILTER",
    "qualify": "FILTER",
    "group": "GROUP_BY",
    "order": "SORT",
    "distinct": "GROUP_BY",
}


def beside(scope: Scope) -> Scope:
    """What a subquery in FROM sees: the CTEs here, and not the sources beside it."""
    seen = Scope(scope.outer, scope.dialect, warnings=scope.warnings)
    seen.ctes = scope.ctes
    return seen


def is_lateral_query(node: exp.Expr) -> bool:
    """LATERAL (SELECT ...), not a function."""
    return isinstance(node, exp.Lateral) and isinstance(node.this, exp.Query)


def alias_columns(node: exp.Expr) -> tuple[str, ...]:
    """The names in `AS t(a, b)`."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return ()
    return tuple(each.name for each in alias.args.get("columns") or ())
