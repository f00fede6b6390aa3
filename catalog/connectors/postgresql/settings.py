"""How a PostgreSQL source is described: the form, its checks, and the value they give.

The password is not among the settings: it is the secret, kept apart and encrypted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import AddressValueError, IPv6Address
from typing import Any

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import SettingField

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
AUTHORITY = re.compile(r"[^\s/@:]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5}")
PATTERN_HELP = "One per line: a schema (sales) or schema.table (sales.tmp_*); * stands for anything."

FIELDS = (
    SettingField("host", "Host", "text", "Name, address, or the directory of a Unix socket.", True),
    SettingField("port", "Port", "integer", "Usually 5432.", default=5432),
    SettingField("database", "Database", "text", "The one to connect to first.", True),
    SettingField("databases", "Databases", "list", "Those to harvest; none means the one above.", default=()),
    SettingField("user", "User", "text", "Give it a role that may only read.", True),
    SettingField("sslmode", "Encryption", "choice", "As libpq's sslmode.", False, "prefer", SSL_MODES),
    SettingField("include", "Only these", "list", PATTERN_HELP, default=()),
    SettingField("exclude", "Without these", "list", PATTERN_HELP, default=()),
    SettingField("statement_timeout", "Statement timeout", "integer", "Seconds per query.", default=60),
    SettingField(
        "connect_timeout", "Connect timeout", "integer", "Seconds to wait for an answer.", default=10
    ),
    SettingField("authority", "Name in lineage", "text", "host:port as other tools write it.", default=""),
)


@dataclass(frozen=True)
class PostgresSettings:
    """Where the server is and what of it is wanted. `databases` always holds `database`'s choice."""

    host: str
    database: str
    user: str
    port: int = 5432
    databases: tuple[str, ...] = ()
    sslmode: str = "prefer"
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
        """OpenLineage's `postgres://host:port`; a Unix socket is this machine, `localhost`."""
        if self.authority:
            return f"postgres://{self.authority}"
        host = "localhost" if self.host.startswith("/") else self.host.lower()
        return f"postgres://[{host}]:{self.port}" if ":" in host else f"postgres://{host}:{self.port}"

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings ask for this table. Exclusion wins over inclusion."""
        if database not in self.harvested or matches(self.exclude, schema, table):
            return False
        return not self.include or matches(self.include, schema, table)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> "PostgresSettings":
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        for name, message in problems(settings).items():
            raise ConnectorError(message, "config", name)
        values: dict[str, Any] = {name: clean(settings) for name, (clean, _) in CHECKS.items()}
        return cls(**values)


def matches(patterns: tuple[str, ...], schema: str, table: str) -> bool:
    """A pattern with a dot is about schema.table, one without about the schema."""
    return any(fnmatchcase(f"{schema}.{table}" if "." in each else schema, each) for each in patterns)


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field, in the order of the form."""
    found = {name: f"“{name}” is not a setting of PostgreSQL." for name in settings if name not in CHECKS}
    for name, (clean, check) in CHECKS.items():
        try:
            message = check(clean(settings))
        except ValueError as error:
            message = str(error)
        if message:
            found[name] = message
    return found


def text(name: str, default: str = "") -> Callable[[Mapping[str, object]], str]:
    """Reads a text setting. Names keep their inner blanks: PostgreSQL allows them."""

    def clean(settings: Mapping[str, object]) -> str:
        value = settings.get(name)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            raise ValueError("Write text here.")
        if CONTROL.search(value):
            raise ValueError("Leave out control characters and line breaks.")
        return value

    return clean


def whole(name: str, default: int) -> Callable[[Mapping[str, object]], int]:
    """Reads a whole number, also from a form's text."""

    def clean(settings: Mapping[str, object]) -> int:
        value = settings.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError("Write a whole number.")
        try:
            return int(value)
        except ValueError:
            raise ValueError("Write a whole number.") from None

    return clean


def several(name: str) -> Callable[[Mapping[str, object]], tuple[str, ...]]:
    """Reads a list, also from a form's text with one entry per line."""

    def clean(settings: Mapping[str, object]) -> tuple[str, ...]:
        value = settings.get(name) or ()
        entries = value.splitlines() if isinstance(value, str) else value
        if not isinstance(entries, list | tuple) or not all(isinstance(each, str) for each in entries):
            raise ValueError("Write a list of texts.")
        if any(CONTROL.search(each) for each in entries):
            raise ValueError("Leave out control characters.")
        return tuple(each for each in entries if each.strip())

    return clean


def check_host(host: str) -> str | None:
    """A host alone: one pasted with scheme, user or port would silently mean something else."""
    if not host:
        return "Say which host to connect to."
    if host.startswith("/"):
        return None
    if "/" in host or "@" in host or "," in host or re.search(r"\s", host):
        return "Write one host name only, without scheme, user, path or list."
    if ":" in host and not is_ipv6(host):
        return "Write the port into its own field."
    return None


def is_ipv6(host: str) -> bool:
    """Whether the colons of a host are those of an address."""
    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def check_authority(authority: str) -> str | None:
    """The authority goes into every dataset's namespace, so it has one spelling."""
    if authority and not AUTHORITY.fullmatch(authority):
        return "Write host:port, for example db.example.org:5432."
    return None


def one_of(choices: tuple[str, ...]) -> Callable[[str], str | None]:
    """Accepts the choices only."""
    return lambda value: None if value in choices else f"Choose one of {', '.join(choices)}."


def between(low: int, high: int) -> Callable[[int], str | None]:
    """Accepts numbers from `low` to `high`."""
    return lambda value: None if low <= value <= high else f"Write a number from {low} to {high}."


def filled(message: str) -> Callable[[str], str | None]:
    """Accepts any text but none."""
    return lambda value: None if value else message


def anything(value: object) -> str | None:
    """Accepts what could be read."""
    return None


CHECKS: dict[str, tuple[Callable[[Mapping[str, object]], Any], Callable[[Any], str | None]]] = {
    "host": (text("host"), check_host),
    "port": (whole("port", 5432), between(1, 65535)),
    "database": (text("database"), filled("Say which database to connect to.")),
    "databases": (several("databases"), anything),
    "user": (text("user"), filled("Say as which user to connect.")),
    "sslmode": (text("sslmode", "prefer"), one_of(SSL_MODES)),
    "include": (several("include"), anything),
    "exclude": (several("exclude"), anything),
    "statement_timeout": (whole("statement_timeout", 60), between(1, 3600)),
    "connect_timeout": (whole("connect_timeout", 10), between(2, 60)),
    "authority": (text("authority"), check_authority),
}
