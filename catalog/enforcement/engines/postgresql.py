"""Enforcement in one PostgreSQL database: one transaction for everything."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accesscontrol.enforcement.postgresql import plan as compiler
from accesscontrol.enforcement.steps import Ledger, Remembered, Step, reverse, script
from accesscontrol.enforcement.wanted import Wanted
from catalog.connectors.postgresql.session import Session
from catalog.connectors.postgresql.settings import PostgresSettings
from catalog.enforcement.engines.pg_present import Connection, read_present, run
from catalog.enforcement.engines.pg_verify import Trial
from catalog.enforcement.engines.protocol import STALE, Check, Draft, Progress, Stale


class PostgresEngine:
    """See `protocol.Engine`."""

    all_or_nothing = True

    def __init__(self, settings: Mapping[str, Any], secret: str) -> None:
        self._session = Session(PostgresSettings.parse(settings), secret)

    def draft(self, wanted: Wanted, ledger: Ledger) -> Draft:
        with self._unchanged() as connection:
            present = read_present(connection, wanted)
        return Draft(compiler.plan(wanted, present, ledger), compiler.notes(wanted, present))

    def apply(self, wanted: Wanted, ledger: Ledger, steps: list[Step]) -> dict[str, Remembered]:
        with self._session.changing() as connection:
            if compiler.plan(wanted, read_present(connection, wanted), ledger) != steps:
                raise Stale(STALE)
            run(connection, script(steps))
            return compiler.remember(wanted, read_present(connection, wanted))

    def reverse(self, steps: list[Step]) -> None:
        with self._session.changing() as connection:
            run(connection, reverse(steps))

    def verify(self, wanted: Wanted, progress: Progress) -> list[Check]:
        with self._unchanged() as connection:
            return Trial(connection, wanted, read_present(connection, wanted)).run(progress)

    @contextmanager
    def _unchanged(self) -> Iterator[Connection]:
        """A transaction of which nothing is kept."""
        with self._session.changing() as connection:
            try:
                yield connection
            finally:
                connection.rollback()
