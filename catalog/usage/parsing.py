"""What a statement names: tables read and written, and how they are joined. Knows no Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECTS = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "files": "duckdb",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "redshift": "redshift",
    "trino": "trino",
    "mssql": "tsql",
    "spark": "spark",
}
FOLDED = {"postgres": str.lower, "redshift": str.lower, "snowflake": str.upper, "oracle": str.upper}
# Of the others the parser cannot tell all that they name, and it would say so in the log.
READABLE = re.compile(
    r"[\s(]*(SELECT|WITH|TABLE|VALUES|INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\w*\s+|UNLOGGED\s+)?(?:TABLE|(?:MATERIALIZED\s+)?VIEW))\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]+")
WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Copy)
Node = TypeVar("Node", bound=exp.Expr)
SYSTEM = {"pg_catalog", "information_schema", "performance_schema", "mysql", "sys", "sqlite_master"}


@dataclass(frozen=True, order=True)
class Name:
    """A table as a statement names it; empty where it leaves a part out."""

    database: str
    schema: str
    table: str

    @property
    def is_system(self) -> bool:
        """Whether it is of the engine itself."""
        alone = not self.schema and (self.table.startswith("pg_") or self.table in SYSTEM)
        return self.schema.lower() in SYSTEM or alone


@dataclass(frozen=True, order=True)
class Join:
    """Two tables whose columns must be equal, pair by pair; `left` is the smaller name."""

    left: Name
    right: Name
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Named:
    """What a statement names. One that was not `understood` may name more than this."""

    verb: str
    understood: bool
    reads: frozenset[Name] = frozenset()
    writes: frozenset[Name] = frozenset()
    joins: frozenset[Join] = frozenset()
    types: frozenset[Name] = frozenset()  # of casts: a table's name is one

    @property
    def tables(self) -> frozenset[Name]:
        """All of them."""
        return self.reads | self.writes


@lru_cache(maxsize=1000)
def named(sql: str, dialect: str) -> Named:
    """What one statement names; `sql` is bounded in length by its caller, for it takes time.

    What names no asset is asked again at every reading.
    """
    word = WORD.search(sql)
    verb = word[0].upper() if word else ""
    if not READABLE.match(sql):
        return Named(verb, False)
    try:
        found = sqlglot.parse(sql, dialect=dialect or None)
    except (SqlglotError, RecursionError, ValueError):  # ValueError: an unknown dialect
        return Named(verb, False)
    reading = Reading(found[0], dialect) if len(found) == 1 and found[0] else None
    if reading is None or any(reading.all(exp.Command)):
        return Named(verb, False)
    return reading.named(verb)


class Reading:
    """One parsed statement."""

    def __init__(self, root: exp.Expr, dialect: str) -> None:
        self.root = root
        self.nodes = list(root.walk())  # once: there are very many
        self.fold = FOLDED.get(dialect, str)
        self.scopes: dict[int, dict[str, exp.Expr]] = {}
        tables = [each for each in self.all(exp.Table) if isinstance(each.this, exp.Identifier)]
        self.names = {id(each): self.name(each) for each in tables if not is_cte(each)}

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Its parts of these kinds."""
        return (each for each in self.nodes if isinstance(each, kinds))

    def name(self, table: exp.Table) -> Name:
        """A table's name as the engine would store it."""
        return Name(*(self.part(table.args.get(key)) for key in ("catalog", "db", "this")))

    def part(self, given: object) -> str:
        """An identifier, folded unless it is quoted."""
        if not isinstance(given, exp.Identifier):
            return ""
        return given.name if given.args.get("quoted") else self.fold(given.name)

    def named(self, verb: str) -> Named:
        """All of it."""
        targets = set(self.targets())
        writes = {name for at, name in self.names.items() if at in targets}
        reads = {name for at, name in self.names.items() if at not in targets}
        kind = type(self.root).__name__.upper() if isinstance(self.root, WRITING) else verb
        if isinstance(self.root, exp.Query):
            kind = "SELECT"
        types = frozenset(self.types())
        return Named(kind, True, frozenset(reads), frozenset(writes), frozenset(self.joins()), types)

    def types(self) -> Iterator[Name]:
        """What is cast to, of what the engine does not bring along."""
        for each in self.all(exp.DataType):
            if each.args.get("kind"):
                parts = ["", "", *(self.fold(part.strip('"')) for part in str(each.args["kind"]).split("."))]
                yield Name(*parts[-3:])

    def targets(self) -> Iterator[int]:
        """The tables that are written, wherever in the statement."""
        for node in self.all(*WRITING, exp.Into):
            if isinstance(node, exp.Copy) and not node.args.get("kind"):
                continue  # COPY … TO reads
            inner = node.this.this if isinstance(node.this, exp.Schema) else node.this
            yield id(inner)
            yield from (id(each) for each in node.args.get("tables") or ())
        if isinstance(self.root, exp.TruncateTable):
            yield from map(id, self.root.expressions)

    def joins(self) -> Iterator[Join]:
        """One for each two tables and scope, with all their pairs of columns."""
        pairs: dict[tuple[int, Name, Name], set[tuple[str, str]]] = {}
        for scope, one, other in self.equalities():
            (left, mine), (right, theirs) = sorted([one, other])
            if left != right:
                pairs.setdefault((scope, left, right), set()).add((mine, theirs))
        for (_, left, right), columns in pairs.items():
            yield Join(left, right, tuple(sorted(columns)))

    def equalities(self) -> Iterator[tuple[int, tuple[Name, str], tuple[Name, str]]]:
        """Columns of tables that must be equal: (scope, (table, column), (table, column))."""
        for node in self.all(exp.Join, exp.Where, exp.Merge):
            scope = node if isinstance(node, exp.Merge) else node.find_ancestor(exp.Select, *WRITING)
            for equal in conditions(node):
                one, other = self.owner(equal.this, scope), self.owner(equal.expression, scope)
                if one and other:
                    yield id(scope), one, other
            if isinstance(node, exp.Join):
                yield from self.shared(node)

    def shared(self, join: exp.Join) -> Iterator[tuple[int, tuple[Name, str], tuple[Name, str]]]:
        """Those of USING: with the table after FROM."""
        scope = join.parent
        begin = scope.args.get("from_") if scope else None
        one, other = (self.names.get(id(each.this)) if each else None for each in (begin, join))
        if one and other:
            for column in join.args.get("using") or ():
                yield id(scope), (one, self.part(column)), (other, self.part(column))

    def aliases(self, scope: exp.Expr) -> dict[str, exp.Expr]:
        """What stands directly in a scope, by its name there; looked up once."""
        if id(scope) not in self.scopes:
            self.scopes[id(scope)] = {each.alias_or_name.lower(): each for each in sources(scope)}
        return self.scopes[id(scope)]

    def owner(self, given: object, scope: exp.Expr | None) -> tuple[Name, str] | None:
        """Whose column it is that stands in a scope, where the statement says so."""
        if not (isinstance(given, exp.Column) and given.table):
            return None
        while scope:
            table = self.aliases(scope).get(given.table.lower())
            if table is not None:
                name = self.names.get(id(table))
                return (name, self.part(given.this)) if name else None
            scope = scope.find_ancestor(exp.Select, *WRITING)
        return None


def sources(scope: exp.Expr) -> Iterator[exp.Expr]:
    """The tables and subqueries that stand directly in a scope."""
    begin = scope.args.get("from_")
    if begin:
        yield begin.this
        yield from (each.this for each in begin.this.args.get("joins") or ())
    for key in ("this", "using"):
        given = scope.args.get(key)
        for each in given if isinstance(given, list) else [given]:
            if isinstance(each, exp.Table | exp.Subquery):
                yield each
                yield from (inner.this for inner in each.args.get("joins") or ())
    yield from (each.this for each in scope.args.get("joins") or ())


def conditions(node: exp.Expr) -> Iterator[exp.EQ]:
    """The equalities that must hold: nothing but AND stands between them and ON or WHERE."""
    waiting = [node.args.get("on"), node.this if isinstance(node, exp.Where) else None]
    while waiting:
        each = waiting.pop()
        if isinstance(each, exp.EQ):
            yield each
        elif isinstance(each, exp.And | exp.Paren):
            waiting += [each.this, each.args.get("expression")]


def is_cte(table: exp.Table) -> bool:
    """Whether the name is that of a WITH around it; one's own name means the real table, unless recursive."""
    if table.args.get("db"):
        return False
    wanted, node = table.name.lower(), table
    inner: exp.Expr = node
    while inner.parent:
        above = inner.parent
        if isinstance(inner, exp.CTE) and isinstance(above, exp.With):
            names = above.expressions
            known = names if above.args.get("recursive") else names[: names.index(inner)]
            inner = above.parent or above
        else:
            given = above.args.get("with_")
            known = given.expressions if given is not None and given is not inner else []
            inner = above
        if any(each.alias.lower() == wanted for each in known):
            return True
    return False
