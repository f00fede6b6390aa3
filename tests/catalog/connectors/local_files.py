"""Real databases and files beside this checkout, and files made by a test."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Connector

DATA = Path(__file__).parents[4] / "shared/data/databases"
needs_real_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real databases are not beside this checkout"
)


def sqlite_file(path: Path, script: str) -> Path:
    """A database made by SQLite itself."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def failure(connector: Connector, query: str) -> ConnectorError:
    """What a query is refused with."""
    with pytest.raises(ConnectorError) as refused:
        connector.rows(query)
    return refused.value


def write(path: Path, query: str, options: str = "") -> Path:
    """A file that DuckDB writes from a query, in the format of its ending."""
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY ({query}) TO '{path}' {options}")
    return path


NOBODY = 65534


@contextmanager
def as_nobody(path: Path) -> Iterator[None]:
    """As a user whom `path` is closed to, and the folders above it are not; root may go anywhere."""
    before = {each: each.stat().st_mode for each in (path, *path.parents)}
    closed = {each: mode for each, mode in before.items() if each == path or mode & 0o011 != 0o011}
    for each, mode in closed.items():
        each.chmod(0 if each == path else mode | 0o055)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)
        for each, mode in closed.items():
            each.chmod(mode)
