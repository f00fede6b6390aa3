"""A PostgreSQL of N tables and 10 N columns: read for the first time, unchanged, and changed by one percent.

Beside it the limit: the same listing without a catalog behind it, and the bare queries.
"""

import resource
import statistics

import psycopg
from psycopg import sql

from benchmarks.harness import Benchmark, seconds
from benchmarks.skeleton_harvest import database, harvest, server, source_of
from catalog.assets.models import Asset, Field
from catalog.connectors.postgresql import queries
from catalog.harvest.models import Harvest
from catalog.sources.models import Source
from catalog.sources.services import open_source

NAME = "bench_big"
COLUMNS = 10
WIDER = "ALTER TABLE {} ADD COLUMN note text, ADD COLUMN more int"  # each table of the harness has eight
PER_TRANSACTION = 200


def measure(bench: Benchmark, *, tables: int, times: int) -> None:
    """The bars are those of 10,000 tables; fewer must be quicker."""
    with database(NAME, tables):
        widen(tables)
        source = source_of(NAME, "big")
        bare = statistics.median(seconds(lambda: ask(source)) for _ in range(times))
        listing = statistics.median(seconds(lambda: open_source(source=source).snapshot()) for _ in range(3))
        bench.row(tables=tables, bare_queries_s=bare, listing_s=listing)
        first = harvest(source)
        check(tables)
        bench.bar("harvest: the first time", first, "s", bar=60)
        bench.bar("harvest: memory of the whole process", peak(), "MB", bar=500)
        unchanged = statistics.median(harvest(source) for _ in range(times))
        told(source, Harvest.State.UNCHANGED)
        bench.bar("harvest: unchanged", unchanged, "s", bar=2)
        changed = statistics.median(change(source, tables, turn) for turn in range(times))
        bench.bar("harvest: one percent changed", changed, "s", bar=10)
        bench.row(first_per_table_ms=first * 1000 / tables, first_over_listing=first / listing)


def widen(tables: int) -> None:
    """Ten columns each."""
    with psycopg.connect(dbname=NAME, autocommit=True, **server()) as made:
        for first in range(1, tables + 1, PER_TRANSACTION):
            last = min(first + PER_TRANSACTION - 1, tables)
            made.execute(";".join(WIDER.format(f"t{n}") for n in range(first, last + 1)).encode())
        made.execute("ANALYZE")


def ask(source: Source) -> None:
    """The catalogue's queries, their rows fetched and dropped."""
    catalogue, asked = queries.chosen(None, NAME)
    with open_source(source=source)._session.reading(NAME) as connection:  # type: ignore[attr-defined]
        for each in (catalogue.tables, catalogue.columns, catalogue.indexes, catalogue.foreign_keys):
            connection.execute(each, asked).all()


def change(source: Source, tables: int, turn: int) -> float:
    """Change one table of a hundred, each turn otherwise; return the seconds of the harvest."""
    few = range(1 + turn, tables + 1, 100)
    with psycopg.connect(dbname=NAME, autocommit=True, **server()) as made:
        for number in few:
            alter = sql.SQL("ALTER TABLE {} ADD COLUMN {} int")
            made.execute(alter.format(sql.Identifier(f"t{number}"), sql.Identifier(f"turn{turn}")))
    took = harvest(source)
    done = told(source, Harvest.State.SUCCEEDED)
    if done.changed != len(few):
        raise SystemExit(f"{len(few)} tables were changed; the harvest saw {done.changed}.")
    return took


def told(source: Source, state: str) -> Harvest:
    """The last harvest; nothing is measured that did not do its work."""
    last = Harvest.objects.filter(source=source).latest("began_at")
    if last.state != state:
        raise SystemExit(f"The harvest ended as {last.state}, not as {state}.")
    return last


def check(tables: int) -> None:
    found = Asset.objects.filter(kind="table").count(), Field.objects.count()
    if found != (tables, tables * COLUMNS):
        raise SystemExit(f"The harvest found {found[0]} tables and {found[1]} columns.")


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
