"""Trying out what was enforced in MariaDB: a login made for the moment holds one role, looks, and is dropped.

SET ROLE would add to the rights of whoever sets it; only a login of its own shows what a role sees.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pymysql

from accesscontrol.enforcement.mariadb.plan import pairs
from accesscontrol.enforcement.mariadb.present import Account, Present, Relation
from accesscontrol.enforcement.mariadb.text import account, masked, name, path, text
from accesscontrol.enforcement.masking import NOTHING, known_masks
from accesscontrol.enforcement.wanted import Wanted, WantedColumn, WantedTable
from catalog.connectors.mysql.session import Session
from catalog.enforcement.engines.my_present import ask
from catalog.enforcement.engines.protocol import Check, Progress

SAMPLE = 200
DENIED = {1044, 1142, 1143, 1227}
AS_TEXT = {"hash", "partial"}
Told = tuple[bool | None, str]
NOT_TRIED = (
    "not tried: MariaDB cannot undo a column; the views name their columns, and their owner reads those"
)


class Trial:
    """The checks of one server; `session` opens one of another login."""

    def __init__(
        self, connection: Any, session: Callable[[str, str], Session], wanted: Wanted, present: Present
    ) -> None:
        self.connection = connection
        self.session = session
        self.wanted = wanted
        self.present = present

    def run(self, progress: Progress) -> list[Check]:
        """Try every role on every table."""
        found: list[Check] = []
        tables = list(pairs(self.wanted, self.present))
        roles = [role for role in self.wanted.roles if Account(role) in self.present.accounts]
        for done, role in enumerate(roles):
            progress(done, len(roles), "Trying out roles")
            with self.probe(role) as seat:
                for table, base in tables:
                    reads = role in table.readers
                    checks = (
                        self.reader(seat, role, table, base) if reads else self.stranger(seat, table, base)
                    )
                    found += [Check(role, table.key, what, *told) for what, told in checks]
        return found + [Check("", table.key, "new column hidden", None, NOT_TRIED) for table, _ in tables]

    @contextmanager
    def probe(self, role: str) -> Iterator[Any]:
        """A connection of a login that holds the role and nothing else; gone afterwards."""
        who, password = Account(f"gov_probe_{secrets.token_hex(6)}", "%"), secrets.token_urlsafe(24)
        ask(self.connection, f"CREATE USER {account(who)} IDENTIFIED BY {text(password)}")
        try:
            ask(self.connection, f"GRANT {name(role)} TO {account(who)}")
            ask(self.connection, f"SET DEFAULT ROLE {name(role)} FOR {account(who)}")
            with self.session(who.user, password).changing("information_schema") as connection:
                yield connection
        finally:
            ask(self.connection, f"DROP USER {account(who)}")

    def stranger(self, seat: Any, table: WantedTable, base: Relation) -> Iterator[tuple[str, Told]]:
        yield "base table denied", denied(seat, f"SELECT 1 FROM {path(base.schema, base.name)} LIMIT 1")
        yield "view denied", denied(seat, f"SELECT 1 FROM {path(self.wanted.schema, table.view)} LIMIT 1")

    def reader(self, seat: Any, role: str, table: WantedTable, base: Relation) -> Iterator[tuple[str, Told]]:
        view, at = path(self.wanted.schema, table.view), path(base.schema, base.name)
        yield "base table denied", denied(seat, f"SELECT 1 FROM {at} LIMIT 1")
        yield "columns", self.columns(seat, view, table)
        for column in table.columns:
            if column.mask:
                yield f"mask of {column.name}", self.mask(seat, role, view, at, column)
        yield "rows", self.rows(seat, role, view, at, table)
        yield "writes denied", writes(seat, (view, at), table.columns[0])
        yield "salt denied", denied(seat, f"SELECT * FROM {path(self.wanted.schema, 'mask_salt')}")

    def columns(self, seat: Any, view: str, table: WantedTable) -> Told:
        shown = numbers(
            seat, f"SELECT {', '.join(name(each.name) for each in table.columns)} FROM {view} LIMIT 0"
        )
        found = self.present.relations.get((self.wanted.schema, table.view))
        extra = (
            {column for column, _ in found.columns} - {each.name for each in table.columns}
            if found
            else set()
        )
        if shown is None:
            return False, "they cannot all be read"
        return not extra, f"also: {', '.join(sorted(extra))}" if extra else str(len(table.columns))

    def mask(self, seat: Any, role: str, view: str, base: str, column: WantedColumn) -> Told:
        assert column.mask  # noqa: S101  # the caller asks for masked columns only
        held = all((each, role) in self.wanted.unmask for each in column.mask.unless)
        if held or column.mask.method in AS_TEXT:
            return self.compared(seat, view, base, column.name, clear=held)
        shown, left_over = name(column.name), known_masks().says[column.mask.method]
        query = f"SELECT count({shown}) FROM {view}"
        if column.mask.method != NOTHING:
            left = masked(shown, column.data_type, column.mask.method, self.wanted.schema)
            query = f"SELECT count(*) FROM {view} WHERE NOT ({shown} <=> {left})"
        wrong = numbers(seat, query)
        return wrong == 0, f"{wrong} values are not {left_over}" if wrong else left_over

    def compared(self, seat: Any, view: str, base: str, column: str, *, clear: bool) -> Told:
        shown = name(column)
        query = f"SELECT DISTINCT CAST({shown} AS CHAR) FROM {view} WHERE {shown} IS NOT NULL LIMIT {SAMPLE}"
        try:
            seen = [row[0] for row in ask(seat, query)]
        except pymysql.Error as error:
            return False, f"error {error.args[0]}"
        if not seen:
            return None, "no row to look at"
        values = ", ".join(text(each) for each in seen)
        same = numbers(
            self.connection,
            f"SELECT count(DISTINCT CAST({shown} AS CHAR)) FROM {base} "
            f"WHERE CAST({shown} AS CHAR) IN ({values})",
        )
        said = f"{same} of {len(seen)} values are the table's own"
        return (same == len(seen)) if clear else (same == 0), said

    def rows(self, seat: Any, role: str, view: str, base: str, table: WantedTable) -> Told:
        """Compare with the table, counted by what is wanted and not by what the server keeps."""
        conditions = []
        for rule in table.rows:
            values = [
                v
                for who, attribute, v in self.wanted.entitlements
                if (who, attribute) == (role, rule.attribute)
            ]
            listed = ", ".join(map(text, values)) or "NULL"
            conditions.append(f"CAST({name(rule.column)} AS CHAR) IN ({listed})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        seen, expected = (
            numbers(seat, f"SELECT count(*) FROM {view}"),
            numbers(self.connection, f"SELECT count(*) FROM {base}{where}"),
        )
        return seen == expected, f"{seen} of {expected} expected"


def denied(seat: Any, query: str) -> Told:
    """Return whether a statement is refused for want of a right."""
    try:
        ask(seat, query)
    except pymysql.Error as error:
        return error.args[0] in DENIED, "" if error.args[0] in DENIED else f"error {error.args[0]}"
    return False, "it was allowed"


def numbers(connection: Any, query: str) -> int | None:
    """Return the first number of the answer, 0 without rows, None when it was refused."""
    try:
        found = ask(connection, query)
    except pymysql.Error:
        return None
    return int(found[0][0]) if found else 0


def writes(seat: Any, places: tuple[str, str], column: WantedColumn) -> Told:
    """Nothing can be written, in the view or in the table; what would change no row is tried."""
    shown, allowed = name(column.name), []
    for at in places:
        tried = {
            "INSERT": f"INSERT INTO {at} ({shown}) SELECT NULL FROM dual WHERE 1 = 0",
            "UPDATE": f"UPDATE {at} SET {shown} = NULL WHERE 1 = 0",
            "DELETE": f"DELETE FROM {at} WHERE 1 = 0",
        }
        allowed += [f"{verb} {at}" for verb, query in tried.items() if not denied(seat, query)[0]]
    return not allowed, f"allowed: {', '.join(allowed)}" if allowed else ""
