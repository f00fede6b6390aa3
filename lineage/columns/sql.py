"""SQL to lineage: which tables and columns a statement reads to make which. Pure.

The SQL is parsed by sqlglot; resolving names is ours, so that a catalogue known by halves still
gives half of the columns, and all of the tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlglot import exp

from catalog.connectors.metadata import TableRef
from lineage.columns.names import Columns, Names
from lineage.columns.parsing import Parser, is_understood
from lineage.columns.shapes import DIRECT, EVERYTHING, Origin, Shape
from lineage.columns.trace import Tracer
from lineage.columns.writes import STORED, Write, pieces, writes


@dataclass(frozen=True)
class ColumnEdge:
    """A column that a column of the target comes from, or, indirectly, is influenced by.

    `target_column` None is the whole target (what joins, filters and groups its rows); "*" on
    both sides passes on all columns of a table whose columns are not known.
    Kinds and subtypes are those of OpenLineage's column lineage facet.
    """

    source_table: TableRef
    source_column: str
    target_column: str | None
    kind: Literal["DIRECT", "INDIRECT"]
    subtype: str
    target_table: TableRef | None = None


@dataclass(frozen=True)
class SqlLineage:
    """What a script reads and writes; everything sorted, without repetition.

    `inputs` are tables with contents from before the script; tables that it drops again are
    neither inputs nor outputs, and columns are followed through them. `warnings` tell what
    could not be understood, in words that quote names but no values.
    """

    inputs: tuple[TableRef, ...] = ()
    outputs: tuple[TableRef, ...] = ()
    columns: tuple[ColumnEdge, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def output(self) -> TableRef | None:
        """The only output, None if there is none or are several."""
        return self.outputs[0] if len(self.outputs) == 1 else None


def parse_lineage(
    sql: str,
    *,
    dialect: str,
    schema: Mapping[TableRef, Columns] | None = None,
    search_path: Sequence[str] = (),
    database: str = "",
    output: TableRef | None = None,
) -> SqlLineage:
    """The lineage of one statement or a whole script; never raises.

    `schema` gives the columns of known tables in their order; `search_path` and `database`
    complete names; `output` is what a bare query fills (a view's own name).
    """
    parser = Parser(dialect)
    script = Script(Names(dict(schema or {}), tuple(search_path), database, dialect), output)
    script.warnings = parser.warnings
    script.read([script.step(each) for each in parser.statements(sql)])
    return script.lineage()


@dataclass(frozen=True)
class Step:
    """A statement, and what it writes."""

    statement: exp.Expr
    writes: list[Write]


@dataclass
class Script:
    """The lineage of the statements so far."""

    names: Names
    output: TableRef | None = None
    inputs: set[TableRef] = field(default_factory=set)
    outputs: set[TableRef] = field(default_factory=set)
    fresh: set[TableRef] = field(default_factory=set)
    passing: set[TableRef] = field(default_factory=set)
    edges: set[ColumnEdge] = field(default_factory=set)
    made: dict[TableRef, Shape] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def step(self, statement: exp.Expr) -> Step:
        """A statement taken apart; one we fail on is a warning, for the others are still of use."""
        if not is_understood(statement):
            self.warnings.append(f"A {statement.name.upper()} statement is not understood.")
        try:
            return Step(statement, [write for piece in pieces(statement) for write in writes(piece)])
        except Exception as error:  # noqa: BLE001 - the edge to a parser that is fed with anything
            self.warnings.append(f"A statement could not be followed ({type(error).__name__}).")
            return Step(statement, [])

    def read(self, steps: list[Step]) -> None:
        """Note what the statements do, one after the other."""
        self.passing = self.short_lived(steps)
        for step in steps:
            self.outputs -= self.dropped(step.statement)
            if isinstance(step.statement, exp.Alter):
                self.rename(step.statement)
            for write in step.writes:
                self.note(write)

    def short_lived(self, steps: list[Step]) -> set[TableRef]:
        """The tables that the script makes and in the end has dropped."""
        written: set[TableRef] = set()
        gone: set[TableRef] = set()
        for step in steps:
            made = {self.names.ref(write.target) for write in step.writes if write.target}
            lost = self.dropped(step.statement) & written
            written, gone = (written | made) - lost, (gone - made) | lost
        return gone

    def dropped(self, statement: exp.Expr) -> set[TableRef]:
        """The tables a statement drops."""
        if isinstance(statement, exp.Drop) and (statement.kind or "").upper() in STORED:
            return {self.names.ref(each) for each in statement.find_all(exp.Table)}
        return set()

    def note(self, write: Write) -> None:
        """Note one write, or a bare query."""
        target = self.names.ref(write.target) if write.target else self.output
        self.inputs |= self.read_tables(write) - self.fresh - self.passing
        found = self.traced(write)
        if target is not None:
            self.wrote(write, target, found)
        if write.copied:
            self.draw(write, target, found)

    def traced(self, write: Write) -> Shape:
        """The columns written; where we fail on them, the tables are still right."""
        tracer = Tracer(self.names, self.made)
        try:
            return tracer.query(write.query) if write.query is not None else Shape()
        except Exception as error:  # noqa: BLE001 - the edge to a parser that is fed with anything
            self.warnings.append(
                f"The columns of a statement could not be followed ({type(error).__name__})."
            )
            return Shape()
        finally:
            self.warnings += tracer.warnings

    def read_tables(self, write: Write) -> set[TableRef]:
        """The tables a write reads. The target of an UPDATE or MERGE is only read if named again."""
        if write.query is None:
            return set()
        tables = [self.names.ref(each) for each in self.names.tables(write.query)]
        if write.target is not None and write.in_place:
            tables.remove(self.names.ref(write.target))
        return set(tables)

    def wrote(self, write: Write, target: TableRef, shape: Shape) -> None:
        """Remember what a table holds now."""
        if write.fresh and target not in self.inputs:
            self.fresh.add(target)
        if write.temporary:
            self.passing.add(target)
        names = self.target_names(write, target, shape)
        if target in self.passing:
            before = self.made.get(target)
            self.made[target] = before.beside(shape) if before else shape.renamed(names)
        else:
            self.outputs.add(target)
        if names and write.fresh and not shape.open and self.names.columns(target) is None:
            self.names.learn(target, names)

    def target_names(self, write: Write, target: TableRef | None, shape: Shape) -> tuple[str, ...]:
        """The written columns in their order: said, known, or named by the query."""
        if write.names:
            return write.names
        known = self.names.columns(target) if target else None
        own = tuple(name for name, _ in shape.columns)
        return known[: len(own)] if known and not shape.open else own

    def draw(self, write: Write, target: TableRef | None, shape: Shape) -> None:
        """The edges of one write."""
        if target in self.passing:
            return
        names = self.target_names(write, target, shape)
        for name, (_, origins) in zip(names, shape.columns, strict=False):
            self.edges |= {edge(origin, name, target) for origin in origins}
        self.edges |= {edge(origin, EVERYTHING, target) for origin in shape.passed_on}
        self.edges |= {edge(origin, None, target) for origin in shape.influences}

    def rename(self, statement: exp.Alter) -> None:
        """A renamed output keeps its edges."""
        old = self.names.ref(statement.this)
        for action in statement.args.get("actions") or ():
            if isinstance(action, exp.AlterRename) and old in self.outputs:
                new = self.names.ref(action.this)
                self.outputs = (self.outputs - {old}) | {new}
                moved = {each for each in self.edges if each.target_table == old}
                self.edges = (self.edges - moved) | {replace(each, target_table=new) for each in moved}

    def lineage(self) -> SqlLineage:
        """The result so far."""
        return SqlLineage(
            inputs=tuple(sorted(self.inputs)),
            outputs=tuple(sorted(self.outputs)),
            columns=tuple(sorted(self.edges, key=repr)),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )


def edge(origin: Origin, column: str | None, target: TableRef | None) -> ColumnEdge:
    """An origin as an edge."""
    kind: Literal["DIRECT", "INDIRECT"] = "DIRECT" if origin.subtype in DIRECT else "INDIRECT"
    return ColumnEdge(origin.table, origin.column, column, kind, origin.subtype, target)
