"""From what Spark says of a database to facts about tables. Pure: texts in, values out.

`SHOW TABLE EXTENDED` tells of each table in lines of `Name: value`, which Spark does not escape; a comment
or a view may look like such lines. So what stands before the comment is looked for from the beginning, what
stands after it from the end.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalog.connectors.metadata import ColumnFacts, TableFacts, TableKind, TableRef
from catalog.connectors.reading import read_by
from catalog.connectors.spark.settings import CATALOG

TEXT = re.compile(r"\nView Text: (.*?)\nView Original Text: ", re.DOTALL)
AFTER = "Collation|View Text|Table Properties|Statistics|Location|Serde Library|InputFormat|Schema"
COMMENT = re.compile(rf"\nComment: (.*?)(?=\n(?:{AFTER}): )", re.DOTALL)
STATISTICS = re.compile(r"(\d+) bytes(?:, (\d+) rows)?")
COLUMN = re.compile(r"^ \|-- (.*): (.*) \(nullable = (true|false)\)$", re.MULTILINE)
NAMES = re.compile(r"`((?:[^`]|``)+)`")
PLAIN = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint"}
KINDS: dict[str, TableKind] = {"VIEW": "view", "MATERIALIZED_VIEW": "materialized_view"}


class Described(NamedTuple):
    """A column as the analyzer sees it; `data_type` as DESCRIBE writes it."""

    name: str
    data_type: str
    nullable: bool
    default: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class Told:
    """One table as SHOW TABLE EXTENDED tells of it."""

    schema: str
    name: str
    text: str

    @property
    def ref(self) -> TableRef:
        """Its name."""
        return TableRef(CATALOG, self.schema, self.name)

    def before(self, name: str) -> str:
        """A value that stands before the comment."""
        found = re.search(rf"^{name}: (.*)$", self.text, re.MULTILINE)
        return found[1] if found else ""

    def after(self, name: str) -> str:
        """A value that stands after comment, SQL and properties."""
        found = re.findall(rf"^{name}: (.*)$", self.text, re.MULTILINE)
        return found[-1] if found else ""

    @property
    def view_sql(self) -> str | None:
        """The SQL of a view."""
        found = TEXT.search(self.text) if self.before("Type") in KINDS else None
        return found[1] if found else None

    @property
    def shown(self) -> list[Described]:
        """The columns as far as the text tells: no comments, and only the beginnings of nested types."""
        tree = self.text.rpartition("\nSchema: root\n")[2]
        return [
            Described(name, PLAIN.get(kind, kind), nullable == "true")
            for name, kind, nullable in COLUMN.findall(tree)
        ]


def facts(told: Sequence[Told], described: Mapping[TableRef, Sequence[Described]]) -> list[TableFacts]:
    """Every table and view; one that the analyzer could not read is `partial`."""
    known = {(each.schema.lower(), each.name.lower()): each.ref for each in told}
    return [table(each, described.get(each.ref), known) for each in told]


def table(
    told: Told, described: Sequence[Described] | None, known: Mapping[tuple[str, str], TableRef]
) -> TableFacts:
    """One of them."""
    comment, sizes = COMMENT.search(told.text), STATISTICS.fullmatch(told.after("Statistics"))
    return TableFacts(
        database=CATALOG,
        schema=told.schema,
        name=told.name,
        kind=KINDS.get(told.before("Type"), "table"),
        columns=tuple(columns(told.shown, described)),
        comment=comment[1] if comment else "",
        owner=told.before("Owner"),
        row_estimate=int(sizes[2]) if sizes and sizes[2] else None,
        size_bytes=int(sizes[1]) if sizes else None,
        view_sql=told.view_sql,
        depends_on=tuple(sorted(depends_on(told, known))),
        partial=described is None,
        extra=extra(told),
    )


def columns(shown: Sequence[Described], described: Sequence[Described] | None) -> Iterable[ColumnFacts]:
    """The analyzer's columns; but that a table forbids nulls is known to its catalogue alone."""
    same = described is not None and [each.name for each in shown] == [each.name for each in described]
    for at, each in enumerate(shown if described is None else described):
        nullable = shown[at].nullable if same else each.nullable
        yield ColumnFacts(each.name, each.data_type, at + 1, nullable, each.default, each.comment)


def extra(told: Told) -> dict[str, object]:
    """What only Spark says: how the table is stored, and where."""
    said: dict[str, object] = {
        "type": told.before("Type"),
        "provider": told.before("Provider") if told.view_sql is None else "",
        "location": told.after("Location") if told.view_sql is None else "",
        "partition_columns": [
            each.replace("``", "`") for each in NAMES.findall(told.after("Partition Columns"))
        ],
    }
    return {name: value for name, value in said.items() if value}


def depends_on(told: Told, known: Mapping[tuple[str, str], TableRef]) -> set[TableRef]:
    """What a view reads, as far as it is there; names without a database are of where it was written."""
    if not told.view_sql:
        return set()
    home = told.after("View Catalog and Namespace").rpartition(".")[2].strip("`") or told.schema
    found = (
        known.get(((schema or home).lower(), name.lower()))
        for database, schema, name in read_by(told.view_sql, "spark")
        if database.lower() in {"", CATALOG}
    )
    return {each for each in found if each}
