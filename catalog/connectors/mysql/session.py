"""A guarded connection to MySQL or MariaDB: read-only, with a deadline, and one kind of error."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from catalog.connectors.mysql import errors
from catalog.connectors.mysql.settings import MySqlSettings

GRACE = 5  # seconds beyond the statement timeout until a silent server is given up
LOCK_PATIENCE = 5  # seconds
# Backslashes escape and double quotes are no names: what our quoting expects, whatever the server's default.
MODE = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"
PATIENCE = f"SET SESSION lock_wait_timeout = {LOCK_PATIENCE}, innodb_lock_wait_timeout = {LOCK_PATIENCE}"
READ_ONLY = ("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION READ ONLY")


class Session:
    """Opens guarded connections to one server."""

    def __init__(self, settings: MySqlSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One read-only transaction; every failure leaves as ConnectorError, without the driver's causes."""
        name = database or self.settings.database
        try:
            with self._engine(name).connect() as connection:
                for statement in READ_ONLY:
                    connection.exec_driver_sql(statement)
                yield connection
        except DBAPIError as error:
            raise errors.told(error.orig or error, self.settings, name) from None
        except (pymysql.Error, SQLAlchemyError, UnicodeError) as error:
            raise errors.told(error, self.settings, name) from None

    @contextmanager
    def changing(self, database: str | None = None) -> Iterator[Any]:
        """A driver's connection that may change things; each statement is kept at once.

        For who asked for exactly that change: MySQL and MariaDB end a transaction with every DDL statement.
        """
        name = database or self.settings.database
        try:
            connection = self._open(name)
            try:
                yield connection
            finally:
                connection.close()
        except (pymysql.Error, UnicodeError) as error:
            raise errors.told(error, self.settings, name) from None

    def _engine(self, database: str) -> Engine:
        return create_engine(
            "mysql+pymysql://", creator=lambda: self._open(database), poolclass=NullPool, hide_parameters=True
        )

    def _open(self, database: str) -> Any:
        try:
            connection = pymysql.connect(**self._arguments(database))
        except (pymysql.Error, UnicodeError) as error:
            raise errors.told(error, self.settings, database) from None
        limit = self.settings.statement_timeout
        timeout = f"max_statement_time = {limit}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            if "MariaDB" not in str(cursor.fetchone()):
                timeout = f"max_execution_time = {limit * 1000}"
            for statement in (MODE, PATIENCE, f"SET SESSION {timeout}"):
                cursor.execute(statement)
        return connection

    def _arguments(self, database: str) -> dict[str, Any]:
        """Everything said outright: no option files, no local files, one statement at a time."""
        where: dict[str, Any] = {"host": self.settings.host, "port": self.settings.port}
        if self.settings.host.startswith("/"):
            where = {"unix_socket": self.settings.host}
        return {
            **where,
            **self._tls(),
            "user": self.settings.user,
            "password": self._secret,
            "database": database,
            "charset": "utf8mb4",
            "connect_timeout": self.settings.connect_timeout,
            "read_timeout": self.settings.statement_timeout + GRACE,
            "write_timeout": self.settings.statement_timeout + GRACE,
            "local_infile": False,
            "autocommit": True,
            "program_name": "govportal",
        }

    def _tls(self) -> dict[str, Any]:
        """Return the driver's arguments; it has no “prefer” of its own and stays in the clear there."""
        if self.settings.tls in {"disable", "prefer"}:
            return {"ssl_disabled": self.settings.tls == "disable"}
        context = ssl.create_default_context()
        if self.settings.tls == "require":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return {"ssl": context}
