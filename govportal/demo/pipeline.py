"""The nightly pipeline: shop and clinic -> staging -> core -> mart -> ml, reported while it runs."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from govportal.demo.emission import Column, Reporter, Written
from govportal.demo.jobs import Job, TableName, load_jobs
from govportal.demo.server import DATABASES, WAREHOUSE, connect

Progress = Callable[[str], None]

COLUMNS = """
SELECT current_database(), n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       col_description(c.oid, a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname, a.attnum
"""


class StepFailed(Exception):
    """A job of the pipeline failed; the portal has been told. The message is the database's own."""


@dataclass
class Night:
    """What one call of `run` did."""

    completed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    rows: int = 0
    tiles: dict[str, str] = field(default_factory=dict)  # the dashboard as it was shown


@dataclass
class Shift:
    """The open connections and the reporter of one night."""

    databases: dict[str, Connection[TupleRow]]
    reporter: Reporter
    progress: Progress
    night: Night

    def work(self, jobs: list[tuple[Job, str]]) -> None:
        """One pipeline run over the given jobs and the text each runs; stops at the first failure."""
        pipeline = self.reporter.pipeline_started()
        try:
            for job, text in jobs:
                step = self.reporter.step_started(pipeline, job, text)
                try:
                    written = self.perform(job, text)
                except psycopg.Error as error:
                    self.reporter.step_failed(step, str(error))
                    raise StepFailed(f"{job.name}: {error}") from error
                self.reporter.step_completed(step, written)
                self.note(job, written)
        except StepFailed as failure:
            self.reporter.pipeline_failed(pipeline, str(failure))
            raise
        self.reporter.pipeline_completed(pipeline)

    def note(self, job: Job, written: Written) -> None:
        self.night.completed.append(job.name)
        self.night.rows += written.rows
        self.progress(f"{job.name}: {written.rows:,} rows")

    def perform(self, job: Job, text: str) -> Written:
        if job.output is None:
            self.night.tiles = dict(self.databases[WAREHOUSE].execute(text.encode()).fetchall())
            return Written(len(self.night.tiles), None)
        warehouse = self.databases[job.output.database]
        with warehouse.transaction():
            rows = self.extract(job, job.output) if job.query else transform(warehouse, text)
        return Written(rows, size_of(warehouse, job.output))

    def extract(self, job: Job, output: TableName) -> int:
        """Stream a query's rows from one database into a table of another, by COPY on both sides."""
        source, warehouse = self.databases[job.inputs[0].database], self.databases[output.database]
        target = sql.Identifier(output.schema, output.table)
        warehouse.execute(sql.SQL("TRUNCATE {}").format(target))
        take = f"COPY ({job.sql}) TO STDOUT".encode()
        names = [sql.Identifier(name) for name in self.column_names(job)]
        put = sql.SQL("COPY {} ({}) FROM STDIN").format(target, sql.SQL(", ").join(names))
        with source.cursor() as reader, warehouse.cursor() as writer:
            with reader.copy(take) as rows, writer.copy(put) as sink:
                for block in rows:
                    sink.write(block)
            return writer.rowcount

    def column_names(self, job: Job) -> list[str]:
        """The query's column names, asked of the database without running it."""
        source = self.databases[job.inputs[0].database]
        described = source.execute(f"{job.sql} LIMIT 0".encode()).description
        return [column.name for column in described or ()]


def run(server_url: str, portal_url: str, token: str, progress: Progress, *, authority: str) -> Night:
    """Run the pipeline until everything is filled, and report it to the portal while it runs.

    On the first night one job fails for a real reason; its corrected text and all later jobs run in a second
    pipeline run. `authority` is the host:port under which the portal harvests the same server.
    Raises StepFailed where a job fails that should not, requests.RequestException where the portal refuses.
    """
    with ExitStack() as stack:
        databases = {name: stack.enter_context(connect(server_url, name)) for name in DATABASES}
        engine = str(databases[WAREHOUSE].info.server_version // 10000)
        reporter = Reporter(portal_url, token, authority, engine, describe(databases))
        stack.enter_context(closing(reporter))
        shift = Shift(databases, reporter, progress, Night())
        jobs = load_jobs()
        try:
            shift.work([(job, job.first_sql) for job in jobs])
        except StepFailed as failure:
            broken = jobs[len(shift.night.completed)]
            if broken.first_try is None:
                raise
            shift.night.failed.append(broken.name)
            progress(f"{broken.name} failed, as it did on its first night: {str(failure).splitlines()[0]}")
            rest = jobs[jobs.index(broken) :]
            shift.work([(job, job.sql) for job in rest])
        databases[WAREHOUSE].execute("ANALYZE")
    return shift.night


def describe(databases: dict[str, Connection[TupleRow]]) -> dict[TableName, list[Column]]:
    """Columns of all tables and views, one query for each database."""
    found: dict[TableName, list[Column]] = {}
    for connection in databases.values():
        for database, schema, table, *column in connection.execute(COLUMNS).fetchall():
            found.setdefault(TableName(database, schema, table), []).append(Column(*column))
    return found


def transform(warehouse: Connection[TupleRow], text: str) -> int:
    """Run a file of statements; the last one writes the rows that are counted."""
    cursor = warehouse.execute(text.encode())
    while cursor.nextset():
        pass
    return cursor.rowcount


def size_of(warehouse: Connection[TupleRow], table: TableName) -> int:
    """Bytes of the table on disk, without indexes."""
    found = warehouse.execute("SELECT pg_relation_size(%s)", (f"{table.schema}.{table.table}",)).fetchone()
    return int(found[0]) if found else 0
