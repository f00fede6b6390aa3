"""A governed shop in a throw-away database. Roles are the whole server's: they get unique names, and go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from accesscontrol.enforcement.postgresql.plan import plan, remember
from accesscontrol.enforcement.present import Present
from accesscontrol.enforcement.steps import Step, reverse, script
from accesscontrol.enforcement.wanted import Column, RowRule, Subject, Table, Wanted, wanted
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet
from catalog.enforcement.engines.pg_present import read_present, run
from tests.catalog.scratch import Scratch, scratch_database, server

EVERYBODY = {"name": "all", "actions": ["view"], "conditions": []}
ROWS = 30  # a third of them in each region; 'c3@x.io' is customer 3
TABLES = """
    CREATE SCHEMA shop;
    CREATE TABLE shop.customers (id int PRIMARY KEY, region text, email text, born date, segment text,
                                 balance numeric);
    INSERT INTO shop.customers
    SELECT g, (array['eu', 'us', 'apac'])[1 + g % 3], 'c' || g || '@x.io', date '1990-05-17' + g,
           (array['a', 'b'])[1 + g % 2], g * 1234.5 FROM generate_series(1, 30) AS g;
"""
COLUMNS = (
    Column("id", "integer"),
    Column("region", "text"),
    Column("email", "text", frozenset({"identity"})),
    Column("born", "date", frozenset({"gdpr_medium"})),
    Column("segment", "text"),
    Column("balance", "numeric", frozenset({"gdpr_high"})),
)


class Shop:
    """The database, and short names for its roles: `shop.role("eu")` is unique on the server."""

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        self.mark = uuid4().hex[:8]
        self.prefix = f"unmask_{self.mark}_"
        self.ledger: dict[str, Any] = {}
        scratch.run(TABLES)

    def role(self, name: str) -> str:
        return f"{name}_{self.mark}"

    def make(self, name: str, *, options: str = "NOLOGIN") -> str:
        self.scratch.run(f'CREATE ROLE "{self.role(name)}" {options}')
        return self.role(name)

    def subject(self, name: str, *, unmask: str = "", **entitlements: tuple[str, ...]) -> Subject:
        return Subject(self.role(name), ({"roles": (name,)},), frozenset(unmask.split()), entitlements)

    def table(self, *rows: RowRule, columns: tuple[Column, ...] = COLUMNS, **changes: Any) -> Table:
        return Table(
            **{"key": "t", "schema": "shop", "name": "customers", "columns": columns, "rows": rows, **changes}
        )

    def wanted(
        self, *subjects: Subject, tables: Any = None, policies: Any = (EVERYBODY,), **more: Any
    ) -> Wanted:
        return wanted(
            rules=RuleSet(read_policy(each) for each in policies),
            now=datetime.now(UTC),
            subjects=subjects,
            tables=tables or [self.table(RowRule("region", "region"))],
            schema="gov",
            owner=self.role("gov_owner"),
            prefix=self.prefix,
            **more,
        )

    def present(self, asked: Wanted) -> Present:
        with self.scratch.connection.transaction():
            self.scratch.run("SET LOCAL search_path = ''")
            return read_present(self.scratch.connection, asked)

    def plan(self, asked: Wanted) -> list[Step]:
        return plan(asked, self.present(asked), self.ledger)

    def apply(self, asked: Wanted) -> list[Step]:
        steps = self.plan(asked)
        self.run(script(steps))
        self.ledger = remember(asked, self.present(asked))
        return steps

    def take_back(self, steps: list[Step]) -> None:
        self.run(reverse(steps))

    def run(self, statements: list[str]) -> None:
        with self.scratch.connection.transaction():
            self.scratch.run("SET LOCAL search_path = ''")
            run(self.scratch.connection, statements)

    def ask(self, role: str, query: str) -> Any:
        """What `role` is answered, or the name of the error."""
        with psycopg.connect(dbname=self.scratch.name, **server()) as session:
            try:
                session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
                return session.execute(query.encode()).fetchall()
            except psycopg.Error as error:
                return type(error).__name__


@contextmanager
def governed_shop() -> Iterator[Shop]:
    with scratch_database() as scratch:
        shop = Shop(scratch)
        try:
            yield shop
        finally:
            drop_roles(shop)


def drop_roles(shop: Shop) -> None:
    """Roles whose names carry the shop's mark, and whatever they own or hold in it."""
    found = shop.scratch.connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"%{shop.mark}%"]
    ).fetchall()
    names = [sql.Identifier(role) for (role,) in found]
    for name in names:
        shop.scratch.connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(name))
    for name in names:
        shop.scratch.connection.execute(sql.SQL("DROP ROLE {}").format(name))
