"""From a dbt project to facts about tables. Pure: artifacts in, values out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.connectors.dbt.artifacts import Broken, Piece
from catalog.connectors.dbt.project import Project
from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, TableFacts, TableKind, TableRef

MATERIALIZED: dict[str, TableKind] = {"view": "view", "materialized_view": "materialized_view"}
TYPES: dict[str, TableKind] = {
    "view": "view",
    "materialized view": "materialized_view",
    "materialized_view": "materialized_view",
    "foreign": "foreign_table",
    "external": "foreign_table",
    "external table": "foreign_table",
}
ROWS = ("row_count", "num_rows", "rows")
BYTES = ("bytes", "num_bytes")
MOST = 2**63  # more is no count
SNOWFLAKE_TIME = "%Y-%m-%d %H:%M%Z"
ALTERED = "last_modified"
REF = re.compile(r"""ref\(\s*(?:['"]\w+['"]\s*,\s*)?['"](\w+)['"]\s*\)""")
LONGEST_COLUMN = 500  # letters


@dataclass(frozen=True)
class Relation:
    """One relation of the project, from all that is said about it."""

    project: Project
    unique_id: str

    @property
    def node(self) -> Piece:
        return self.project.nodes[self.unique_id]

    @property
    def found(self) -> Piece:
        """What the warehouse said about it; empty where it was not asked."""
        return self.project.described.get(self.unique_id) or Piece({})

    @property
    def kind(self) -> TableKind:
        """As the warehouse says, or else as the project wants it."""
        said = self.found.piece("metadata").text("type").lower()
        wanted = self.node.piece("config").text("materialized")
        return TYPES.get(said) or ("table" if said else MATERIALIZED.get(wanted, "table"))

    def facts(self) -> TableFacts:
        """Everything, as the house wants it."""
        ref = self.project.refs[self.unique_id]
        metadata = self.found.piece("metadata")
        columns = columns_of(self.node, self.found)
        keys = Keys(self.node, [each.name for each in columns])
        return TableFacts(
            database=ref.database,
            schema=ref.schema,
            name=ref.name,
            kind=self.kind,
            columns=tuple(keys.marked(columns)),
            comment=self.node.text("description") or metadata.text("comment"),
            owner=metadata.text("owner"),
            row_estimate=self.estimate(ROWS),
            size_bytes=self.estimate(BYTES),
            primary_key=next(keys.of("primary_key"), ()),
            unique=tuple(keys.of("unique")),
            foreign_keys=tuple(keys.foreign(ref, self.project)),
            view_sql=self.sql(),
            depends_on=self.project.read_by(self.node),
            partial=bool(self.project.described) and not self.found.content,
            modified_at=self.modified_at(),
            extra=extra_of(self),
        )

    def sql(self) -> str | None:
        """The SQL that makes it; a model in Python has none."""
        if self.node.text("language") not in {"", "sql"}:
            return None
        return self.node.text("compiled_code").strip() or None

    def estimate(self, names: tuple[str, ...]) -> int | None:
        """The first of these statistics that the adapter gives."""
        stats = self.found.piece("stats")
        values = (stats.piece(name).number("value") for name in names if name in stats.content)
        return next((int(each) for each in values if each is not None and 0 <= each < MOST), None)

    def modified_at(self) -> datetime | None:
        """When the warehouse, or a run of dbt, last changed it."""
        altered = altered_at(self.found.piece("stats").piece(ALTERED).content.get("value"))
        run = self.project.results.get(self.unique_id)
        written = run.at if run and run.status == "success" and self.kind != "view" else None
        return max(filter(None, (altered, written)), default=None)


def columns_of(node: Piece, found: Piece) -> tuple[ColumnFacts, ...]:
    """Those that the warehouse has, in its order; without a catalogue those that the project describes."""
    documented = {name.casefold(): column for name, column in node.pieces("columns").items()}
    if found.content:
        real = found.pieces("columns")
        ordered = sorted(real, key=lambda name: real[name].number("index") or 0)
        named = {real[name].text("name") or name: real[name].text("type") for name in ordered}
    else:
        named = {each.text("name"): each.text("data_type") for each in documented.values()}
    if any(not 0 < len(name) <= LONGEST_COLUMN for name in named):
        raise Broken(f"{node.place}.columns has a column without a usable name")
    nothing = Piece({})
    return tuple(
        ColumnFacts(
            name=name,
            data_type=data_type,
            position=at,
            nullable=True,
            comment=documented.get(name.casefold(), nothing).text("description"),
        )
        for at, (name, data_type) in enumerate(named.items(), 1)
    )


class Keys:
    """The constraints of a model under an enforced contract; without one dbt writes none."""

    def __init__(self, node: Piece, columns: list[str]) -> None:
        self.spelled = {each.casefold(): each for each in columns}
        self.all: list[tuple[Piece, tuple[str, ...]]] = []
        if node.piece("contract").content.get("enforced") is True:
            self.all = [(each, self.names(each.texts("columns"))) for each in node.listed("constraints")]
            for name, column in node.pieces("columns").items():
                self.all += [(each, self.names([name])) for each in column.listed("constraints")]

    def names(self, written: list[str]) -> tuple[str, ...]:
        """Columns as the warehouse spells them."""
        return tuple(self.spelled.get(each.casefold(), each) for each in written)

    def of(self, kind: str) -> Iterator[tuple[str, ...]]:
        """The columns of each constraint of this kind."""
        return (columns for each, columns in self.all if each.text("type") == kind and columns)

    def marked(self, columns: tuple[ColumnFacts, ...]) -> Iterator[ColumnFacts]:
        """The columns with what the constraints say about null."""
        filled = {name for kind in ("not_null", "primary_key") for names in self.of(kind) for name in names}
        for each in columns:
            nullable = each.name not in filled
            yield ColumnFacts(each.name, each.data_type, each.position, nullable, comment=each.comment)

    def foreign(self, ref: TableRef, project: Project) -> Iterator[ForeignKeyFacts]:
        """Foreign keys to relations of the project in the same database."""
        for each, columns in self.all:
            target = target_of(each.text("to"), project) if each.text("type") == "foreign_key" else None
            targets = tuple(each.texts("to_columns"))
            if target and target.database == ref.database and len(targets) == len(columns):
                name = each.text("name") or f"{ref.name}_{'_'.join(columns)}_fkey"
                yield ForeignKeyFacts(name, columns, target.schema, target.name, targets)


def target_of(written: str, project: Project) -> TableRef | None:
    """The relation that a foreign key names, as SQL or as a reference."""
    if written in project.by_written_name:
        return project.by_written_name[written]
    named = REF.search(written)
    if not named:
        return None
    alike = [ref for each, ref in project.refs.items() if project.nodes[each].text("name") == named[1]]
    return alike[0] if len(alike) == 1 else None


def altered_at(value: object) -> datetime | None:
    """A time as Snowflake's adapter writes it."""
    try:
        return datetime.strptime(str(value), SNOWFLAKE_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def extra_of(relation: Relation) -> dict[str, object]:
    """What only dbt knows, as JSON; what is empty is left out."""
    node, config = relation.node, relation.node.piece("config")
    run = relation.project.results.get(relation.unique_id)
    real = {name.casefold() for name in relation.found.pieces("columns")}
    said: dict[str, object] = {
        "unique_id": relation.unique_id,
        "resource": node.text("resource_type"),
        "project": node.text("package_name"),
        "path": node.text("original_file_path"),
        "materialized": config.text("materialized"),
        "language": node.text("language"),
        "access": node.text("access"),
        "group": node.text("group"),
        "source": node.text("source_name"),
        "loader": node.text("loader"),
        "tags": node.texts("tags"),
        "meta": node.piece("meta").content,
        "columns": dict(columns_said(node)),
        "columns_not_found": [
            each for each in node.pieces("columns") if real and each.casefold() not in real
        ],
        "tests": [
            test_of(each, relation.project) for each in relation.project.tests.get(relation.unique_id, ())
        ],
        "last_run": run.said() if run else {},
    }
    return {key: value for key, value in said.items() if value}


def columns_said(node: Piece) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Tags and meta of the columns that have any."""
    for name, column in node.pieces("columns").items():
        said = {"tags": column.texts("tags"), "meta": column.piece("meta").content}
        if any(said.values()):
            yield name, {key: value for key, value in said.items() if value}


def test_of(node: Piece, project: Project) -> dict[str, object]:
    """One test, with how it ended when it last ran."""
    generic = node.piece("test_metadata")
    name = ".".join(filter(None, (generic.text("namespace"), generic.text("name")))) or node.text("name")
    known = {"model", "column_name"}
    arguments = {key: each for key, each in generic.piece("kwargs").content.items() if key not in known}
    unique_id = node.text("unique_id")
    result = project.results.get(unique_id)
    said: dict[str, object] = {
        "name": name,
        "column": node.text("column_name"),
        "arguments": arguments,
        "severity": node.piece("config").text("severity").lower(),
        "unique_id": unique_id,
        "last_result": result.said() if result else {},
    }
    return {key: value for key, value in said.items() if value}
