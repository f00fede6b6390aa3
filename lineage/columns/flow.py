"""How values travel through an expression."""

from collections.abc import Callable, Iterable

from sqlglot import exp

from lineage.columns.scope import Scope
from lineage.columns.shapes import NOTHING, Origins, Shape, through

# Aggregates that sqlglot does not know as such.
AGGREGATES = {
    "bool_and", "bool_or", "every", "group_concat", "json_agg", "json_object_agg", "jsonb_agg",
    "jsonb_object_agg", "listagg", "range_agg", "string_agg", "xmlagg",
}  # fmt: skip


class Flow:
    """Follows expressions; `relation` gives the shape of a subquery within a scope."""

    def __init__(self, relation: Callable[[exp.Expr, Scope], Shape]) -> None:
        self.relation = relation
        self.special: dict[type[exp.Expr], Callable[..., Origins]] = {
            exp.Alias: self.inner,
            exp.Paren: self.inner,
            exp.Column: lambda node, scope: scope.column(node),
            exp.Case: self.case,
            exp.If: self.choice,
            exp.Filter: self.filter,
            exp.Window: self.window,
            exp.Order: self.ordered,
        }

    def of(self, node: exp.Expr, scope: Scope) -> Origins:
        """Where the value of an expression comes from."""
        if (special := self.special.get(type(node))) is not None:
            return special(node, scope)
        if isinstance(node, exp.Query):
            shape = self.relation(node, scope)
            return through(shape.everything, "TRANSFORMATION") | shape.influences
        aggregate = isinstance(node, exp.AggFunc) or node.name.lower() in AGGREGATES
        called = isinstance(node, exp.AggFunc | exp.Anonymous) and aggregate
        return through(
            self.all(node.iter_expressions(), scope), "AGGREGATION" if called else "TRANSFORMATION"
        )

    def all(self, nodes: Iterable[exp.Expr | None], scope: Scope) -> Origins:
        """Where the values of several expressions come from."""
        return NOTHING.union(*(self.of(each, scope) for each in nodes if each is not None))

    def inner(self, node: exp.Expr, scope: Scope) -> Origins:
        """A name or brackets around it change nothing."""
        return self.of(node.this, scope)

    def case(self, node: exp.Case, scope: Scope) -> Origins:
        """The conditions choose, the branches give."""
        asked = [node.args.get("this"), *(each.this for each in node.args["ifs"])]
        given = [node.args.get("default"), *(each.args["true"] for each in node.args["ifs"])]
        return self.chosen(asked, given, scope)

    def choice(self, node: exp.If, scope: Scope) -> Origins:
        """The function IF."""
        return self.chosen([node.this], [node.args.get("true"), node.args.get("false")], scope)

    def chosen(self, asked: list[exp.Expr | None], given: list[exp.Expr | None], scope: Scope) -> Origins:
        """What a choice depends on, and what it yields."""
        conditions = through(self.all(asked, scope), "CONDITIONAL")
        return conditions | through(self.all(given, scope), "TRANSFORMATION")

    def filter(self, node: exp.Filter, scope: Scope) -> Origins:
        """`sum(x) FILTER (WHERE y)`."""
        return self.of(node.this, scope) | through(self.of(node.expression, scope), "CONDITIONAL")

    def window(self, node: exp.Window, scope: Scope) -> Origins:
        """`f(x) OVER (PARTITION BY y ORDER BY z)`."""
        around = [*node.args.get("partition_by", ()), node.args.get("order")]
        return through(self.of(node.this, scope), "TRANSFORMATION") | through(
            self.all(around, scope), "WINDOW"
        )

    def ordered(self, node: exp.Order, scope: Scope) -> Origins:
        """`array_agg(x ORDER BY y)`, and the ORDER BY of a window or query."""
        value = self.of(node.this, scope) if isinstance(node.this, exp.Expr) else NOTHING
        return value | through(self.all(node.expressions, scope), "SORT")
