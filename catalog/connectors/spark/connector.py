"""Spark's own catalogue as a governed source."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import SchemaFacts, Scope, TableRef
from catalog.connectors.protocol import Capability, Check, Connector, Driver, Rows, ServerFacts
from catalog.connectors.spark import listing
from catalog.connectors.spark.listing import Described, Told
from catalog.connectors.spark.settings import CATALOG, FIELDS, SparkSettings, problems
from catalog.connectors.spark.statements import SparkStatements, only_reading
from catalog.connectors.sql import Listed, SqlConnector, Tell, shortened

AT_ONCE = 50  # tables whose columns are described together
UNPROVEN = (
    "Spark shows what the account may see. The settings do not say that it sees everything, "
    "so nothing counts as removed."
)
FORGETFUL = (
    "This Spark keeps its catalogue in memory: it is empty after a restart, so nothing counts as removed."
)


class SparkConnector(SqlConnector):
    """Reads one catalogue. Opens a session per call and keeps none."""

    settings: SparkSettings
    statements = SparkStatements()

    def __init__(self, settings: SparkSettings, secret: str) -> None:
        # The library is an extra: it loads when it is needed, after the settings said that it is there.
        session = import_module("catalog.connectors.spark.session").Session(settings, secret)
        super().__init__(settings, session)
        self.capabilities = SqlConnector.capabilities - {Capability.CONSTRAINTS}
        if settings.local:
            self.capabilities |= {Capability.PROBE}

    def test(self) -> ServerFacts:
        """Reach Spark and list its databases."""
        with self._session.reading() as connection:
            version, user = connection.exec_driver_sql("SELECT version(), current_user()").one()
            schemas = schemas_of(connection)
            unproven = self.unproven(connection)
        checks = (
            Check("connect", True, f"Spark at {self.settings.place} answers."),
            Check("databases", bool(schemas), ", ".join(schemas[:20])),
            Check("complete", not unproven, unproven, needed=False),
        )
        version = version.partition(" ")[0]
        warnings = (FORGETFUL,) if unproven == FORGETFUL else ()
        return ServerFacts(f"Spark {version}", version, user, (CATALOG,), warnings, checks)

    def probe(self) -> Mapping[str, str]:
        """Of a local metastore when and to what sizes its files were written; no server of Spark can tell."""
        if not self.settings.local:
            return {}
        server = import_module("catalog.connectors.spark.server")
        return {CATALOG: server.state_of(self.settings.metastore_folder)}

    def unproven(self, connection: Connection) -> str:
        """Why something could be there that is not listed."""
        if self.settings.local:
            return ""
        kept = connection.exec_driver_sql("SET spark.sql.catalogImplementation").one()[1]
        if kept == "in-memory":
            return FORGETFUL
        return "" if self.settings.complete == "yes" else UNPROVEN

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """Three statements, two for each database, and one for the columns of fifty tables."""
        version = str(connection.exec_driver_sql("SELECT version()").scalar_one()).partition(" ")[0]
        names = [
            each for each in schemas_of(connection) if only is None or any(ref.schema == each for ref in only)
        ]
        schemas, told = [], []
        for each in names:
            tell(0, f"database {each}")
            schemas.append(self.schema(connection, each))
            told += [
                table
                for table in self.tables(connection, each)
                if self.covers(table.ref) and (only is None or table.ref in only)
            ]
        described = dict(self.described(connection, told, tell))
        scope = Scope(database, unproven=self.unproven(connection))
        return Listed(scope, listing.facts(told, described), schemas, version)

    def schema(self, connection: Connection, name: str) -> SchemaFacts:
        """One database of Spark, with its comment and its owner."""
        rows = connection.exec_driver_sql(f"DESCRIBE DATABASE EXTENDED {self.quoted(name)}")
        said = {each[0]: each[1] for each in rows}
        return SchemaFacts(CATALOG, name, said.get("Comment") or "", said.get("Owner") or "")

    def tables(self, connection: Connection, schema: str) -> list[Told]:
        """All tables and views of a database, in one statement; temporary views belong to nobody else."""
        rows = connection.exec_driver_sql(f"SHOW TABLE EXTENDED IN {self.quoted(schema)} LIKE '*'")
        return sorted(
            (Told(schema, name, text) for _, name, temporary, text in rows if not temporary),
            key=lambda each: each.name,
        )

    def described(
        self, connection: Connection, told: Sequence[Told], tell: Tell
    ) -> Iterator[tuple[TableRef, list[Described]]]:
        """The columns of each table, fifty at a time; where one cannot be read, each for itself."""
        for start in range(0, len(told), AT_ONCE):
            batch = told[start : start + AT_ONCE]
            tell(0, f"columns, {start} of {len(told)} tables")
            try:
                yield from self.described_together(connection, batch)
            except ConnectorError as error:
                if error.kind in {"unreachable", "timeout", "auth"}:
                    raise
                yield from self.described_alone(connection, batch)

    def described_alone(
        self, connection: Connection, told: Sequence[Told]
    ) -> Iterator[tuple[TableRef, list[Described]]]:
        """The columns of those that can be read: a view may read what is gone."""
        for each in told:
            try:
                yield from self.described_together(connection, [each])
            except ConnectorError as error:
                if error.kind in {"unreachable", "timeout", "auth"}:
                    raise

    def described_together(
        self, connection: Connection, told: Sequence[Told]
    ) -> Iterator[tuple[TableRef, list[Described]]]:
        """The columns of all, from the analyzer: the query that it analyzes is never run."""
        picked = ", ".join(f"struct(t{at}.*) AS c{at}" for at in range(len(told)))
        places = ", ".join(
            f"{self.quoted(each.schema)}.{self.quoted(each.name)} AS t{at}" for at, each in enumerate(told)
        )
        guarded: Any = connection.connection.dbapi_connection
        found = guarded.described(f"SELECT {picked} FROM {places}")  # noqa: S608 - all names are quoted
        yield from zip((each.ref for each in told), found, strict=True)

    def quoted(self, name: str) -> str:
        """A name as SQL; raises ConnectorError for what cannot be one."""
        return "`" + self.statements.name(name).replace("`", "``") + "`"

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """At most `limit` rows of one SELECT, VALUES or WITH."""
        bounded = only_reading(query, limit + 1)
        with self._session.reading(database) as connection:
            asked = connection.execution_options(no_parameters=not params)
            result = asked.exec_driver_sql(bounded, dict(params or {}))
            return Rows(tuple(result.keys()), *shortened(result, limit))


def schemas_of(connection: Connection) -> list[str]:
    """Spark's databases."""
    return sorted(each[0] for each in connection.exec_driver_sql("SHOW DATABASES"))


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return SparkConnector(SparkSettings.parse(settings), secret)


DRIVER = Driver(
    "Spark",
    FIELDS,
    problems,
    connect,
    secret="Token",  # noqa: S106 - a label
    leads_to=("mode", "host", "port", "tls", "ca_file"),
    about="The tables that a Spark knows, through Spark Connect or from the folders of a local one.",
)
