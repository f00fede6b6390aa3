"""What sources that are one local file share: the settings, and what can be said before it is opened."""

import os
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import ClassVar, Self

from catalog.connectors import paths
from catalog.connectors import settings as shared
from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import readable
from catalog.connectors.protocol import SettingField

PATH = SettingField("path", "File", "text", "The whole path, as the portal's machine sees it.", True)
TIMEOUT = shared.LIMITS[0]
NAME_IN_LINEAGE = SettingField(
    "authority", "Path in lineage", "text", "The path as other tools write it, where it differs.", default=""
)


def check_path(path: str) -> str | None:
    """A whole path that the operator opened to sources."""
    if not path:
        return "Say which file to read."
    try:
        readable(path, "path")
    except ConnectorError as error:
        return error.message
    return None


CHECKS: shared.Checks = {
    "path": (shared.text("path"), check_path),
    **shared.PATTERN_CHECKS,
    "statement_timeout": (shared.whole("statement_timeout", 60), shared.between(1, 3600)),
    "authority": (shared.text("authority"), shared.anything),
}


@dataclass(frozen=True, kw_only=True)
class TablePatterns(shared.Patterns):
    """The same where tables stand in no schema: patterns are about their names alone."""

    def wanted(self, schema: str, table: str) -> bool:
        """Whether the patterns ask for this table. Exclusion wins over inclusion."""
        if named(self.exclude, table):
            return False
        return not self.include or named(self.include, table)


@dataclass(frozen=True, kw_only=True)
class FileSettings(shared.Patterns):
    """One file that is one database, which is called as the file without its ending."""

    scheme: ClassVar[str]

    path: str
    statement_timeout: int = 60
    authority: str = ""

    @property
    def file(self) -> Path:
        """The file with its links resolved; raises ConnectorError (config) where it may not be read."""
        return readable(self.path, "path")

    @property
    def database(self) -> str:
        """Its name."""
        return Path(self.path).stem

    @property
    def harvested(self) -> tuple[str, ...]:
        """The one database."""
        return (self.database,)

    @property
    def namespace(self) -> str:
        """`scheme://path`, as dbt's OpenLineage integration names DuckDB's files."""
        return f"{self.scheme}://{self.authority or os.path.normpath(self.path)}"

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings ask for this table."""
        return database == self.database and self.wanted(schema, table)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        raise NotImplementedError


def named(patterns: tuple[str, ...], table: str) -> bool:
    """Whether one of the patterns is about a table of this name, where tables have no schema."""
    return any(fnmatchcase(table, each) for each in patterns)


def opened(file: Path, magic: bytes, at: int, product: str) -> None:
    """Look at the file before an engine does; raises ConnectorError that says what to change."""
    try:
        with paths.opened(file) as stream:
            head = stream.read(at + len(magic))
    except FileNotFoundError:
        raise ConnectorError(f"There is no file “{file}”.", "unreachable", "path") from None
    except IsADirectoryError:
        raise ConnectorError(f"“{file}” is a folder.", "config", "path") from None
    except PermissionError:
        raise ConnectorError(
            f"The portal may not read “{file}”: {permit(file)} would let it.", "permission", "path"
        ) from None
    except OSError as error:
        raise ConnectorError(f"“{file}” cannot be read: {error.strerror}.", "unreachable", "path") from None
    if head and head[at:] != magic:  # an empty file is an empty database
        raise ConnectorError(f"“{file}” is no {product} database, or an encrypted one.", "config", "path")


def permit(path: Path, rights: str = "r") -> str:
    """The command that lets the portal's user in."""
    return f"setfacl -m u:{os.geteuid()}:{rights} {shlex.quote(str(path))}"


def written_at(file: Path, log: str) -> str:
    """When and to what size a file and the log beside it were last written; differs after every change."""
    found = []
    for each in (file, file.with_name(file.name + log)):
        with suppress(OSError):
            said = each.stat()
            found.append(f"{said.st_ino}:{said.st_size}:{said.st_mtime_ns}")
    return " ".join(found)
