"""How a dbt project is described: where its artifacts are, and whose tables they speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.connectors import settings as shared
from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import readable
from catalog.connectors.protocol import SettingField

NAMESPACES = {
    "athena": "awsathena://athena.region.amazonaws.com",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse://host:port",
    "databricks": "databricks://host",
    "dremio": "dremio://host:port",
    "duckdb": "duckdb:///path/of/the/file",
    "fabric": "mssql://host:port",
    "mariadb": "mysql://host:port",
    "mysql": "mysql://host:port",
    "oracle": "oracle://host:port",
    "postgres": "postgres://host:port",
    "redshift": "redshift://host:port",
    "snowflake": "snowflake://account",
    "spark": "spark://host:port",
    "sqlserver": "mssql://host:port",
    "synapse": "mssql://host:port",
    "trino": "trino://host:port",
}
"""How OpenLineage writes the namespace of each adapter's warehouse."""

FIELDS = (
    SettingField(
        "path", "Artifacts", "text", "The folder with manifest.json: “target” of the project.", True
    ),
    SettingField(
        "namespace",
        "Namespace of the warehouse",
        "text",
        "As the source that holds the tables has it: postgres://host:port, snowflake://account, bigquery.",
        True,
    ),
    SettingField("catalog", "Catalog", "text", "Name or path; usually catalog.json.", default=""),
    SettingField(
        "run_results",
        "Run results",
        "list",
        "Names or paths, one per line; usually run_results.json. The newest result of each test counts.",
        default=(),
    ),
    *shared.patterns("a schema (marts) or schema.table (marts.tmp_*)"),
)


@dataclass(frozen=True, kw_only=True)
class DbtSettings(shared.Patterns):
    """Where the artifacts are and what of them is wanted."""

    path: str
    namespace: str
    catalog: str = ""
    run_results: tuple[str, ...] = ()

    def file(self, name: str, field: str) -> Path:
        """The real path of a file in the folder, or of one with a path of its own; guarded."""
        return readable(readable(self.path, "path") / name, field)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> "DbtSettings":
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, CHECKS, problems(settings)))


def check_path(path: str) -> str | None:
    """A whole path that the portal may read."""
    try:
        readable(path, "path")
    except ConnectorError as error:
        return error.message
    return None


def check_whose(namespace: str) -> str | None:
    """A namespace; without one the tables would be nobody's."""
    if not namespace:
        return "Say whose tables these are, for example postgres://db.example.org:5432."
    return shared.check_namespace(namespace)


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field, in the order of the form."""
    return shared.problems(settings, CHECKS, "dbt")


CHECKS: shared.Checks = {
    "path": (shared.text("path"), check_path),
    "namespace": (shared.text("namespace"), check_whose),
    "catalog": (shared.text("catalog"), shared.anything),
    "run_results": (shared.several("run_results"), shared.anything),
    **shared.PATTERN_CHECKS,
}
