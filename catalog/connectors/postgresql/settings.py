"""How a PostgreSQL source is described: the form, its checks, and the value they give.

The password is not among the settings: it is the secret, kept apart and encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from catalog.connectors import settings as shared
from catalog.connectors.protocol import SettingField

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

FIELDS = (
    SettingField("host", "Host", "text", "Name, address, or the directory of a Unix socket.", True),
    SettingField("port", "Port", "integer", "Usually 5432.", default=5432),
    SettingField("database", "Database", "text", "The one to connect to first.", True),
    shared.DATABASES,
    SettingField("user", "User", "text", "Give it a role that may only read.", True),
    SettingField("sslmode", "Encryption", "choice", "As libpq's sslmode.", False, "prefer", SSL_MODES),
    *shared.patterns("a schema (sales) or schema.table (sales.tmp_*)"),
    *shared.LIMITS,
    shared.NAME_IN_LINEAGE,
)

CHECKS: shared.Checks = {
    **shared.server_checks(5432),
    "sslmode": (shared.text("sslmode", "prefer"), shared.one_of(SSL_MODES)),
}


@dataclass(frozen=True, kw_only=True)
class PostgresSettings(shared.ServerSettings):
    """Where the server is and what of it is wanted."""

    scheme: ClassVar[str] = "postgres"

    port: int = 5432
    sslmode: str = "prefer"

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, CHECKS, problems(settings)))


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field."""
    return shared.problems(settings, CHECKS, "PostgreSQL")
