"""How a MySQL or MariaDB source is described. The password is the secret, kept apart and encrypted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql.settings import (
    anything,
    between,
    check_authority,
    check_host,
    filled,
    matches,
    one_of,
    several,
    text,
    whole,
)
from catalog.connectors.protocol import SettingField

DRIVER_NAME = "pymysql"
NO_DRIVER = "The portal has no driver for MySQL and MariaDB: install it with pip install 'govportal[mysql]'."
TLS = ("prefer", "disable", "require", "verify")
PATTERN_HELP = "One per line: a database (shop) or database.table (shop.tmp_*); * stands for anything."

FIELDS = (
    SettingField("host", "Host", "text", "Name, address, or the path of a Unix socket.", True),
    SettingField("port", "Port", "integer", "Usually 3306.", default=3306),
    SettingField("database", "Database", "text", "The one to connect to first.", True),
    SettingField("databases", "Databases", "list", "Those to harvest; none means the one above.", default=()),
    SettingField("user", "User", "text", "Give it an account that may only read.", True),
    SettingField(
        "tls", "Encryption", "choice", "“verify” also checks the certificate.", False, "prefer", TLS
    ),
    SettingField("include", "Only these", "list", PATTERN_HELP, default=()),
    SettingField("exclude", "Without these", "list", PATTERN_HELP, default=()),
    SettingField("statement_timeout", "Statement timeout", "integer", "Seconds per query.", default=60),
    SettingField(
        "connect_timeout", "Connect timeout", "integer", "Seconds to wait for an answer.", default=10
    ),
    SettingField("authority", "Name in lineage", "text", "host:port as other tools write it.", default=""),
)


@dataclass(frozen=True)
class MySqlSettings:
    """Where the server is and what of it is wanted. A database of MySQL is what others call a schema."""

    host: str
    database: str
    user: str
    port: int = 3306
    databases: tuple[str, ...] = ()
    tls: str = "prefer"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    statement_timeout: int = 60
    connect_timeout: int = 10
    authority: str = ""

    @property
    def harvested(self) -> tuple[str, ...]:
        """The databases to read, each once."""
        return tuple(dict.fromkeys(self.databases)) or (self.database,)

    @property
    def namespace(self) -> str:
        """OpenLineage's `mysql://host:port`; a Unix socket is this machine, `localhost`."""
        if self.authority:
            return f"mysql://{self.authority}"
        host = "localhost" if self.host.startswith("/") else self.host.lower()
        return f"mysql://[{host}]:{self.port}" if ":" in host else f"mysql://{host}:{self.port}"

    def covers(self, database: str, table: str) -> bool:
        """Whether the settings ask for this table. Exclusion wins over inclusion."""
        if database not in self.harvested or matches(self.exclude, database, table):
            return False
        return not self.include or matches(self.include, database, table)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> "MySqlSettings":
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        for name, message in problems(settings).items():
            raise ConnectorError(message, "config", name)
        values: dict[str, Any] = {name: clean(settings) for name, (clean, _) in CHECKS.items()}
        return cls(**values)


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field, in the order of the form; or that the driver is missing."""
    if find_spec(DRIVER_NAME) is None:
        return {"kind": NO_DRIVER}
    found = {name: f"“{name}” is not a setting of MySQL." for name in settings if name not in CHECKS}
    for name, (clean, check) in CHECKS.items():
        try:
            message = check(clean(settings))
        except ValueError as error:
            message = str(error)
        if message:
            found[name] = message
    return found


CHECKS: dict[str, tuple[Callable[[Mapping[str, object]], Any], Callable[[Any], str | None]]] = {
    "host": (text("host"), check_host),
    "port": (whole("port", 3306), between(1, 65535)),
    "database": (text("database"), filled("Say which database to connect to.")),
    "databases": (several("databases"), anything),
    "user": (text("user"), filled("Say as which user to connect.")),
    "tls": (text("tls", "prefer"), one_of(TLS)),
    "include": (several("include"), anything),
    "exclude": (several("exclude"), anything),
    "statement_timeout": (whole("statement_timeout", 60), between(1, 3600)),
    "connect_timeout": (whole("connect_timeout", 10), between(2, 60)),
    "authority": (text("authority"), check_authority),
}
