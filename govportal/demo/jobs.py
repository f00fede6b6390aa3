"""The pipeline's jobs as they stand in jobs.yaml."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from govportal.demo.server import WAREHOUSE

HERE = Path(__file__).parent


@dataclass(frozen=True, order=True)
class TableName:
    """Where a table stands: database, schema, table."""

    database: str
    schema: str
    table: str

    def __str__(self) -> str:
        return f"{self.database}.{self.schema}.{self.table}"

    @classmethod
    def parse(cls, text: str) -> "TableName":
        """Three parts, or two for the warehouse."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 else cls(WAREHOUSE, *parts)


@dataclass(frozen=True)
class ColumnPath:
    """One column that goes into another; kind: identity, transformed, aggregated or masked."""

    source: TableName
    column: str
    target: str
    kind: str


@dataclass(frozen=True)
class Job:
    """One step of the pipeline."""

    name: str
    about: str
    inputs: tuple[TableName, ...]
    output: TableName | None
    dashboard: str | None
    columns: tuple[ColumnPath, ...]
    query: str | None
    file: str | None
    first_try: str | None

    @cached_property
    def sql(self) -> str:
        return self.query or read_sql(self.file or "")

    @cached_property
    def first_sql(self) -> str:
        """What the job runs on its first night: the broken text where there is one."""
        return read_sql(self.first_try) if self.first_try else self.sql


def read_sql(file: str) -> str:
    return (HERE / "sql" / "jobs" / file).read_text(encoding="utf-8")


def load_jobs() -> list[Job]:
    """All jobs, in the order in which they run."""
    return [read_job(entry) for entry in yaml.safe_load((HERE / "jobs.yaml").read_text(encoding="utf-8"))]


def read_job(entry: dict[str, Any]) -> Job:
    return Job(
        name=entry["name"],
        about=entry["about"],
        inputs=tuple(map(TableName.parse, entry["inputs"])),
        output=TableName.parse(entry["output"]) if "output" in entry else None,
        dashboard=entry.get("dashboard"),
        columns=tuple(path for text, kinds in entry["columns"].items() for path in read_columns(text, kinds)),
        query=entry.get("query"),
        file=entry.get("file"),
        first_try=entry.get("first_try"),
    )


def read_columns(source: str, kinds: dict[str, str]) -> list[ColumnPath]:
    table = TableName.parse(source)
    return [
        ColumnPath(table, column, target or column, kind)
        for kind, words in kinds.items()
        for column, _, target in (word.partition(">") for word in words.split())
    ]
