"""The MariaDB (or MySQL) of the machine: throw-away databases, accounts and roles with names of their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pymysql

from tests.plugins.services import absent, answers

HOST, PORT = "127.0.0.1", int(os.environ.get("MYSQL_PORT", "3306"))
USER, PASSWORD = os.environ.get("MYSQL_USER", "root"), os.environ.get("MYSQL_PASSWORD", "")


def connected(user: str = USER, password: str = PASSWORD, database: str | None = None) -> Any:
    return pymysql.connect(
        host=HOST,
        port=PORT,
        user=user,
        password=password,
        database=database,
        autocommit=True,
        charset="utf8mb4",
    )


class MyScratch:
    """One throw-away database; `mark` makes the names of accounts and roles unique on the server."""

    def __init__(self) -> None:
        self.mark = uuid4().hex[:8]
        self.name = f"shop_{self.mark}"
        self.connection = connected()
        self.run(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4", f"USE {self.name}")

    def run(self, *statements: str) -> None:
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def ask(self, query: str) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def role(self, name: str) -> str:
        return f"{name}_{self.mark}"

    def account(self, name: str, password: str = "pw") -> str:
        self.run(f"CREATE USER '{self.role(name)}'@'%' IDENTIFIED BY '{password}'")
        return self.role(name)

    def settings(self, **changes: Any) -> dict[str, Any]:
        known = {"host": HOST, "port": PORT, "user": USER, "database": self.name, "authority": "my.test:3306"}
        return {**known, **changes}

    def drop(self) -> None:
        names = self.ask(
            f"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%{self.mark}'"
        )
        for (name,) in names:
            self.run(f"DROP DATABASE `{name}`")
        found = self.ask(f"SELECT user, host, is_role FROM mysql.user WHERE user LIKE '%{self.mark}%'")
        for user, host, is_role in found:
            self.run(f"DROP ROLE `{user}`" if is_role == "Y" else f"DROP USER `{user}`@`{host}`")
        self.connection.close()


@contextmanager
def my_scratch() -> Iterator[MyScratch]:
    """Skip the test where no such server answers; in CI that fails."""
    if not answers(PORT):
        absent("MariaDB", "mariadbd")
    scratch = MyScratch()
    try:
        yield scratch
    finally:
        scratch.drop()
