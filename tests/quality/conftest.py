"""A real database to check, and people who may see it, or may not."""

import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from catalog.assets.models import Asset, Field
from catalog.sources.models import Source
from catalog.sources.services import save_source
from tests.build import make_policy, make_user


class Shop:
    """A schema of one test in a scratch database, and the assets that stand for its tables."""

    def __init__(self, connection: psycopg.Connection, source: Source, schema: str) -> None:
        self.connection = connection
        self.source = source
        self.schema = schema
        self.run("CREATE SCHEMA {schema}")

    def run(self, statement: str) -> None:
        self.connection.execute(sql.SQL(statement).format(schema=sql.Identifier(self.schema)))

    def table(self, name: str, columns: str, **attributes: object) -> Asset:
        """Make the table, and its asset as a harvest would; `columns` is SQL such as "id int, email text"."""
        self.run(f"CREATE TABLE {{schema}}.{name} ({columns})")
        database = self.connection.info.dbname
        asset = Asset.objects.create(
            kind="table",
            namespace=self.source.namespace,
            name=f"{database}.{self.schema}.{name}",
            source=self.source,
            facts={"database": database, "schema": self.schema, "title": name},
            **attributes,
        )
        for at, column in enumerate(columns.split(", "), start=1):
            word, kind = column.split(" ", 1)
            Field.objects.create(asset=asset, name=word, data_type=kind, position=at)
        return asset

    def insert(self, name: str, *rows: str) -> None:
        for row in rows:
            self.run(f"INSERT INTO {{schema}}.{name} VALUES ({row})")


@pytest.fixture(scope="session")
def scratch_database() -> Iterator[psycopg.Connection]:
    url = os.environ.get("DATABASE_URL", "")
    name = f"quality_{uuid4().hex[:12]}"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as root:
        root.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        with psycopg.connect(url, dbname=name, autocommit=True) as connection:
            yield connection
        root.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def shop(db: None, scratch_database: psycopg.Connection) -> Iterator[Shop]:
    info = scratch_database.info
    source = save_source(
        actor="tests",
        name="shop",
        kind="postgresql",
        settings={"host": info.host, "port": info.port, "database": info.dbname, "user": info.user},
        secret=info.password or "none",
    )
    schema = f"s{uuid4().hex[:10]}"
    shop = Shop(scratch_database, source, schema)
    yield shop
    shop.run("DROP SCHEMA {schema} CASCADE")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    """Everybody sees everything, but what lies in the vault."""
    for document in (
        {"name": "see", "effect": "permit", "actions": ["view"]},
        {
            "name": "vault",
            "effect": "forbid",
            "on_missing": "skip",
            "actions": ["*"],
            "conditions": [{"attribute": "resource.location", "operator": "==", "value": "vault"}],
        },
    ):
        make_policy(**document)


@pytest.fixture
def alice(db: None):
    return make_user("alice", "platform_engineer")


@pytest.fixture
def bob(db: None):
    return make_user("bob", "viewer")


@pytest.fixture
def alice_client(client, alice):
    client.force_login(alice)
    return client
