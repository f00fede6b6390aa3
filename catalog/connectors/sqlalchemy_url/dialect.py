"""What a dialect of SQLAlchemy is to the portal: its driver, its names, and how a connection begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.sqlalchemy_url.statements import PlainStatements
from catalog.connectors.statements import Statements

VIEWS = "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = :schema"


@dataclass(frozen=True)
class Terms:
    """How a connection is made: how long anything may take, in seconds, and whether with a secret."""

    statement: int
    connect: int
    secret: bool = False


Arguments = Callable[[Terms], Mapping[str, Any]]
Opening = Callable[[Connection, Terms], None]


def nothing(terms: Terms) -> Mapping[str, Any]:
    """No arguments of its own."""
    return {}


def as_it_is(connection: Connection, terms: Terms) -> None:
    """Nothing to say to the server."""


@dataclass(frozen=True)
class Dialect:
    """One dialect. `flat` ones know no schemas below a database.

    `driver` is SQLAlchemy's name of it and `library` the module that must be there, which the extra brings;
    `views` lists the SQL of a schema's views in one query, empty where they are asked one by one;
    `indexes` is what the Inspector is told when it is asked for them.
    """

    product: str
    driver: str
    library: str
    extra: str
    scheme: str
    sql: str
    port: int | None = None
    options: frozenset[str] = frozenset()
    system: frozenset[str] = frozenset({"information_schema"})
    views: str = VIEWS
    flat: bool = False
    indexes: Mapping[str, Any] = field(default_factory=dict)
    statements: Statements = field(default_factory=PlainStatements)
    arguments: Arguments = nothing
    opening: Opening = as_it_is

    @property
    def packages(self) -> set[str]:
        """Where the errors of its driver come from."""
        return {"sqlalchemy", self.library.partition(".")[0], "google", "requests", "urllib3", "snowflake"}


def told(*statements: str) -> Opening:
    """Say these to the server; `{ms}` and `{s}` are the deadline of a statement."""

    def opening(connection: Connection, terms: Terms) -> None:
        for each in statements:
            connection.exec_driver_sql(each.format(ms=terms.statement * 1000, s=terms.statement))

    return opening
