"""What a statement writes, and the query that says with what.

UPDATE and MERGE are turned into the SELECT that would give the written values.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

STORED = {"TABLE", "VIEW"}
SAID_ONLY = (exp.Cache, exp.Describe, exp.Drop)  # they move no data from table to table


@dataclass(frozen=True)
class Write:
    """`target` is None for a bare query. `names` are the written columns, where they are said.

    `fresh` tables have nothing but this in them; written `in_place`, the target stands among the
    query's sources too; `copied` is false where only the structure is.
    """

    query: exp.Expr | None
    target: exp.Table | None = None
    names: tuple[str, ...] = ()
    fresh: bool = False
    temporary: bool = False
    in_place: bool = False
    copied: bool = True


def pieces(statement: exp.Expr) -> Iterator[exp.Expr]:
    """The queries and writes of a statement, those inside procedures and CTEs before their hosts."""
    if isinstance(statement, exp.Create) and (statement.kind or "").upper() != "PROCEDURE":
        yield from [statement] if (statement.kind or "").upper() in STORED else []
    elif isinstance(statement, exp.DML | exp.Merge | exp.Query | exp.Copy):
        yield from writing_ctes(statement)
        yield statement
    elif not isinstance(statement, SAID_ONLY):
        for inner in statement.iter_expressions():
            yield from pieces(inner)


def writing_ctes(statement: exp.Expr) -> Iterator[exp.Expr]:
    """PostgreSQL's `WITH gone AS (DELETE ... RETURNING ...)`."""
    clause = statement.args.get("with_")
    if clause is None:
        return
    for at, cte in enumerate(clause.expressions):
        if isinstance(cte.this, exp.DML):
            piece = cte.this.copy()
            piece.set("with_", exp.With(expressions=[each.copy() for each in clause.expressions[:at]]))
            yield piece


def writes(piece: exp.Expr) -> Iterator[Write]:
    """What one piece writes."""
    if isinstance(piece, exp.Create):
        yield created(piece)
    elif isinstance(piece, exp.Insert):
        yield inserted(piece)
    elif isinstance(piece, exp.Update):
        yield updated(piece)
    elif isinstance(piece, exp.Merge):
        yield from merged(piece)
    elif isinstance(piece, exp.Query):
        yield queried(piece)
    elif isinstance(piece, exp.Copy):
        yield copied(piece)


def target_of(node: exp.Expr | None) -> tuple[exp.Table | None, tuple[str, ...]]:
    """The table behind `t` or `t(a, b)`, and the columns in the brackets."""
    if isinstance(node, exp.Schema):
        names = (each for each in node.expressions if isinstance(each, exp.Identifier | exp.ColumnDef))
        return target_of(node.this)[0], tuple(each.name for each in names)
    return (node if isinstance(node, exp.Table) else None), ()


def created(node: exp.Create) -> Write:
    """CREATE TABLE or VIEW, with a query or after another table."""
    target, names = target_of(node.this)
    pattern = node.find(exp.LikeProperty, exp.Clone)
    temporary = node.find(exp.TemporaryProperty) is not None or "#" in (target.name[:1] if target else "")
    if pattern is not None:
        like = isinstance(pattern, exp.LikeProperty)
        query: exp.Expr | None = exp.select("*").from_(pattern.this.copy())
        return Write(query, target, (), True, temporary, copied=not like)
    return Write(with_ctes(node.expression, node), target, names, True, temporary)


def inserted(node: exp.Insert) -> Write:
    """INSERT; into a directory there is no table."""
    target, names = target_of(node.this)
    return Write(with_ctes(node.expression, node), target, names, fresh=bool(node.args.get("overwrite")))


def queried(node: exp.Query) -> Write:
    """A query, which may say INTO."""
    into = node.find(exp.Into)
    if into is None or not isinstance(into.this, exp.Table):
        return Write(node)
    return Write(node, into.this, (), True, bool(into.args.get("temporary")))


def copied(node: exp.Copy) -> Write:
    """COPY into a table, or of a query or table into a file."""
    table, names = target_of(node.this)
    if node.args.get("kind"):
        return Write(None, table, names)
    return Write(exp.select("*").from_(table.copy()) if table else node.this)


def updated(node: exp.Update) -> Write:
    """UPDATE t SET a = x FROM s: SELECT x AS a FROM t, s."""
    target = node.this
    source = node.args.get("from_")
    others = [source.this] if source else []
    for other in others:
        for each in other.find_all(exp.Table):
            if not target.db and each.alias == target.name:  # T-SQL updates through the alias
                return update(node, each, others)
    return update(node, target, [target, *others])


def update(node: exp.Update, target: exp.Table, sources: list[exp.Expr]) -> Write:
    """The write of an UPDATE."""
    return Write(
        assigned(node.expressions, sources, [node.args.get("where")], node),
        target,
        assigned_names(node.expressions),
        in_place=True,
    )


def merged(node: exp.Merge) -> Iterator[Write]:
    """MERGE: a write for each branch."""
    target, _ = target_of(node.this)
    sources = [node.this, node.args["using"]]
    for when in node.args["whens"].expressions:
        action = when.args.get("then")
        asked = [node.args.get("on"), when.args.get("condition")]
        if isinstance(action, exp.Update):
            query = assigned(action.expressions, sources, asked, node)
            yield Write(query, target, assigned_names(action.expressions), in_place=True)
        elif isinstance(action, exp.Insert):
            yield Write(*branch(action, sources, asked, node, target), in_place=True)


def branch(
    action: exp.Insert,
    sources: list[exp.Expr],
    asked: list[exp.Expr | None],
    host: exp.Expr,
    target: exp.Table | None,
) -> tuple[exp.Expr, exp.Table | None, tuple[str, ...]]:
    """The INSERT of a MERGE."""
    values = action.args.get("expression")
    given = values.expressions if isinstance(values, exp.Tuple) else [exp.Star()]
    columns = action.this.expressions if isinstance(action.this, exp.Tuple) else []
    return selecting(given, sources, asked, host), target, tuple(each.name for each in columns)


def assigned(
    equations: list[exp.Expr],
    sources: list[exp.Expr],
    asked: list[exp.Expr | None],
    host: exp.Expr,
) -> exp.Expr:
    """The SELECT of the right sides of `a = x, b = y`."""
    return selecting([value for _, value in pairs(equations)], sources, asked, host)


def assigned_names(equations: list[exp.Expr]) -> tuple[str, ...]:
    """The left sides."""
    return tuple(name for name, _ in pairs(equations))


def pairs(equations: list[exp.Expr]) -> list[tuple[str, exp.Expr]]:
    """Column and value; `(a, b) = (x, y)` is two, `(a, b) = (SELECT ...)` gives both the same."""
    found: list[tuple[str, exp.Expr]] = []
    for each in equations:
        if not isinstance(each, exp.EQ):
            continue
        left, right = each.this, each.expression
        if not isinstance(left, exp.Tuple):
            found.append((left.name, right))
            continue
        values = right.expressions if isinstance(right, exp.Tuple) else [right] * len(left.expressions)
        found += [(column.name, value) for column, value in zip(left.expressions, values, strict=False)]
    return found


def selecting(
    values: list[exp.Expr],
    sources: list[exp.Expr],
    asked: list[exp.Expr | None],
    host: exp.Expr,
) -> exp.Expr:
    """A SELECT of values from sources under conditions."""
    first, *others = (each.copy() for each in sources)
    query = exp.Select(expressions=[each.copy() for each in values], from_=exp.From(this=first))
    query.set("joins", [exp.Join(this=each) for each in others])
    conditions = [(each.this if isinstance(each, exp.Where) else each).copy() for each in asked if each]
    if conditions:
        query = query.where(*conditions, copy=False)
    return with_ctes(query, host) or query


def with_ctes(query: exp.Expr | None, host: exp.Expr) -> exp.Expr | None:
    """The query with the WITH that stands before its host."""
    clause = host.args.get("with_")
    if query is None or clause is None:
        return query
    outer = clause.copy()
    if (own := query.args.get("with_")) is not None:
        outer.set("expressions", outer.expressions + [each.copy() for each in own.expressions])
    query = query.copy()
    query.set("with_", outer)
    return query
