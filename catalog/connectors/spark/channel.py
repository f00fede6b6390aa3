"""Sessions of Spark Connect: opened with a deadline, guarded, and closed after use."""

import atexit
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
import pyarrow
from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql.connect.client import ChannelBuilder
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.session import SparkSession

from catalog.connectors.errors import ConnectorError
from catalog.connectors.spark import errors
from catalog.connectors.spark.settings import LOOPBACK, SparkSettings

GUARDS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.runSQLOnFiles": "false",  # or csv.`/any/file` would be a table
    "spark.sql.defaultCatalog": "spark_catalog",
    "spark.sql.parser.escapedStringLiterals": "false",  # texts end where the guard thinks they do
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
}
AGAIN = {
    "max_retries": 3,
    "initial_backoff": 100,
    "max_backoff": 1000,
}  # milliseconds; the usual is 10 minutes
FAILURES = (
    PySparkException,
    grpc.RpcError,
    pyarrow.ArrowException,
    OSError,
    ValueError,  # of gRPC too, on a channel that was closed
    TypeError,
    NotImplementedError,
)
for _name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
    PySparkLogger.getLogger(_name).disabled = True  # they write what is in the rows


@dataclass(frozen=True)
class Address:
    """Where Spark Connect listens, and how it knows us."""

    host: str
    port: int
    token: str = field(default="", repr=False)
    tls: bool = False
    ca: bytes | None = None


class Channel(ChannelBuilder):
    """One channel of gRPC, ready or refused."""

    def __init__(self, address: Address, user: str) -> None:
        super().__init__(params={ChannelBuilder.PARAM_USER_ID: user})
        self.address = address
        host = f"[{address.host}]" if ":" in address.host else address.host
        target, credentials = f"{host}:{address.port}", self.credentials()
        options = self._channel_options
        self.channel = (
            grpc.secure_channel(target, credentials, options=options)
            if credentials
            else grpc.insecure_channel(target, options=options)
        )

    def credentials(self) -> Any:
        """TLS and the token; without TLS a token goes to this machine only."""
        token = self.address.token
        if not self.address.tls and not token:
            return None
        outer = (
            grpc.ssl_channel_credentials(self.address.ca)
            if self.address.tls
            else grpc.local_channel_credentials()
        )
        if not token:
            return outer
        return grpc.composite_channel_credentials(outer, grpc.access_token_call_credentials(token))

    @property
    def host(self) -> str:
        return self.address.host

    def toChannel(self) -> Any:  # noqa: N802 - pyspark's name
        return self.channel


@contextmanager
def opened(address: Address, settings: SparkSettings) -> Iterator[Any]:
    """A session of its own, gone afterwards; raises ConnectorError."""
    if address.token and not address.tls and address.host not in LOOPBACK:
        raise ConnectorError("A token is only sent through encryption: switch it on.", "config", "tls")
    knocked(address, settings)
    builder = Channel(address, settings.user)
    try:
        grpc.channel_ready_future(builder.channel).result(timeout=settings.connect_timeout)
    except grpc.FutureTimeoutError:
        builder.channel.close()
        said = f"No Spark Connect answers at {settings.place} with this choice of encryption."
        raise ConnectorError(said, "unreachable", "tls") from None
    session = SparkSession(connection=builder)  # type: ignore[arg-type,unused-ignore]
    session.client.set_retry_policies([DefaultPolicy(**AGAIN)])
    try:
        guarded(session, settings)
        yield session
    finally:
        with suppress(Exception):
            session.client.release_session()
        with suppress(Exception):
            session.client.close()
        atexit.unregister(session.client._on_exit)  # which would keep every client for ever


def guarded(session: Any, settings: SparkSettings) -> None:
    """Say what the session may not do; the first words with the server, so that a wrong token shows here."""
    try:
        for name, value in GUARDS.items():
            session.sql(f"SET {name}={value}")
    except FAILURES as error:
        raise errors.told(error, settings) from None


def knocked(address: Address, settings: SparkSettings) -> None:
    """Whether anything listens there at all, which gRPC would not tell."""
    try:
        socket.create_connection((address.host, address.port), settings.connect_timeout).close()
    except socket.gaierror:
        raise ConnectorError(f"The host name “{address.host}” is not known.", "unreachable", "host") from None
    except TimeoutError:
        raise ConnectorError(
            f"Spark at {settings.place} did not answer in time.", "timeout", "host"
        ) from None
    except OSError:
        raise ConnectorError(
            f"Nothing answers at {settings.place}. Check host and port.", "unreachable", "port"
        ) from None
