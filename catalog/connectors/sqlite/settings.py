"""How an SQLite source is described. It has no secret: who may read the file may read everything."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from catalog.connectors import local
from catalog.connectors import settings as shared

OLDEST = (3, 37)  # pragma_table_list
FIELDS = (
    local.PATH,
    *shared.patterns("a table (invoices) or several (tmp_*)"),
    local.TIMEOUT,
    local.NAME_IN_LINEAGE,
)


@dataclass(frozen=True, kw_only=True)
class SqliteSettings(local.TablePatterns, local.FileSettings):
    """An SQLite file. Its tables stand in no schema, so patterns are about tables."""

    scheme: ClassVar[str] = "sqlite"

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> Self:
        """Settings from a form or from JSON; raises ConnectorError (config) for the first problem."""
        return cls(**shared.cleaned(settings, local.CHECKS, problems(settings)))


def problems(settings: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the settings, by field; or that this machine's SQLite is too old."""
    if sqlite3.sqlite_version_info < OLDEST:
        return {"kind": f"The portal needs SQLite 3.37, this machine has {sqlite3.sqlite_version}."}
    return shared.problems(settings, local.CHECKS, "SQLite")
