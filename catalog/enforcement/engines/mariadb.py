"""Enforcement in a MariaDB server. Its DDL cannot be rolled back: a failed plan is taken back by hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pymysql

from accesscontrol.enforcement.mariadb import plan as compiler
from accesscontrol.enforcement.steps import Ledger, Remembered, Step
from accesscontrol.enforcement.wanted import Wanted
from catalog.connectors.errors import ConnectorError
from catalog.connectors.mysql import errors
from catalog.connectors.mysql.session import Session
from catalog.connectors.mysql.settings import MySqlSettings
from catalog.enforcement.engines.my_present import ask, read_present
from catalog.enforcement.engines.my_verify import Trial
from catalog.enforcement.engines.protocol import STALE, Check, Draft, Progress, Stale

TAKEN_BACK = "{error} Statement {number} of {total} failed; the {done} before it were taken back."
LEFT = "{error} Taking back failed too, at: {statement}. Make a new plan to see what is there now."


class MariaDbEngine:
    """See `protocol.Engine`."""

    all_or_nothing = False

    def __init__(self, settings: Mapping[str, Any], secret: str) -> None:
        self._settings = MySqlSettings.parse(settings)
        self._session = Session(self._settings, secret)

    def draft(self, wanted: Wanted, ledger: Ledger) -> Draft:
        with self._session.changing() as connection:
            present = read_present(connection, wanted)
        return Draft(compiler.plan(wanted, present, ledger), compiler.notes(wanted, present))

    def apply(self, wanted: Wanted, ledger: Ledger, steps: list[Step]) -> dict[str, Remembered]:
        with self._session.changing() as connection:
            if compiler.plan(wanted, read_present(connection, wanted), ledger) != steps:
                raise Stale(STALE)
            self._run(connection, [(step.do[0], step.undo[0]) for step in steps])
            return compiler.remember(wanted, read_present(connection, wanted))

    def reverse(self, steps: list[Step]) -> None:
        with self._session.changing() as connection:
            self._run(connection, [(step.undo[0], step.do[0]) for step in reversed(steps)])

    def verify(self, wanted: Wanted, progress: Progress) -> list[Check]:
        with self._session.changing() as connection:
            return Trial(connection, self._as, wanted, read_present(connection, wanted)).run(progress)

    def _as(self, user: str, password: str) -> Session:
        """Return a session of another login at the same server."""
        return Session(replace(self._settings, user=user), password)

    def _run(self, connection: Any, statements: list[tuple[str, str]]) -> None:
        """Run statements one by one; when one fails, take back those before it, the last first."""
        for done, (statement, _) in enumerate(statements):
            try:
                ask(connection, statement)
            except pymysql.Error as error:
                told = errors.told(error, self._settings, self._settings.database)
                self._take_back(connection, [undo for _, undo in statements[:done]], told)
                said = TAKEN_BACK.format(
                    error=told.message, number=done + 1, total=len(statements), done=done
                )
                raise ConnectorError(said, told.kind) from None

    def _take_back(self, connection: Any, undo: list[str], why: ConnectorError) -> None:
        for statement in reversed(undo):
            try:
                ask(connection, statement)
            except pymysql.Error:
                raise ConnectorError(
                    LEFT.format(error=why.message, statement=statement[:200]), why.kind
                ) from None
