"""How a MySQL or MariaDB source is described. The password is the secret, kept apart and encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar, Self

from catalog.connectors import settings as shared
from catalog.connectors.protocol import SettingField

DRIVER_NAME = "pymysql"
NO_DRIVER = "The portal has no driver for MySQL and MariaDB: in its folder, pip install -e '.[mysql]'."
TLS = ("prefer", "disable", "require", "verify")

FIELDS = (
    SettingField("host", "Host", "text", "Name, address, or the path of a Unix socket.", True),
    SettingField("port", "Port", "integer", "Usually 3306.", default=3306),
    SettingField("database", "Database", "text", "The one to connect to first.", True),
    shared.DATABASES,
    SettingField("user", "User", "text", "Give it an account that may only read.", True),
    SettingField(
        "tls", "Encryption", "choice", "“verify” also checks the certificate.", False, "prefer", TLS
    ),
    *shared.patterns("a database (shop) or database.table (shop.tmp_*)"),
    *shared.LIMITS,
    shared.NAME_IN_LINEAGE,
)

CHECKS: shared.Checks = {
    **shared.server_checks(3306),
    "tls": (shared.text("tls", "prefer"), shared.one_of(TLS)),
}


@dataclass(frozen=True, kw_only=True)
class MySqlSettings(shared.ServerSettings):
    """Where the server is and what of it is wanted. A database of MySQL is what others call a schema."""

    scheme: ClassVar[str] = "mysql"

    port: int = 3306
    tls: str = "prefer"

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, CHECKS, problems(settings)))


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field; or that the driver is missing."""
    if find_spec(DRIVER_NAME) is None:
        return {"kind": NO_DRIVER}
    return shared.problems(settings, CHECKS, "MySQL")
