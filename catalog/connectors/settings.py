"""What the settings of all kinds of sources share: readers of one setting, checks, a base for servers.

A kind writes a dictionary of `Checks`, in the order of its form, and a frozen dataclass of the same names
that inherits `ServerSettings` or, where it has no server, `Patterns`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import AddressValueError, IPv6Address
from typing import Any, ClassVar

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import SettingField

Given = Mapping[str, object]
Checks = Mapping[str, tuple[Callable[[Given], Any], Callable[[Any], str | None]]]
"""For each setting how to read it (or ValueError), and what is wrong with its value (None: nothing)."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NAMESPACE = re.compile(r"[a-z][a-z0-9+.-]*(://[^\s@]*)?")
LONGEST_NAMESPACE = 500  # letters
LONGEST_HOST = 253  # letters, as in DNS
AUTHORITY = re.compile(r"[^\s/@:]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5}")

DATABASES = SettingField(
    "databases", "Databases", "list", "Those to harvest; none means the one above.", default=()
)
LIMITS = (
    SettingField("statement_timeout", "Statement timeout", "integer", "Seconds per query.", default=60),
    SettingField(
        "connect_timeout", "Connect timeout", "integer", "Seconds to wait for an answer.", default=10
    ),
)
NAME_IN_LINEAGE = SettingField(
    "authority", "Name in lineage", "text", "host:port as other tools write it.", default=""
)

NAMESPACE_IN_LINEAGE = SettingField(
    "namespace", "Name in lineage", "text", "The namespace as other tools write it.", default=""
)


def patterns(of: str) -> tuple[SettingField, SettingField]:
    """The two fields that choose tables; `of` says what a pattern looks like."""
    said = f"One per line: {of}; * stands for anything."
    return (
        SettingField("include", "Only these", "list", said, default=()),
        SettingField("exclude", "Without these", "list", said, default=()),
    )


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Which tables are wanted."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wanted(self, schema: str, table: str) -> bool:
        """Whether the patterns ask for this table. Exclusion wins over inclusion."""
        if matches(self.exclude, schema, table):
            return False
        return not self.include or matches(self.include, schema, table)


@dataclass(frozen=True, kw_only=True)
class ServerSettings(Patterns):
    """Where a server is and what of it is wanted. `databases` may be empty: then it is `database` alone."""

    scheme: ClassVar[str]

    host: str
    port: int
    database: str
    user: str
    databases: tuple[str, ...] = ()
    statement_timeout: int = 60
    connect_timeout: int = 10
    authority: str = ""

    @property
    def harvested(self) -> tuple[str, ...]:
        """The databases to read, each once."""
        return tuple(dict.fromkeys(self.databases)) or (self.database,)

    @property
    def namespace(self) -> str:
        """OpenLineage's `scheme://host:port`; a Unix socket is this machine, `localhost`."""
        if self.authority:
            return f"{self.scheme}://{self.authority}"
        host = "localhost" if self.host.startswith("/") else self.host.lower()
        return (
            f"{self.scheme}://[{host}]:{self.port}" if ":" in host else f"{self.scheme}://{host}:{self.port}"
        )

    @property
    def place(self) -> str:
        """Where the server should be, as a person writes it."""
        return self.host if self.host.startswith("/") else f"{self.host}:{self.port}"

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings ask for this table. Where there are no schemas a database stands for one."""
        return database in self.harvested and self.wanted(schema or database, table)


def matches(patterns: tuple[str, ...], schema: str, table: str) -> bool:
    """A pattern with a dot is about schema.table, one without about the schema."""
    return any(fnmatchcase(f"{schema}.{table}" if "." in each else schema, each) for each in patterns)


def problems(settings: Given, checks: Checks, product: str) -> dict[str, str]:
    """What is wrong with the settings, by field, in the order of the form."""
    found = {name: f"“{name}” is not a setting of {product}." for name in settings if name not in checks}
    for name, (clean, check) in checks.items():
        try:
            message = check(clean(settings))
        except ValueError as error:
            message = str(error)
        if message:
            found[name] = message
    return found


def cleaned(settings: Given, checks: Checks, found: Mapping[str, str]) -> dict[str, Any]:
    """The values of all settings; raises ConnectorError (config) for the first of the problems `found`."""
    for name, message in found.items():
        raise ConnectorError(message, "config", name)
    return {name: clean(settings) for name, (clean, _) in checks.items()}


def text(name: str, default: str = "") -> Callable[[Given], str]:
    """Reads a text setting. Names keep their inner blanks: databases allow them."""

    def clean(settings: Given) -> str:
        value = settings.get(name)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            raise ValueError("Write text here.")
        if CONTROL.search(value):
            raise ValueError("Leave out control characters and line breaks.")
        return value

    return clean


def whole(name: str, default: int) -> Callable[[Given], int]:
    """Reads a whole number, also from a form's text."""

    def clean(settings: Given) -> int:
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


def several(name: str) -> Callable[[Given], tuple[str, ...]]:
    """Reads a list, also from a form's text with one entry per line."""

    def clean(settings: Given) -> tuple[str, ...]:
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
    if len(host) > LONGEST_HOST or not host.isprintable():
        return f"Write a host name of at most {LONGEST_HOST} letters, without invisible ones."
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


def check_namespace(namespace: str) -> str | None:
    """The namespace is part of every name, so it has one spelling and no secret; none is fine."""
    if "@" in namespace:
        return "Leave out user and password."
    if (namespace and not NAMESPACE.fullmatch(namespace)) or len(namespace) > LONGEST_NAMESPACE:
        return "Write a namespace of OpenLineage, for example postgres://db.example.org:5432."
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


PATTERN_CHECKS: Checks = {
    "include": (several("include"), anything),
    "exclude": (several("exclude"), anything),
}

LIMIT_CHECKS: Checks = {
    "statement_timeout": (whole("statement_timeout", 60), between(1, 3600)),
    "connect_timeout": (whole("connect_timeout", 10), between(2, 60)),
}


def server_checks(port: int) -> Checks:
    """The checks of `ServerSettings`, with the port that is usual."""
    return {
        "host": (text("host"), check_host),
        "port": (whole("port", port), between(1, 65535)),
        "database": (text("database"), filled("Say which database to connect to.")),
        "databases": (several("databases"), anything),
        "user": (text("user"), filled("Say as which user to connect.")),
        **PATTERN_CHECKS,
        **LIMIT_CHECKS,
        "authority": (text("authority"), check_authority),
    }
