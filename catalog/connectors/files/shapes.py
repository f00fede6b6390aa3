"""What the files themselves say: Parquet in its footers, the others by a sample of their rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from catalog.connectors.duckdb import engine, errors
from catalog.connectors.errors import ConnectorError
from catalog.connectors.files.entries import Entry, Group, format_of, packing_of
from catalog.connectors.files.session import FilesGuarded, Swapped, reading_of

AT_ONCE = 100  # Parquet files in one statement
FATAL = {"timeout", "unreachable", "auth"}  # of the source, not of one file
Column = tuple[str, str]
"""Name and type."""


@dataclass(frozen=True)
class Shape:
    """One file; `needed` are the columns that hold no null."""

    columns: tuple[Column, ...] = ()
    needed: frozenset[str] = frozenset()
    rows: int | None = None
    compression: str = ""
    problem: str = ""


class Looker:
    """Looks into files, through an open DuckDB."""

    def __init__(self, guarded: FilesGuarded, told: Callable[[BaseException], ConnectorError]) -> None:
        self.guarded = guarded
        self.told = told
        self.typed: dict[Any, tuple[Column, ...]] = {}  # by what a footer says

    def shapes(self, entries: Sequence[Entry], tell: Callable[[int], None]) -> dict[str, Shape]:
        """The shape of every file, by its path; `tell` hears how many are done."""
        found: dict[str, Shape] = {}
        parquet = [each for each in entries if format_of(each.path) == "parquet"]
        for start in range(0, len(parquet), AT_ONCE):
            found |= self.footers(parquet[start : start + AT_ONCE])
            tell(len(found))
        for entry in entries:
            if entry.path not in found:
                found[entry.path] = self.sniffed(entry)
                tell(len(found))
        return found

    def described(self, group: Group, shapes: dict[str, Shape]) -> Shape:
        """The columns of several files together, told from one of each shape."""
        sound = [each for each in group.files if not shapes[each.path].problem]
        if not sound or (len(group.files) == 1 and not group.keys):
            return shapes[group.files[0].path]
        different = {shapes[each.path].columns: each for each in sound}
        chosen = sorted({sound[0], sound[-1], *different.values()})
        try:
            columns = self.columns(group.format, chosen, bool(group.keys))
        except (duckdb.Error, Swapped) as error:
            return Shape(problem=self.problem(error))
        needed = frozenset.intersection(*(shapes[each.path].needed for each in sound))
        return Shape(columns, needed)

    def sniffed(self, entry: Entry) -> Shape:
        """A text file, by its first rows."""
        packing = packing_of(entry.path)
        if not entry.size:
            return Shape(compression=packing, problem="The file is empty.")
        try:
            columns = self.columns(format_of(entry.path), [entry])
        except (duckdb.Error, Swapped) as error:
            return Shape(compression=packing, problem=self.problem(error))
        return Shape(columns, compression=packing)

    def footers(self, entries: Sequence[Entry]) -> dict[str, Shape]:
        """Several Parquet files at once; one that is broken is looked at alone."""
        try:
            with self.guarded.over(entries):
                return dict(self.parquet(entries))
        except (duckdb.Error, Swapped) as error:
            problem = self.problem(error)
            if len(entries) == 1:
                return {entries[0].path: Shape(problem=problem)}
        return {path: shape for each in entries for path, shape in self.footers([each]).items()}

    def parquet(self, entries: Sequence[Entry]) -> Iterator[tuple[str, Shape]]:
        files = f"[{', '.join(engine.literal(each.url) for each in entries)}]"
        rows = dict(self.ask(f"SELECT file_name, num_rows FROM parquet_file_metadata({files})"))
        packed = dict(
            self.ask(
                "SELECT file_name, string_agg(DISTINCT lower(compression), ', ')"
                f" FROM parquet_metadata({files}) GROUP BY 1"
            )
        )
        schemas: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        said = "name, type, type_length, repetition_type, num_children, converted_type, logical_type::varchar"
        for name, *element in self.ask(f"SELECT file_name, {said} FROM parquet_schema({files})"):
            schemas[name].append(tuple(element))
        for entry in entries:
            schema = tuple(schemas[entry.url])
            if schema not in self.typed:
                self.typed[schema] = self.columns("parquet", [entry])
            needed = frozenset(name for name, kind in top(schema) if kind == "REQUIRED")
            yield (
                entry.path,
                Shape(self.typed[schema], needed, int(rows[entry.url]), packed.get(entry.url, "")),
            )

    def columns(self, kind: str, files: Sequence[Entry], keyed: bool = False) -> tuple[Column, ...]:
        """Names and types of these files as one table, as DuckDB reads them."""
        with self.guarded.over(files):
            rows = self.ask(f"DESCRIBE SELECT * FROM {reading_of(kind, files, keyed)}")
        return tuple((row[0], row[1]) for row in rows)

    def ask(self, query: str) -> list[Any]:
        return self.guarded.ask(query)

    def problem(self, error: duckdb.Error | Swapped) -> str:
        """What is wrong with a file; raises ConnectorError where it is not the file's fault."""
        said = self.told(error)
        if said.kind in FATAL:
            raise said from None
        return f"{errors.gist(error)}." if said.kind == "query" else said.message


def top(schema: Iterable[Sequence[Any]]) -> Iterator[tuple[str, str]]:
    """Name and repetition of the columns, without what is nested in them; the first element is the root."""
    inner: list[int] = []  # children still to come, of each level
    for name, _, _, repetition, children, *_ in schema:
        if len(inner) == 1:
            yield name, repetition
        if inner:
            inner[-1] -= 1
        if children:
            inner.append(children)
        while inner and not inner[-1]:
            inner.pop()
