"""How a folder of files is described, here or in a bucket of S3. The secret is the bucket's secret key."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from catalog.connectors import local
from catalog.connectors import settings as shared
from catalog.connectors.duckdb.settings import MEMORY, MEMORY_CHECKS
from catalog.connectors.errors import ConnectorError
from catalog.connectors.files.entries import HERE, format_of
from catalog.connectors.paths import readable
from catalog.connectors.protocol import SettingField

LIBRARY, S3_LIBRARY = "duckdb", "duckdb_extension_httpfs"
NO_LIBRARY = "The portal cannot read files: in its folder, pip install -e '.[files]'."
BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:/([^*?\[\]{}]*))?")
ENDPOINT = re.compile(r"(?:https?://)?(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?/?")
WILDCARD = re.compile(r"[*?\[]")
ANY_FILE = "\x00"  # no pattern but one for all files matches it
REGION = re.compile(r"[a-z0-9-]*")

FIELDS = (
    SettingField("root", "Folder", "text", "A whole path (/data/lake), or s3://bucket/folder.", True),
    *shared.patterns("a path within the folder (orders/*.csv)"),
    SettingField("endpoint", "S3 endpoint", "text", "http(s)://host:port; empty for Amazon.", default=""),
    SettingField("region", "S3 region", "text", "For example eu-central-1.", default="us-east-1"),
    SettingField("access_key_id", "S3 access key", "text", "Empty for a public bucket.", default=""),
    local.TIMEOUT,
    MEMORY,
    SettingField("most_files", "Most files", "integer", "More than these are refused.", default=10_000),
    SettingField(
        "authority", "Host in lineage", "text", "Host of file://host, as other tools write it.", default=""
    ),
)


def check_root(root: str) -> str | None:
    """A folder that the operator opened to sources, or a bucket."""
    if not root:
        return "Say which folder to read."
    if root.startswith("s3://"):
        found = BUCKET.fullmatch(root)
        if found is None or ".." in (found[2] or "").split("/"):
            return "Write s3://bucket/folder, without patterns."
        return None if find_spec(S3_LIBRARY) else NO_LIBRARY
    try:
        readable(root, "root")
    except ConnectorError as error:
        return error.message
    return None


def fits(pattern: re.Pattern[str], message: str) -> Callable[[str], str | None]:
    """Accepts what the pattern does, and nothing."""
    return lambda value: None if not value or pattern.fullmatch(value) else message


CHECKS: shared.Checks = {
    "root": (shared.text("root"), check_root),
    **shared.PATTERN_CHECKS,
    "endpoint": (shared.text("endpoint"), fits(ENDPOINT, "Write http(s)://host:port.")),
    "region": (shared.text("region", "us-east-1"), fits(REGION, "Write a region such as eu-central-1.")),
    "access_key_id": (shared.text("access_key_id"), shared.anything),
    "statement_timeout": (shared.whole("statement_timeout", 60), shared.between(1, 3600)),
    **MEMORY_CHECKS,
    "most_files": (shared.whole("most_files", 10_000), shared.between(1, 1_000_000)),
    "authority": (shared.text("authority"), fits(re.compile(r"[A-Za-z0-9._-]+"), "Write a host name.")),
}


@dataclass(frozen=True, kw_only=True)
class FilesSettings(local.TablePatterns):
    """A folder, and what of it is wanted; its datasets are named by their paths within it."""

    root: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key_id: str = ""
    statement_timeout: int = 60
    memory: int = 1024
    most_files: int = 10_000
    authority: str = ""

    @property
    def bucket(self) -> str:
        """The bucket's name, empty for a local folder."""
        found = BUCKET.fullmatch(self.root)
        return found[1] if found else ""

    @property
    def prefix(self) -> str:
        """The folder within the bucket, without slashes around it."""
        found = BUCKET.fullmatch(self.root)
        return (found[2] or "").strip("/") if found else ""

    @property
    def folder(self) -> Path:
        """The local folder with its links resolved; raises ConnectorError (config) where it is closed."""
        return readable(self.root, "root")

    @property
    def base(self) -> str:
        """What stands before a path within the folder, without the slash between them."""
        return (
            "/".join(filter(None, (f"s3://{self.bucket}", self.prefix))) if self.bucket else str(self.folder)
        )

    @property
    def database(self) -> str:
        """What holds the datasets: the folder, or within a bucket the folder's path there."""
        return (self.prefix or self.bucket) if self.bucket else str(Path(self.root))

    @property
    def harvested(self) -> tuple[str, ...]:
        """The one folder."""
        return (self.database,)

    @property
    def namespace(self) -> str:
        """`s3://bucket`, `file`, or `file://host`, as OpenLineage names them."""
        if self.bucket:
            return f"s3://{self.bucket}"
        return f"file://{self.authority}" if self.authority else "file"

    def dataset_name(self, name: str) -> str:
        """The whole path, or the key within the bucket."""
        base = self.prefix if self.bucket else str(Path(self.root))
        return base if name == HERE and base else "/".join(filter(None, (base.rstrip("/"), name)))

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings surely ask for this dataset; of a folder, for whatever file may be in it.

        Where in doubt they do not: then a dataset that a pattern took away is never a removed one.
        """
        if database != self.database:
            return False
        if format_of(table):
            return self.wanted(schema, table)
        included = not self.include or local.named(self.include, f"{table}/{ANY_FILE}")
        return included and not any(may_be_about(each, table) for each in self.exclude)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, CHECKS, problems(settings)))


def may_be_about(pattern: str, folder: str) -> bool:
    """Whether a pattern could name the folder or a file in it, by what stands before its first wildcard."""
    start, inside = WILDCARD.split(pattern, maxsplit=1)[0], f"{folder}/"
    return start.startswith(inside) or inside.startswith(start)


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field; or that the library is missing."""
    if find_spec(LIBRARY) is None:
        return {"kind": NO_LIBRARY}
    return shared.problems(settings, CHECKS, "folders of files")
