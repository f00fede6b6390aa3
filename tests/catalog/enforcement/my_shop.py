"""The server's side of a governed shop in MariaDB: a database, roles, logins, and the engine."""

from typing import Any

import pymysql
from django.utils import timezone

from accesscontrol.enforcement.steps import Step
from accesscontrol.enforcement.wanted import Column, RowRule, Subject, Table, wanted
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet
from catalog.enforcement.engines.mariadb import MariaDbEngine
from catalog.enforcement.engines.my_present import read_present
from tests.catalog.connectors.mysql_server import MyScratch, connected

ROWS = 30
ALL = {"name": "all", "actions": ["view"], "conditions": []}
COLUMNS = (
    Column("id", "int(11)"),
    Column("region", "varchar(10)"),
    Column("email", "varchar(100)", frozenset({"identity"})),
    Column("born", "date", frozenset({"gdpr_medium"})),
    Column("balance", "decimal(10,2)", frozenset({"gdpr_high"})),
)


class MyShop:
    """The server's side: a database, roles, and the engine."""

    def __init__(self, scratch: MyScratch) -> None:
        self.scratch = scratch
        self.schema = f"gov_{scratch.mark}"
        self.engine = MariaDbEngine(scratch.settings(), "")
        self.ledger: dict[str, Any] = {}
        rows = ", ".join(
            f"({n}, '{('eu', 'us', 'apac')[n % 3]}', 'c{n}@x.io', '1990-05-17', {n}.5)"
            for n in range(1, ROWS + 1)
        )
        scratch.run(
            """CREATE TABLE customers (id int PRIMARY KEY, region varchar(10), email varchar(100), born date,
                 balance decimal(10,2))""",
            f"INSERT INTO customers VALUES {rows}",
        )

    def subject(self, name: str, *, unmask: str = "", **entitlements: tuple[str, ...]) -> Subject:
        return Subject(
            self.scratch.role(name), ({"roles": (name,)},), frozenset(unmask.split()), entitlements
        )

    def wanted(
        self, *subjects: Subject, policies: Any = (ALL,), columns: Any = COLUMNS, rows: bool = True
    ) -> Any:
        rules = (RowRule("region", "region"),) if rows else ()
        return wanted(
            rules=RuleSet(map(read_policy, policies)),
            now=timezone.now(),
            subjects=subjects,
            tables=[Table("t", self.scratch.name, "customers", columns, rows=rules)],
            schema=self.schema,
            owner=self.scratch.role("owner"),
            prefix=f"unmask_{self.scratch.mark}_",
            trusted=["root"],
        )

    def steps(self, asked: Any) -> list[Step]:
        return self.engine.draft(asked, self.ledger).steps

    def apply(self, asked: Any) -> list[Step]:
        steps = self.steps(asked)
        self.ledger = self.engine.apply(asked, self.ledger, steps)
        return steps

    def present(self, asked: Any) -> Any:
        return read_present(self.scratch.connection, asked)

    def login(self, name: str, *roles: str, user: str = "") -> str:
        user = user or self.scratch.role(name)
        self.scratch.run(f"CREATE USER `{user}`@'%' IDENTIFIED BY 'pw'")
        for role in roles:
            self.scratch.run(
                f"GRANT {self.scratch.role(role)} TO `{user}`@'%'",
                f"SET DEFAULT ROLE {self.scratch.role(role)} FOR `{user}`@'%'",
            )
        return user

    def ask(self, user: str, query: str) -> Any:
        """What a login is answered, or the number of the error."""
        with connected(user, "pw") as session, session.cursor() as cursor:
            try:
                cursor.execute(query.format(gov=self.schema, shop=self.scratch.name))
            except pymysql.Error as error:
                return error.args[0]
            return list(cursor.fetchall())

    def verified(self, asked: Any) -> dict[tuple[str, str], Any]:
        found = self.engine.verify(asked, lambda *_: None)
        return {(each.role.rpartition("_")[0], each.what): each.passed for each in found}
