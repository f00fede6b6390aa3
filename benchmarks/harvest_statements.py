"""From the commit of a statement at a governed PostgreSQL to the catalog, through a real worker."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection

from benchmarks.harness import Benchmark
from benchmarks.skeleton_harvest import database, harvest, server, source_of
from catalog.assets.models import Asset

NAME = "bench_told"
TABLES = 200
PATIENCE = 60.0  # seconds
WORKER = ["-m", "celery", "-A", "govportal", "worker", "--pool", "threads", "--concurrency", "2"]


def measure(bench: Benchmark, *, times: int) -> None:
    """Create tables one by one, each once the one before was seen."""
    with database(NAME, TABLES):
        source = source_of(NAME, "told")
        harvest(source)
        call_command("ddl_capture", "install", source.name, "--yes", verbosity=0)
        with worker(), psycopg.connect(dbname=NAME, autocommit=True, **server()) as made:
            seen(made, 0)  # the worker has to start, and to begin to listen
            took = [seen(made, number) for number in range(1, times + 1)]
    bench.bar("a statement: commit to catalog", statistics.median(took), "s", bar=2)
    bench.bar("a statement: the slowest", max(took), "s", bar=4)


def seen(made: psycopg.Connection[tuple[object, ...]], number: int) -> float:
    """Create a table; return the seconds until the catalog has it."""
    made.execute(f"CREATE TABLE told_{number} (id int PRIMARY KEY, said text)".encode())
    began = time.perf_counter()
    while not Asset.objects.filter(facts__title=f"told_{number}").exists():
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit("The statement was not followed.")
        time.sleep(0.02)
    return time.perf_counter() - began


@contextmanager
def worker() -> Iterator[None]:
    """A worker of our own, beside this process, on the same database."""
    url = os.environ["DATABASE_URL"]
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.getcwd()}
    connection.ensure_connection()
    process = subprocess.Popen(
        [sys.executable, *WORKER],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)
