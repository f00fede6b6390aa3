"""A DuckDB file as a governed source."""

from collections.abc import Collection, Container, Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, union_all

from catalog.connectors.duckdb import queries
from catalog.connectors.duckdb.listing import Listing
from catalog.connectors.duckdb.settings import FIELDS, DuckSettings, problems
from catalog.connectors.duckdb.statements import DuckStatements
from catalog.connectors.local import written_at
from catalog.connectors.metadata import SchemaFacts, Scope, TableRef
from catalog.connectors.protocol import Capability, Check, Connector, Driver, Rows, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell, driver_style, shortened

AT_ONCE = 100  # tables counted in one statement


class DuckConnector(SqlConnector):
    """Reads one file."""

    settings: DuckSettings
    capabilities = SqlConnector.capabilities | {Capability.PROBE}
    statements = DuckStatements()
    steps = 5

    def __init__(self, settings: DuckSettings) -> None:
        # The library is an extra: it loads when it is needed, after the settings said that it is there.
        session = import_module("catalog.connectors.duckdb.session").Session(settings)
        super().__init__(settings, session)

    def written(self, query: str, names: Container[str]) -> str:
        """`:name` as `$name`."""
        return driver_style(query, names, "${}", "%")

    def test(self) -> ServerFacts:
        """Open the file and read its catalogue."""
        with self._session.reading() as connection:
            version: str = connection.exec_driver_sql("SELECT version()").scalar_one()
            tables = connection.execute(queries.TABLES, {"database": self.settings.database}).all()
        size = self.settings.file.stat().st_size
        checks = (
            Check("file", True, f"“{self.settings.path}” is there and may be read: {size:,} bytes."),
            Check("catalogue", True, f"Tables and views: {len(tables)}."),
        )
        return ServerFacts(f"DuckDB {version}", version, "", self.settings.harvested, (), checks)

    def probe(self) -> Mapping[str, str]:
        """When and to what size the file was last written."""
        return {self.settings.database: written_at(self.settings.file, ".wal")}

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The catalogue of the file: five statements, and the rows of a hundred tables at a time."""

        def ask(step: int, what: str, query: Any) -> Sequence[Any]:
            tell(step, what)
            return connection.execute(query, {"database": database}).all()

        listing = Listing(database, ask(0, "tables", queries.TABLES))
        listing.add_columns(ask(1, "columns", queries.COLUMNS))
        listing.add_constraints(ask(2, "keys", queries.CONSTRAINTS))
        listing.add_indexes(ask(3, "indexes", queries.INDEXES))
        tell(4, "rows")
        places = [(schema, name) for schema, name, kind, *_ in listing.tables if kind == "table"]
        for start in range(0, len(places), AT_ONCE):
            counts = [self.count(*place) for place in places[start : start + AT_ONCE]]
            listing.rows |= {
                (schema, name): rows for schema, name, rows in connection.execute(union_all(*counts))
            }
        schemas = [SchemaFacts(database, *row) for row in ask(4, "schemas", queries.SCHEMAS)]
        version: str = connection.exec_driver_sql("SELECT version()").scalar_one()
        return Listed(Scope(database), listing.facts(), schemas, version)

    def count(self, schema: str, name: str) -> Select[str, str, int]:
        """The rows of one table, known without reading it; DuckDB's own estimate counts deleted ones."""
        table = self.statements.relation(TableRef("", schema, name), ())
        return select(literal(schema), literal(name), func.count()).select_from(table)

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Some rows from all over the table."""
        names = ", ".join(self.quoted(each) for each in columns)
        place = ".".join(self.quoted(each) for each in (table.schema, table.name))
        query = f"SELECT {names} FROM {place} USING SAMPLE {int(limit)} ROWS"  # noqa: S608 - all names are quoted
        with self._session.reading(table.database) as connection:
            found = connection.exec_driver_sql(query)
            return Rows(tuple(columns), *shortened(found, limit))

    def quoted(self, name: str) -> str:
        """A name as SQL; raises ConnectorError for what cannot be one."""
        return '"' + self.statements.name(name).replace('"', '""') + '"'


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings; there is no secret."""
    return DuckConnector(DuckSettings.parse(settings))


DRIVER = Driver("DuckDB", FIELDS, problems, connect, secret="", leads_to=(), about="A DuckDB file.")
