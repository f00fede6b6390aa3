"""Real databases on the suite's own server, to be harvested."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection
from psycopg import sql

from catalog.sources.models import HARVEST, Source
from catalog.sources.services import save_source
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job
from stewardship.jobs.work import run_job


def server() -> dict[str, Any]:
    """Host, port, user and password of the server behind DATABASE_URL."""
    connection.ensure_connection()
    info = connection.connection.info
    return {"host": info.host, "port": info.port, "user": info.user, "password": info.password}


class Scratch:
    """One throw-away database."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection = psycopg.connect(dbname=name, autocommit=True, **server())

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def empty(self) -> None:
        """As if nobody had ever been here; much faster than another database."""
        self.run(
            """DO $$ DECLARE each name; BEGIN
                 FOR each IN SELECT nspname FROM pg_namespace
                   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
                 LOOP EXECUTE format('DROP SCHEMA %I CASCADE', each); END LOOP;
                 CREATE SCHEMA public;
               END $$"""
        )

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a source that reads this database."""
        at = server()
        return {
            "host": at["host"],
            "port": at["port"],
            "user": at["user"],
            "database": self.name,
            "authority": "sources.test:5432",
            **changes,
        }


@contextmanager
def scratch_database(name: str = "") -> Iterator[Scratch]:
    name = name or f"harvest_{uuid4().hex[:12]}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as root:
        root.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
        scratch = Scratch(name)
        try:
            yield scratch
        finally:
            scratch.connection.close()
            root.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def login_role() -> Iterator[str]:
    """A role that may sign in and read nothing."""
    name = f"harvest_{uuid4().hex[:12]}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as root:
        root.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            root.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def make_source(scratch: Scratch, name: str = "Shop", **attributes: Any) -> Source:
    settings = scratch.settings(**attributes.pop("settings", {}))
    secret = server()["password"]
    return save_source(
        actor="tests", name=name, kind="postgresql", settings=settings, secret=secret, **attributes
    )


def harvest(source: Source, **asked: Any) -> Job:
    """Run the job that reads the source, as a worker does, with what is `asked` of it; return its row."""
    arguments = {"source_id": source.pk, **asked}
    job = submit_job(kind=HARVEST, arguments=arguments, actor="tests", subject=source.subject)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    source.refresh_from_db()
    return job
