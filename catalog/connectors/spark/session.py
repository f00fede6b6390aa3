"""Reads one Spark: through Spark Connect, or a local one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import opened, readable
from catalog.connectors.spark import channel, engine, errors, server
from catalog.connectors.spark.channel import Address
from catalog.connectors.spark.settings import CATALOG, SparkSettings


class Session:
    """Opens guarded sessions, each for one call."""

    def __init__(self, settings: SparkSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One session; every failure leaves as ConnectorError, without causes."""
        if database not in {None, CATALOG}:
            said = f"The source has no catalogue “{database}”, only “{CATALOG}”."
            raise ConnectorError(said, "unknown_database")
        with self.address() as address, channel.opened(address, self.settings) as spark:
            guarded = engine.Guarded(spark, self.settings, self.look_at)
            try:
                with engine.over(guarded).connect() as connection:
                    yield connection
            except SQLAlchemyError as error:
                raise errors.told(error, self.settings) from None

    @contextmanager
    def address(self) -> Iterator[Address]:
        """Where Spark Connect listens; a local one is started if need be."""
        if self.settings.local:
            with server.borrowed(self.settings) as address:
                yield address
            return
        settings = self.settings
        yield Address(settings.host, settings.port, self._secret, settings.tls == "on", self.authorities())

    def authorities(self) -> bytes | None:
        """Whose certificates are believed; None for the usual ones."""
        if not self.settings.ca_file:
            return None
        try:
            with opened(readable(self.settings.ca_file, "ca_file")) as stream:
                return stream.read()
        except OSError:
            said = f"“{self.settings.ca_file}” cannot be read."
            raise ConnectorError(said, "config", "ca_file") from None

    def look_at(self, frame: Any) -> None:
        """A local Spark reads with the portal's rights, wherever its metastore says that a table is."""
        if not self.settings.local:
            return
        for each in frame.inputFiles():
            parts = urlsplit(each)
            if parts.scheme != "file":
                raise ConnectorError("A local Spark reads local files only.", "permission")
            readable(unquote(parts.path), "warehouse")
