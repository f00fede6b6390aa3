"""How a Spark is described: a server of Spark Connect, or the folders of a local one."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from catalog.connectors import settings as shared
from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import readable
from catalog.connectors.protocol import SettingField

CATALOG = "spark_catalog"  # Spark's own; what others call a database is a namespace in it
DRIVER_NAME, SERVER_NAME = "pyspark", "py4j"  # pyspark-client brings no Spark, and no py4j either
NO_DRIVER = "The portal cannot read Spark: in its folder, pip install -e '.[spark]'."
NO_SERVER = "This pyspark is only a client: a local Spark needs pip install -e '.[spark]'."
NO_JAVA = "A local Spark needs Java 17 or newer on the portal's machine (or JAVA_HOME)."
LOOPBACK = ("localhost", "127.0.0.1", "::1")
USUAL = "metastore_db"  # what Spark calls its metastore, beside its warehouse
MODES, TLS, COMPLETE = ("connect", "local"), ("off", "on"), ("no", "yes")

FIELDS = (
    SettingField(
        "mode",
        "Reached by",
        "choice",
        "Spark Connect, or the folders of a local Spark.",
        False,
        "connect",
        MODES,
    ),
    SettingField("host", "Host", "text", "Spark Connect: name or address.", default=""),
    SettingField("port", "Port", "integer", "Usually 15002.", default=15002),
    SettingField("user", "User", "text", "The name that Spark's logs show.", default="govportal"),
    SettingField("tls", "Encryption", "choice", "“on” checks the certificate.", False, "off", TLS),
    SettingField("ca_file", "CA certificates", "text", "A PEM file; empty for the usual ones.", default=""),
    SettingField("warehouse", "Warehouse folder", "text", "Local: the whole path of the tables.", default=""),
    SettingField(
        "metastore", "Metastore folder", "text", f"Local: empty for {USUAL} beside the warehouse.", default=""
    ),
    *shared.patterns("a database (shop) or database.table (shop.tmp_*)"),
    SettingField(
        "complete",
        "The account sees everything",
        "choice",
        "Spark Connect: only then may what is not listed count as removed.",
        default="no",
        choices=COMPLETE,
    ),
    *shared.LIMITS,
    shared.NAMESPACE_IN_LINEAGE,
)


@dataclass(frozen=True, kw_only=True)
class SparkSettings(shared.Patterns):
    """Where Spark is, and what of its own catalogue is wanted."""

    mode: str = "connect"
    host: str = ""
    port: int = 15002
    user: str = "govportal"
    tls: str = "off"
    ca_file: str = ""
    warehouse: str = ""
    metastore: str = ""
    complete: str = "no"
    statement_timeout: int = 60
    connect_timeout: int = 10
    named: str = ""

    @property
    def local(self) -> bool:
        """Whether the portal starts the Spark itself."""
        return self.mode == "local"

    @property
    def harvested(self) -> tuple[str, ...]:
        """The one catalogue."""
        return (CATALOG,)

    @property
    def tables_folder(self) -> Path:
        """The warehouse with its links resolved; raises ConnectorError (config) where it is closed."""
        return readable(self.warehouse, "warehouse")

    @property
    def metastore_folder(self) -> Path:
        """The metastore, as `tables_folder`."""
        return readable(metastore_of(self.warehouse, self.metastore), "metastore")

    @property
    def namespace(self) -> str:
        """`spark://host:port`, or `spark:///path/to/warehouse`."""
        if self.named:
            return self.named
        return (
            f"spark://{os.path.normpath(self.warehouse)}" if self.local else f"spark://{self.place.lower()}"
        )

    @property
    def place(self) -> str:
        """Where Spark is, for a person."""
        if self.local:
            return self.warehouse
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings ask for this table."""
        return database == CATALOG and self.wanted(schema, table)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        values = shared.cleaned(settings, CHECKS, problems(settings))
        return cls(named=values.pop("namespace"), **values)


def metastore_of(warehouse: str, metastore: str) -> str:
    """Where Spark keeps it unless it is told otherwise."""
    return metastore or str(Path(warehouse).parent / USUAL)


def check_folder(folder: str) -> str | None:
    """A folder or file that the operator opened to sources, or none."""
    try:
        if folder:
            readable(folder, "")
    except ConnectorError as error:
        return error.message
    return None


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field; or what is not installed."""
    if missing := absent(DRIVER_NAME, NO_DRIVER):
        return missing
    found = shared.problems(settings, CHECKS, "Spark")
    return found or (problems_here if settings.get("mode") == "local" else problems_there)(settings)


def problems_here(settings: Mapping[str, object]) -> dict[str, str]:
    """What a local Spark needs."""
    if missing := absent(SERVER_NAME, NO_SERVER):
        return missing
    if not os.environ.get("JAVA_HOME") and not shutil.which("java"):
        return {"kind": NO_JAVA}
    warehouse, metastore = (str(settings.get(each) or "") for each in ("warehouse", "metastore"))
    if not warehouse:
        return {"warehouse": "Say in which folder the tables are."}
    said = check_folder(metastore_of(warehouse, metastore))
    return {"metastore": said} if said else {}


def problems_there(settings: Mapping[str, object]) -> dict[str, str]:
    """What Spark Connect needs."""
    host = str(settings.get("host") or "")
    said = "Write a name or an address." if host.startswith("/") else shared.check_host(host)
    return {"host": said} if said else {}


def absent(library: str, said: str) -> dict[str, str]:
    """That a library is missing, if it is."""
    return {} if find_spec(library) else {"kind": said}


CHECKS: shared.Checks = {
    "mode": (shared.text("mode", "connect"), shared.one_of(MODES)),
    "host": (shared.text("host"), shared.anything),
    "port": (shared.whole("port", 15002), shared.between(1, 65535)),
    "user": (shared.text("user", "govportal"), shared.anything),
    "tls": (shared.text("tls", "off"), shared.one_of(TLS)),
    "ca_file": (shared.text("ca_file"), check_folder),
    "warehouse": (shared.text("warehouse"), check_folder),
    "metastore": (shared.text("metastore"), check_folder),
    **shared.PATTERN_CHECKS,
    "complete": (shared.text("complete", "no"), shared.one_of(COMPLETE)),
    **shared.LIMIT_CHECKS,
    "namespace": (shared.text("namespace"), shared.check_namespace),
}
