"""How a DuckDB file is described. It has no secret: who may read the file may read everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar, Self

from catalog.connectors import local
from catalog.connectors import settings as shared
from catalog.connectors.protocol import SettingField

DRIVER_NAME = "duckdb"
NO_DRIVER = "The portal cannot read DuckDB: in its folder, pip install -e '.[duckdb]'."
MEMORY = SettingField("memory", "Memory", "integer", "Megabytes that a query may use.", default=1024)
MEMORY_CHECKS: shared.Checks = {"memory": (shared.whole("memory", 1024), shared.between(64, 1024 * 1024))}

FIELDS = (
    local.PATH,
    *shared.patterns("a schema (sales) or schema.table (sales.tmp_*)"),
    local.TIMEOUT,
    MEMORY,
    local.NAME_IN_LINEAGE,
)
CHECKS: shared.Checks = {**local.CHECKS, **MEMORY_CHECKS}


@dataclass(frozen=True, kw_only=True)
class DuckSettings(local.FileSettings):
    """A DuckDB file."""

    scheme: ClassVar[str] = "duckdb"

    memory: int = 1024

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, CHECKS, problems(settings)))


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field; or that the library is missing."""
    if find_spec(DRIVER_NAME) is None:
        return {"kind": NO_DRIVER}
    return shared.problems(settings, CHECKS, "DuckDB")
