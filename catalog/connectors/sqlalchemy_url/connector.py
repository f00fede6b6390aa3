"""Any database that SQLAlchemy reaches, as a governed source."""

from collections.abc import Collection, Container, Mapping
from typing import Any

from sqlalchemy import Connection, text

from catalog.connectors.guard import refuse_writing
from catalog.connectors.metadata import SchemaFacts, Scope, TableFacts, TableRef
from catalog.connectors.protocol import Capability, Check, Connector, Driver, Rows, ServerFacts
from catalog.connectors.sql import PLACES, Listed, SqlConnector, Tell, shortened
from catalog.connectors.sqlalchemy_url.dialects import SQLITE
from catalog.connectors.sqlalchemy_url.listing import Listing
from catalog.connectors.sqlalchemy_url.session import FileSession, Session
from catalog.connectors.sqlalchemy_url.settings import FIELDS, UrlSettings, problems

UNPROVEN = (
    "A listing shows what the account may see. The settings do not say that it sees everything, "
    "so nothing counts as removed."
)


class UrlConnector(SqlConnector):
    """Reads one database. Opens a connection per call and keeps none."""

    settings: UrlSettings
    capabilities = frozenset(Capability) - {Capability.PROBE}

    def __init__(self, settings: UrlSettings, secret: str) -> None:
        file = settings.dialect is SQLITE
        super().__init__(settings, FileSession(settings) if file else Session(settings, secret))
        self.statements = settings.dialect.statements  # type: ignore[misc]  # of the URL, not of the class

    def test(self) -> ServerFacts:
        """Reach the database and list its schemas."""
        with self._session.reading() as connection:
            listing = Listing(connection, self.settings.dialect, self.settings.database)
            schemas = [each for each in listing.schemas() if each]
            version = version_of(connection)
        proven = self.settings.complete == "yes"
        checks = (
            Check("connect", True, f"{self.settings.place} answers."),
            Check("schemas", bool(schemas) or self.settings.dialect.flat, ", ".join(schemas[:20])),
            Check("complete", proven, "" if proven else UNPROVEN, needed=False),
        )
        product = f"{self.settings.dialect.product} {version}".strip()
        user = self.settings.parsed.username or ""
        return ServerFacts(product, version, user, (self.settings.database,), (), checks)

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """Every schema that is wanted, a few bulk questions for each."""
        listing = Listing(connection, self.settings.dialect, database)
        tables: list[TableFacts] = []
        schemas = {name: called for name, called in listing.schemas().items() if self._asked(name)}
        for name, called in schemas.items():
            tell(0, f"schema {name}" if name else "tables")
            names = None if only is None else {each.name for each in only if each.schema == name}
            if names is None or names:
                tables += listing.tables(name, called, names)
        tables = listing.with_dependencies(tables)
        unproven = "" if self.settings.complete == "yes" else UNPROVEN
        facts = tuple(SchemaFacts(database, each) for each in schemas if each)
        return Listed(Scope(database, unproven=unproven), tables, facts, version_of(connection))

    def _asked(self, schema: str) -> bool:
        """Whether the URL asks for the schema."""
        return self.settings.path[1] in {"", schema}

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """At most `limit` rows of one SELECT, VALUES or WITH."""
        refuse_writing(query, self.settings.dialect.sql)
        with self._session.reading(database) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=max(limit, 1))
            if params:
                result: Any = streaming.execute(text(self.written(query, params)), dict(params))
            else:
                result = streaming.execution_options(no_parameters=True).exec_driver_sql(query)
            return Rows(tuple(result.keys()), *shortened(result, limit))

    def written(self, query: str, names: Container[str]) -> str:
        """As SQLAlchemy's `text` wants it: every colon that is no place for a value escaped."""
        return PLACES.sub(
            lambda found: found[0] if found["name"] in names else found[0].replace(":", r"\:"), query
        )


def version_of(connection: Connection) -> str:
    """The version of the server, as far as the dialect tells."""
    known = getattr(connection.dialect, "server_version_info", None) or ()
    return ".".join(str(each) for each in known)


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return UrlConnector(UrlSettings.parse(settings), secret)


DRIVER = Driver(
    "SQLAlchemy URL: Snowflake, BigQuery, Trino and others",
    FIELDS,
    problems,
    connect,
    leads_to=("url",),
    about="Any database that SQLAlchemy has a dialect for.",
)
