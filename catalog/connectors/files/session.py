"""Opens DuckDB over the files of one folder: no other file can be read, and none written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from catalog.connectors.duckdb import engine, errors
from catalog.connectors.errors import ConnectorError
from catalog.connectors.files import bucket
from catalog.connectors.files.entries import Entry, Group, format_of, groups, singles
from catalog.connectors.files.folder import Folder
from catalog.connectors.files.settings import FilesSettings
from catalog.connectors.paths import leads_elsewhere

SAMPLED = 20_480  # rows that columns and types of a text file are told by
TEXTS = {
    "csv": ("read_csv", f"sample_size = {SAMPLED}"),
    "tsv": ("read_csv", f"sample_size = {SAMPLED}, delim = '\t'"),
    "json": ("read_json", f"sample_size = {SAMPLED}"),
    "jsonl": ("read_json", f"sample_size = {SAMPLED}, format = 'newline_delimited'"),
}


def reading_of(kind: str, files: Sequence[Entry], keyed: bool) -> str:
    """The call of DuckDB that reads these files as one table; columns are matched by name."""
    call, options = TEXTS.get(kind, ("read_parquet", ""))
    urls = ", ".join(engine.literal(each.url) for each in files)
    said = [f"[{urls}]", "union_by_name = true", f"hive_partitioning = {str(keyed).lower()}", options]
    return f"{call}({', '.join(filter(None, said))})"


class Swapped(Exception):
    """What was listed as a file is none by now: a link could lead anywhere. Says so to a person."""


class FilesGuarded(engine.Guarded):
    """Datasets are tables under their names; each is made when a query names it."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        seconds: float,
        entries: Sequence[Entry],
        local: bool,
    ) -> None:
        super().__init__(connection, seconds)
        self.entries = entries
        self.local = local
        self.known: dict[str, Group] = {each.name: each for each in singles(entries)}
        self.groups = groups(entries)
        self.known |= {each.name: each for each in self.groups}
        self.closed: list[str] = []  # folders that could not be entered
        self.made: set[str] = set()

    def prepare(self, wanted: engine.Reads) -> None:
        """Make the tables that are named; DuckDB looks into their files for the columns."""
        for _, schema, name in sorted(wanted.tables):
            group = self.known.get(name)
            if group is None and format_of(name) and "://" not in name and not name.startswith("/"):
                raise ConnectorError(f"There is no dataset “{name}” in the folder.", "missing")
            if group and schema in {"", "main"} and name not in self.made:
                self.check(group.files)
                view = engine.identifier(name)
                called = reading_of(group.format, group.files, bool(group.keys))
                self.ask(f"CREATE VIEW main.{view} AS SELECT * FROM {called}")
                self.made.add(name)

    @contextmanager
    def over(self, files: Sequence[Entry]) -> Iterator[None]:
        """What is read within comes from these files, or raises Swapped: DuckDB follows links."""
        self.check(files)
        yield
        self.check(files)

    def check(self, files: Sequence[Entry]) -> None:
        for each in files if self.local else ():
            if leads_elsewhere(each.url):
                raise Swapped(f"“{each.path}” was replaced while it was read.")


class Session:
    """Opens guarded connections to one folder."""

    def __init__(self, settings: FilesSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret

    def entries(self) -> tuple[list[Entry], list[str]]:
        """The files that are wanted, and the folders that could not be entered; raises ConnectorError."""
        if not self.settings.bucket:
            folder = Folder(self.settings.folder, self.settings.most_files)
            return self.wanted(folder.entries()), folder.closed
        with self.failing():
            connection = self.started()
            watch = engine.Watch(connection, self.settings.statement_timeout)
            watch.start()
            try:
                return self.wanted(bucket.entries(connection, self.settings)), []
            finally:
                watch.over.set()
                connection.close()

    def wanted(self, entries: Sequence[Entry]) -> list[Entry]:
        return [each for each in entries if self.settings.wanted("", each.path)]

    def started(self) -> duckdb.DuckDBPyConnection:
        """DuckDB that may enter the bucket, where there is one."""
        connection = engine.started(self.settings.memory)
        if self.settings.bucket:
            bucket.sign_in(connection, self.settings, self._secret)
        return connection

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One connection; every failure leaves as ConnectorError, without the library's causes."""
        if database not in {None, self.settings.database}:
            said = f"The source has no folder “{database}”, only “{self.settings.database}”."
            raise ConnectorError(said, "unknown_database", "root")
        entries, closed = self.entries()
        with self.over(entries) as guarded, engine.over(guarded).connect() as connection:
            guarded.closed = closed
            yield connection

    @contextmanager
    def over(self, entries: Sequence[Entry]) -> Iterator[FilesGuarded]:
        """DuckDB over these files and nothing else."""
        with self.failing():
            local = not self.settings.bucket
            guarded = FilesGuarded(self.started(), self.settings.statement_timeout, entries, local)
            try:
                engine.closed(guarded.connection, [each.url for each in entries])
                yield guarded
            finally:
                guarded.end()

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Whatever fails within leaves as ConnectorError."""
        try:
            yield
        except DBAPIError as error:
            raise self.told(error.orig or error) from None
        except (duckdb.Error, SQLAlchemyError, UnicodeError, Swapped) as error:
            raise self.told(error) from None

    def told(self, error: BaseException) -> ConnectorError:
        """Why something failed."""
        if isinstance(error, Swapped):
            return ConnectorError(str(error), "permission")
        said = bucket.told(error, self.settings) if self.settings.bucket else None
        return said or errors.told(error, self.settings.statement_timeout, self.settings.memory)
