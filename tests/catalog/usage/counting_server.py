"""A PostgreSQL of our own that counts statements, as the suite's server may not be set to do so."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from catalog.sources.models import Source
from catalog.sources.services import save_source
from catalog.usage.tasks import READ
from govportal.embedded import FAST_AND_FORGETFUL, throw_away
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job
from stewardship.jobs.work import run_job
from tests.catalog.scratch import harvest

COUNTING = (
    "shared_preload_libraries=pg_stat_statements",
    "pg_stat_statements.track=all",
    "max_connections=50",
)
SHOP = (
    "CREATE TABLE customer (id int PRIMARY KEY, email text)",
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer, total numeric)",
    "CREATE SCHEMA hr",
    "CREATE TABLE hr.salary (customer_id int, amount int)",
    "CREATE EXTENSION pg_stat_statements",
    "GRANT USAGE ON SCHEMA hr TO PUBLIC",
    "GRANT ALL ON ALL TABLES IN SCHEMA public, hr TO PUBLIC",
)


@cache
def where() -> dict[str, Any]:
    """Host and port of the server; it is started once, and ends with this process."""
    with psycopg.connect(throw_away((*FAST_AND_FORGETFUL, *COUNTING)), dbname="postgres") as connection:
        return {"host": connection.info.host, "port": connection.info.port}


class Counting:
    """One throw-away database with a shop, and roles that work in it."""

    def __init__(self, root: psycopg.Connection[Any]) -> None:
        self.root = root
        mark = uuid4().hex[:8]
        self.name, self.portal, self.ann, self.bob = (
            f"{each}_{mark}" for each in ("shop", "portal", "ann", "bob")
        )
        root.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(self.name)))
        for role in (self.portal, self.ann, self.bob):
            root.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        self.see_all("GRANT", "TO")
        self.run("postgres", *SHOP)

    def see_all(self, verb: str, way: str) -> None:
        """Let the portal see what others run, or no more."""
        portal = sql.Identifier(self.portal)
        self.root.execute(sql.SQL(f"{verb} pg_read_all_stats {way} {{}}").format(portal))

    def run(self, role: str, *statements: str, times: int = 1) -> None:
        """Have a role run these."""
        with psycopg.connect(dbname=self.name, user=role, autocommit=True, **where()) as connection:
            for statement in statements * times:
                connection.execute(statement)

    def source(self, **settings: Any) -> Source:
        given = {**where(), "user": self.portal, "database": self.name, "authority": "shop.test:5432"}
        return save_source(actor="tests", name="Shop", kind="postgresql", settings={**given, **settings})

    def harvested(self) -> Source:
        """The shop as a source whose tables are known; what ran before is counted."""
        source = self.source()
        harvest(source)
        Job.objects.filter(kind=READ).delete()
        return source

    def drop(self) -> None:
        self.root.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))
        for role in (self.portal, self.ann, self.bob):
            self.root.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def counting_shop() -> Iterator[Counting]:
    with psycopg.connect(dbname="postgres", user="postgres", autocommit=True, **where()) as root:
        made = Counting(root)
        try:
            yield made
        finally:
            made.drop()


def read(source: Source) -> Job:
    """Run the job that reads what ran, as a worker does; return its row."""
    job = submit_job(kind=READ, arguments={"source_id": source.pk}, actor="tests", subject=source.subject)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job
