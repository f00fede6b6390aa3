"""Harvest of a database of N tables, first as news and then unchanged; and what it asks of both servers."""

import os
import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql
from sqlalchemy import Engine, event

from benchmarks.harness import Benchmark
from benchmarks.skeleton_measures import queries, spent
from catalog.assets.models import Asset, Field
from catalog.sources.models import HARVEST, Source
from catalog.sources.services import save_source
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job
from stewardship.jobs.work import run_job

FEW = 10  # tables of the database that shows what a harvest costs apart from its tables
FEW_NAME, MANY_NAME = (f"bench_{name}_{os.getpid()}" for name in ("few", "many"))
PER_TRANSACTION = 200  # tables; each holds locks until its transaction ends
# Eight columns, a primary key and a foreign key to the table before.
TABLES = """
    DO $$ BEGIN FOR n IN {first}..{last} LOOP
        EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, code text NOT NULL, name text, born date,
            amount numeric(12,2) DEFAULT 0, is_open boolean, changed timestamptz, before int)', n);
        EXECUTE format('COMMENT ON TABLE t%s IS %L', n, 'Table number ' || n);
        IF n > 1 THEN
            EXECUTE format('ALTER TABLE t%s ADD FOREIGN KEY (before) REFERENCES t%s', n, n - 1);
        END IF;
    END LOOP; END $$
"""


def measure(bench: Benchmark, *, tables: int, rounds: int) -> None:
    """Harvest the same database under `rounds` names, twice each: the first time all of it is new."""
    with database(FEW_NAME, FEW), database(MANY_NAME, tables):
        sources = [source_of(MANY_NAME, f"many {at}") for at in range(rounds)]
        turns = [(harvest(source), harvest(source)) for source in sources]
        check(tables, rounds)
        first, second = (statistics.median(times) for times in zip(*turns, strict=True))
        bench.row(tables=tables, first_harvest_s=first, second_harvest_s=second)
        bench.bar("harvest: unchanged, as a part of the first", second / first, "of first", bar=0.5)
        few, many = costs(source_of(FEW_NAME, "few")), costs(source_of(MANY_NAME, "many"))
        bench.row(tables=FEW, **few)
        bench.row(tables=tables, **many)
        grown = many["both_to_source"] - few["both_to_source"]
        bench.bar(f"harvest: statements to the source, more than for {FEW} tables", grown, "", bar=0)
        for turn in ("first", "second"):
            more = many[f"{turn}_to_us"] - few[f"{turn}_to_us"]
            per_thousand = more * 1000 / (tables - FEW)
            bench.bar(f"harvest: {turn}, statements to us per 1,000 tables", per_thousand, "", bar=30)


def harvest(source: Source) -> float:
    """Run the job that reads the source, as a worker does; return its seconds."""
    job = submit_job(kind=HARVEST, arguments={"source_id": source.pk}, actor="bench", subject=source.subject)
    took = spent(partial(run_job, job_id=job.pk))
    job.refresh_from_db()
    if job.state != Job.State.SUCCEEDED:
        raise SystemExit(f"The harvest failed: {job.message}")
    return took.clock / 1000


def check(tables: int, rounds: int) -> None:
    """Nothing is measured that did not do its work."""
    found = Asset.objects.filter(kind="table").count(), Field.objects.count()
    if found != (tables * rounds, tables * rounds * 8):
        raise SystemExit(f"The harvest found {found[0]} tables and {found[1]} columns.")


def costs(source: Source) -> dict[str, int]:
    """Count the statements of a first and of a second harvest, to us and to the source."""
    to_source: Counter[str] = Counter()
    with source_statements(to_source):
        first, second = queries(partial(harvest, source)), queries(partial(harvest, source))
    return {"first_to_us": first, "second_to_us": second, "both_to_source": to_source.total()}


@contextmanager
def source_statements(counts: Counter[str]) -> Iterator[None]:
    """Count what goes to governed databases; they are reached through SQLAlchemy."""

    def count(*rest: Any) -> None:
        counts["statements"] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def server() -> dict[str, Any]:
    """Host, port, user and password of the server behind DATABASE_URL."""
    connection.ensure_connection()
    info = connection.connection.info
    return {"host": info.host, "port": info.port, "user": info.user, "password": info.password}


@contextmanager
def database(name: str, tables: int) -> Iterator[None]:
    """A scratch database of `tables` tables on our own server."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as root:
        root.execute(drop)
        root.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            fill(name, tables)
            yield
        finally:
            root.execute(drop)


def fill(name: str, tables: int) -> None:
    with psycopg.connect(dbname=name, autocommit=True, **server()) as made:
        for first in range(1, tables + 1, PER_TRANSACTION):
            last = min(first + PER_TRANSACTION - 1, tables)
            made.execute(sql.SQL(TABLES.format(first=first, last=last)))
        made.execute("ANALYZE")


def source_of(name: str, authority: str) -> Source:
    """A source that reads the database `name`; its own authority gives its tables names of their own."""
    at = server()
    settings = {
        "host": at["host"],
        "port": at["port"],
        "user": at["user"],
        "database": name,
        "authority": f"{authority.replace(' ', '-')}.bench:5432",
    }
    return save_source(
        actor="bench", name=f"Bench {authority}", kind="postgresql", settings=settings, secret=at["password"]
    )
