"""The kinds of databases that enforcement can reach. The others get text to run by hand."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from catalog.enforcement.engines.protocol import Engine

ENGINES: dict[str, str] = {
    "postgresql": "catalog.enforcement.engines.postgresql.PostgresEngine",
    "mysql": "catalog.enforcement.engines.mariadb.MariaDbEngine",
}

PIECEMEAL = frozenset({"mysql"})  # a plan is not one transaction there


def engine(kind: str, settings: Mapping[str, Any], secret: str) -> Engine:
    """Return the engine of a kind; its module, and the driver it needs, load on first use."""
    module, _, name = ENGINES[kind].rpartition(".")
    made: Engine = getattr(import_module(module), name)(settings, secret)
    return made
