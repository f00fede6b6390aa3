"""A folder of Parquet, CSV and JSON files as a governed source, here or in a bucket of S3."""

from collections.abc import Collection, Container, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.duckdb.statements import DuckStatements
from catalog.connectors.errors import ConnectorError
from catalog.connectors.files.listing import facts, settled
from catalog.connectors.files.settings import FIELDS, FilesSettings, problems
from catalog.connectors.local import permit
from catalog.connectors.metadata import Scope, TableRef
from catalog.connectors.protocol import Capability, Check, Connector, Driver, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell, driver_style

SECRET = "S3 secret key"  # noqa: S105 - a label
LEADS_TO = ("root", "endpoint", "region", "access_key_id")


class FilesConnector(SqlConnector):
    """Reads one folder. In queries a dataset is a table named by its path: `FROM "orders/2025.csv"`."""

    settings: FilesSettings
    _session: Any
    capabilities = frozenset(Capability) - {Capability.CONSTRAINTS, Capability.VIEW_SQL}
    statements = DuckStatements()
    steps = 3

    def __init__(self, settings: FilesSettings, secret: str) -> None:
        # The library is an extra: it loads when it is needed, after the settings said that it is there.
        session = import_module("catalog.connectors.files.session").Session(settings, secret)
        super().__init__(settings, session)
        self._found: set[str] = set()

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this dataset: surely for what was found under them."""
        known = table.database == self.settings.database and table.name in self._found
        return known or super().covers(table)

    def dataset_name(self, table: TableRef) -> str:
        """The whole path of a file or folder, or its key in the bucket."""
        return self.settings.dataset_name(table.name)

    def written(self, query: str, names: Container[str]) -> str:
        """`:name` as `$name`."""
        return driver_style(query, names, "${}", "%")

    def test(self) -> ServerFacts:
        """List the folder and read one file of it."""
        version: str = import_module("duckdb").__version__
        checks = self.checks()
        product = "S3" if self.settings.bucket else "Folder of files"
        user = self.settings.access_key_id
        return ServerFacts(product, f"DuckDB {version}", user, self.settings.harvested, (), tuple(checks))

    def checks(self) -> list[Check]:
        """What a harvest needs, with what would give it."""
        try:
            entries, closed = self._session.entries()
        except ConnectorError as error:
            if not self.settings.bucket or error.kind != "permission":
                raise
            return [Check("list", False, error.message, self.remedy("s3:ListBucket"))]
        found = [Check("list", True, f"Files of data: {len(entries):,}.")]
        found += [
            Check(
                path,
                False,
                "This folder cannot be entered.",
                permit(self.settings.folder / path, "rx"),
                False,
            )
            for path in closed
        ]
        return [*found, self.readable(entries)] if entries else found

    def readable(self, entries: Sequence[Any]) -> Check:
        """Whether the first file can be read."""
        first = entries[0]
        shape = self.looked(entries[:1])[first.path]
        if "may not" in shape.problem or "ermission" in shape.problem:
            remedy = self.remedy("s3:GetObject") if self.settings.bucket else permit(first.url)
            return Check("read", False, f"“{first.path}” may not be read.", remedy)
        return Check("read", True, f"“{first.path}” can be read. {shape.problem}".strip())

    def looked(self, entries: Sequence[Any]) -> dict[str, Any]:
        with self._session.over(entries) as guarded:
            looker = import_module("catalog.connectors.files.shapes").Looker(guarded, self._session.told)
            shapes: dict[str, Any] = looker.shapes(entries, lambda done: None)
        return shapes

    def remedy(self, action: str) -> str:
        """The statement of a policy that allows this."""
        said: str = import_module("catalog.connectors.files.bucket").policy(self.settings, action)
        return said

    def probe(self) -> Mapping[str, str]:
        """The listing: paths, sizes and times."""
        entries, closed = self._session.entries()
        said = [(each.path, each.size, each.modified.isoformat()) for each in sorted(entries)]
        return {self.settings.database: sha256(repr((said, closed)).encode()).hexdigest()}

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """Every dataset: a look into each file, Parquet a hundred at a time."""
        guarded: Any = connection.connection.dbapi_connection
        looker = import_module("catalog.connectors.files.shapes").Looker(guarded, self._session.told)
        wanted = None if only is None else {each.name for each in only}
        groups = [each for each in guarded.groups if wanted is None or touched(each, wanted)]
        files = [file for group in groups for file in group.files]
        tell(0, f"{len(files):,} files")
        shapes = looker.shapes(files, lambda done: tell(1, f"{done:,} of {len(files):,} files"))
        columns = {path: columns_of(shape) for path, shape in shapes.items()}
        tell(2, "columns")
        found = [
            facts(database, group, looker.described(group, shapes), shapes)
            for group in settled(groups, columns)
        ]
        self._found |= {each.name for each in found}
        version: str = import_module("duckdb").__version__
        return Listed(
            Scope(database, unproven=unproven(guarded.closed), kind="folder"),
            found,
            version=f"DuckDB {version}",
        )


def touched(group: Any, names: Collection[str]) -> bool:
    """Whether a group, or a file of it that may stand alone, is asked for."""
    return group.name in names or any(file.path in names for file in group.files)


def columns_of(shape: Any) -> frozenset[str] | None:
    """The names of a file's columns, None of a broken one."""
    return None if shape.problem else frozenset(name for name, _ in shape.columns)


def unproven(closed: Sequence[str]) -> str:
    """Why files may be there that nobody saw."""
    return f"The folder “{closed[0]}” cannot be entered." if closed else ""


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return FilesConnector(FilesSettings.parse(settings), secret)


DRIVER = Driver(
    "Folder of files (also S3)",
    FIELDS,
    problems,
    connect,
    secret=SECRET,
    leads_to=LEADS_TO,
    about="Parquet, CSV and JSON files, in a folder of the server or in an S3 bucket.",
)
