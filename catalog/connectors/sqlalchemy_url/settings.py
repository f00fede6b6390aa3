"""How a source behind a SQLAlchemy URL is described. The password is the secret, never part of the URL."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from catalog.connectors import settings as shared
from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import readable
from catalog.connectors.protocol import SettingField
from catalog.connectors.sqlalchemy_url.dialect import Dialect
from catalog.connectors.sqlalchemy_url.dialects import BIGQUERY, ORACLE, SQLITE, dialect_of

EXAMPLE = "Write a URL as trino://reader@host:8080/catalog."
HOST = re.compile(r"[\w.-]+")
OWN_FIELD = "Leave out the password: it has a field of its own."
SECRET = re.compile(r"(pass|pwd|token|secret|key)\w*\s*=|@", re.I)  # in what follows the host
AWS = ".redshift.amazonaws.com"

FIELDS = (
    SettingField(
        "url", "URL", "text", "trino://reader@host:8080/catalog, snowflake://reader@account/database.", True
    ),
    *shared.patterns("a schema (sales) or schema.table (sales.tmp_*)"),
    SettingField(
        "complete",
        "The account sees everything",
        "choice",
        "Only then may what is not listed count as removed.",
        default="no",
        choices=("no", "yes"),
    ),
    *shared.LIMITS,
    shared.NAMESPACE_IN_LINEAGE,
)


@dataclass(frozen=True, kw_only=True)
class UrlSettings(shared.Patterns):
    """What the URL says, and what of it is wanted. It leads to one database."""

    url: str
    complete: str = "no"
    statement_timeout: int = 60
    connect_timeout: int = 10
    named: str = ""

    @cached_property
    def parsed(self) -> URL:
        """The URL with the driver that the portal chose."""
        found = make_url(self.url)
        return found.set(drivername=self.dialect.driver)

    @cached_property
    def dialect(self) -> Dialect:
        """Its dialect."""
        return dialect_of(make_url(self.url))

    @property
    def path(self) -> tuple[str, str]:
        """The database, and the one schema that the URL asks for, if it does."""
        return path_of(make_url(self.url), self.dialect)

    @property
    def database(self) -> str:
        """What the tables stand in."""
        return self.path[0]

    @property
    def harvested(self) -> tuple[str, ...]:
        """That one database."""
        return (self.database,)

    @property
    def namespace(self) -> str:
        """As OpenLineage writes it: mostly `scheme://host:port`."""
        return self.named or namespace_of(make_url(self.url), self.dialect)

    @property
    def place(self) -> str:
        """Where the source is, for a person."""
        return make_url(self.url).host or self.dialect.product

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether the settings ask for this table. Where there are no schemas a database stands for one."""
        only = self.path[1]
        return (
            database == self.database
            and (not only or schema == only)
            and self.wanted(schema or database, table)
        )

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        values = shared.cleaned(settings, CHECKS, problems(settings))
        return cls(named=values.pop("namespace"), **values)


def path_of(url: URL, dialect: Dialect) -> tuple[str, str]:
    """Database and schema of a URL, empty where it does not say."""
    if dialect is BIGQUERY:
        return (url.host or "", url.database or "")
    if dialect is SQLITE:
        return (Path(url.database or "").stem, "")
    if dialect is ORACLE:
        return (str(url.query.get("service_name") or url.database or ""), "")
    database, _, schema = (url.database or "").partition("/")
    return (database, schema)


def namespace_of(url: URL, dialect: Dialect) -> str:
    """The namespace that OpenLineage's naming conventions give (openlineage.io/docs/spec/naming)."""
    host = (url.host or "").lower()
    if dialect is BIGQUERY:
        return dialect.scheme
    if dialect is SQLITE:
        return f"{dialect.scheme}://{os.path.normpath(url.database or '')}"
    port = url.port or dialect.port
    if dialect.scheme == "redshift" and host.endswith(AWS):  # cluster.hash.region.redshift.amazonaws.com
        cluster, *_, region = host.removesuffix(AWS).split(".")
        host = f"{cluster}.{region}"
    host = f"[{host}]" if ":" in host else host
    return f"{dialect.scheme}://{host}:{port}" if port else f"{dialect.scheme}://{host}"


def check_url(given: str) -> str | None:
    """A URL that leads to one database, holds no secret, and says only what is known to do no harm."""
    try:
        url = make_url(given)
        dialect = dialect_of(url)
    except (ArgumentError, ValueError):
        return EXAMPLE
    except ConnectorError as error:
        return error.message
    if url.password is not None:
        return OWN_FIELD
    if unknown := sorted(set(url.query) - dialect.options):
        known = ", ".join(sorted(dialect.options)) or "nothing"
        return f"Leave out {', '.join(unknown)}: after the question mark {dialect.product} takes {known}."
    if any(isinstance(each, tuple) for each in url.query.values()):
        return "Say each option once."
    return check_file(url) if dialect is SQLITE else check_server(url, dialect)


def check_file(url: URL) -> str | None:
    """A file that the operator opened to sources."""
    try:
        readable(url.database or "", "url")
    except ConnectorError as error:
        return error.message
    return "Write three slashes before the path." if url.host else None


def check_server(url: URL, dialect: Dialect) -> str | None:
    """A host of the network, and the name of a database there."""
    host = url.host or ""
    if ":" in (url.username or "") or SECRET.search(url.database or ""):
        return OWN_FIELD
    if host and not HOST.fullmatch(host) and not shared.is_ipv6(host):  # some drivers take more for a host
        return shared.check_host(host) or EXAMPLE
    if not path_of(url, dialect)[0]:
        return "Say at the end of the URL which database to read."
    return shared.check_host(host)


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field, in the order of the form; or that the driver is missing."""
    found = shared.problems(settings, CHECKS, "a SQLAlchemy source")
    if "url" not in found and (missing := absent(make_url(str(settings["url"])))):
        found["kind"] = missing
    return found


def absent(url: URL) -> str:
    """Which library is missing, and how to get it; nothing where it is there."""
    dialect = dialect_of(url)
    if dialect.library:
        if installed(dialect.library):
            return ""
        product, extra = dialect.product, dialect.extra
        return f"The portal has no driver for {product}: in its folder, pip install -e '.[{extra}]'."
    try:
        url.get_dialect()
    except NoSuchModuleError:
        return f"No installed library speaks “{url.drivername}”."
    return ""


def installed(library: str) -> bool:
    """Whether a module, and the packages that it stands in, are there."""
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False


CHECKS: shared.Checks = {
    "url": (shared.text("url"), check_url),
    **shared.PATTERN_CHECKS,
    "complete": (shared.text("complete", "no"), shared.one_of(("no", "yes"))),
    **shared.LIMIT_CHECKS,
    "namespace": (shared.text("namespace"), shared.check_namespace),
}
