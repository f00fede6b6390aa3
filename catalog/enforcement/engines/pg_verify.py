"""Trying out what was enforced: SET ROLE, look, and forget. Answers hold counts, never values of rows."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg.errors import InsufficientPrivilege, UndefinedColumn

from accesscontrol.enforcement.masking import NOTHING, known_masks
from accesscontrol.enforcement.names import name, path, text
from accesscontrol.enforcement.postgresql.plan import pairs
from accesscontrol.enforcement.postgresql.text import AS_TEXT, masked
from accesscontrol.enforcement.present import Present, Relation
from accesscontrol.enforcement.wanted import Wanted, WantedColumn, WantedTable
from catalog.enforcement.engines.pg_present import Connection
from catalog.enforcement.engines.protocol import Check, Progress

CANNOT_BECOME = "the enforcement login may not SET ROLE to it: make it a member, or use an administrator"
SAMPLE = 200  # distinct values that are compared
MIGHTY = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls, pg_has_role(r.oid, 'pg_read_all_data', 'USAGE'),
           pg_has_role(r.oid, %(owner)s::name, 'USAGE'), pg_has_role(r.oid, %(table_owner)s::name, 'USAGE')
    FROM pg_catalog.pg_roles r
    WHERE NOT r.rolname = ANY(%(known)s::name[]) AND r.rolname !~ '^pg_'
      AND pg_has_role(r.oid, %(who)s::name, 'USAGE')
      AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
           OR pg_has_role(r.oid, %(owner)s::name, 'USAGE')
           OR pg_has_role(r.oid, %(table_owner)s::name, 'USAGE'))
      AND (NOT r.rolsuper OR r.rolname = %(who)s::name) ORDER BY 1
"""
WHY = (
    "a superuser",
    "past row-level security",
    "pg_read_all_data",
    "the owner of the views",
    "the tables' owner",
)


class Refusal(NamedTuple):
    """The kind of an error that PostgreSQL answered with."""

    kind: type[psycopg.Error]


class Trial:
    """The checks of one database, in a transaction that somebody else rolls back."""

    def __init__(self, connection: Connection, wanted: Wanted, present: Present) -> None:
        self.connection = connection
        self.wanted = wanted
        self.present = present

    def run(self, progress: Progress) -> list[Check]:
        """Try every reader on every table."""
        found: list[Check] = []
        tables = list(pairs(self.wanted, self.present))
        roles = [role for role in self.wanted.roles if self.becomes(role)]
        found += [
            Check(role, table.key, "become the role", None, CANNOT_BECOME)
            for role in self.wanted.roles
            if role not in roles
            for table, _ in tables
        ]
        for done, (table, base) in enumerate(tables):
            progress(done, len(tables), "Trying out tables")
            for role in roles:
                checks = (
                    self.reader(role, table, base)
                    if role in table.readers
                    else self.stranger(role, table, base)
                )
                found += [Check(role, table.key, *each) for each in checks]
            found += [Check("", table.key, *each) for each in self.new_column(table, base)]
        return found

    def becomes(self, role: str) -> bool:
        """Return whether the login may SET ROLE; else every refusal would look like a missing right."""
        return not isinstance(self.ask("SELECT 1", role), Refusal)

    def stranger(
        self, role: str, table: WantedTable, base: Relation
    ) -> Iterator[tuple[str, bool | None, str]]:
        """Who may not read the table reads neither it nor its view."""
        yield "base table denied", *self.denied(role, f"SELECT FROM {path(base.schema, base.name)} LIMIT 0")
        if self.present.relation(self.wanted.schema, table.view):
            view = path(self.wanted.schema, table.view)
            yield "view denied", *self.denied(role, f"SELECT FROM {view} LIMIT 0")
        yield "no other way in", *self.mighty(role, base)

    def reader(self, role: str, table: WantedTable, base: Relation) -> Iterator[tuple[str, bool | None, str]]:
        """What a reader of the view may and may not do."""
        view, at = path(self.wanted.schema, table.view), path(base.schema, base.name)
        yield "base table denied", *self.denied(role, f"SELECT FROM {at} LIMIT 0")
        yield "columns", *self.columns(role, view, table)
        for column in table.columns:
            if column.mask:
                yield f"mask of {column.name}", *self.mask(role, view, at, column)
        yield "rows", *self.rows(role, view, at, table)
        yield "writes denied", *self.writes(role, view, at, table.columns[0])
        yield "no other way in", *self.mighty(role, base)

    def ask(self, query: str, role: str = "", **values: Any) -> list[tuple[Any, ...]] | Refusal:
        """Return the answer, as `role` where one is given; whatever it did is undone."""
        try:
            with self.connection.transaction(force_rollback=True):
                if role:
                    self.connection.execute(f"SET LOCAL ROLE {name(role)}".encode())
                cursor = self.connection.execute(query.encode(), values or None)
                return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            return Refusal(type(error))

    def count(self, query: str, role: str = "", **values: Any) -> int | None:
        """Return one number, or None when the question was refused."""
        answer = self.ask(query, role, **values)
        return None if isinstance(answer, Refusal) else int(answer[0][0])

    def denied(
        self, role: str, query: str, *, kind: type[psycopg.Error] = InsufficientPrivilege
    ) -> tuple[bool, str]:
        answer = self.ask(query, role)
        if not isinstance(answer, Refusal):
            return False, "it was allowed"
        return answer.kind is kind, "" if answer.kind is kind else answer.kind.__name__

    def columns(self, role: str, view: str, table: WantedTable) -> tuple[bool, str]:
        """Every column of the view can be read, and there is no other."""
        chosen = ", ".join(name(each.name) for each in table.columns)
        if isinstance(self.ask(f"SELECT {chosen} FROM {view} LIMIT 0", role), Refusal):
            return False, "they cannot all be read"
        found = self.present.relation(self.wanted.schema, table.view)
        extra = (
            {column for column, _ in found.columns} - {each.name for each in table.columns}
            if found
            else set()
        )
        return not extra, f"also: {', '.join(sorted(extra))}" if extra else f"{len(table.columns)}"

    def mask(self, role: str, view: str, base: str, column: WantedColumn) -> tuple[bool | None, str]:
        """A clear value for who holds all roles of the mask; else what the mask leaves, and nothing more."""
        assert column.mask  # noqa: S101  # the caller asks for masked columns only
        held = all((each, role) in self.wanted.unmask for each in column.mask.unless)
        if held or column.mask.method in AS_TEXT:
            return self.compared(role, view, base, column.name, clear=held)
        shown = name(column.name)
        if column.mask.method == NOTHING:
            wrong = self.count(f"SELECT count({shown}) FROM {view}", role)
        else:
            left = masked(shown, column.data_type, column.mask.method, self.wanted.schema)
            wrong = self.count(f"SELECT count(*) FROM {view} WHERE {shown} IS DISTINCT FROM {left}", role)
        left_over = known_masks().says[column.mask.method]
        return wrong == 0, f"{wrong} values are not {left_over}" if wrong else left_over

    def compared(
        self, role: str, view: str, base: str, column: str, *, clear: bool
    ) -> tuple[bool | None, str]:
        """Compare a sample of what the role sees with the table's own values."""
        shown = name(column)
        sampled = self.ask(
            f"SELECT DISTINCT {shown}::text FROM {view} WHERE {shown} IS NOT NULL LIMIT {SAMPLE}", role
        )
        if isinstance(sampled, Refusal):
            return False, sampled.kind.__name__
        seen = [row[0] for row in sampled]
        same = self.count(
            f"SELECT count(DISTINCT {shown}::text) FROM {base} WHERE {shown}::text = ANY(%(seen)s)", seen=seen
        )
        if same is None or not seen:
            return None, "no row to look at" if not seen else "the table cannot be read for comparison"
        said = f"{same} of {len(seen)} values are the table's own"
        return (same == len(seen)) if clear else (same == 0), said

    def rows(self, role: str, view: str, base: str, table: WantedTable) -> tuple[bool | None, str]:
        """The role sees as many rows as the table has for its entitlements, counted by who reads it all."""
        seen, expected = (
            self.count(f"SELECT count(*) FROM {view}", role),
            self.count(self.entitled(role, base, table)),
        )
        if expected is None:
            return None, "the table cannot be read for comparison"
        return seen == expected, f"{seen} of {expected} expected"

    def entitled(self, role: str, base: str, table: WantedTable) -> str:
        """Return the count of the rows the role should see; from what is wanted, not from the database."""
        given = [
            f"({text(who)}, {text(attribute)}, {text(value)})"
            for who, attribute, value in self.wanted.entitlements
        ]
        rows = f"(VALUES {', '.join(given)})" if given else "(SELECT '', '', '' LIMIT 0)"
        conditions = [
            f"{name(rule.column)}::text IN (SELECT value FROM {rows} AS e (role, attribute, value) "
            f"WHERE attribute = {text(rule.attribute)} AND pg_has_role({text(role)}, role, 'USAGE'))"
            for rule in table.rows
        ]
        return f"SELECT count(*) FROM {base}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")

    def writes(self, role: str, view: str, base: str, column: WantedColumn) -> tuple[bool, str]:
        """Nothing can be written, in the view or in the table."""
        shown = name(column.name)
        allowed = []
        for at in (view, base):
            tried = {
                "INSERT": f"INSERT INTO {at} DEFAULT VALUES",
                "UPDATE": f"UPDATE {at} SET {shown} = NULL WHERE false",
                "DELETE": f"DELETE FROM {at} WHERE false",
            }
            allowed += [
                f"{verb} {at}"
                for verb, query in tried.items()
                if not isinstance(self.ask(query, role), Refusal)
            ]
        if self.count(f"SELECT has_table_privilege({text(role)}, {text(base)}, 'TRUNCATE')::int"):
            allowed.append(f"TRUNCATE {base}")
        return not allowed, f"allowed: {', '.join(allowed)}" if allowed else ""

    def mighty(self, role: str, base: Relation) -> tuple[bool, str]:
        """Neither the role nor who holds it gets past grants by another power (members are named)."""
        answer = self.ask(
            MIGHTY,
            who=role,
            owner=self.wanted.owner,
            table_owner=base.owner,
            known=[self.present.user, self.wanted.owner, base.owner, *self.wanted.trusted],
        )
        if isinstance(answer, Refusal):
            return False, answer.kind.__name__
        said = [
            f"{row[0]} is {', '.join(why for why, holds in zip(WHY, row[1:], strict=True) if holds)}"
            for row in answer
        ]
        return not said, "; ".join(said)

    def new_column(self, table: WantedTable, base: Relation) -> Iterator[tuple[str, bool | None, str]]:
        """A column that is added shows up nowhere; tried with one that is gone again at once."""
        probe = f"gov_probe_{uuid4().hex[:8]}"
        what, at = "new column hidden", path(base.schema, base.name)
        if base.kind not in {"table", "partitioned"} or not table.readers:
            return
        view, role = path(self.wanted.schema, table.view), table.readers[0]
        if not (self.becomes(role) and self.becomes(self.wanted.owner)):
            yield what, None, CANNOT_BECOME
            return
        try:
            with self.connection.transaction(force_rollback=True):
                self.connection.execute(
                    f"ALTER TABLE {at} ADD COLUMN {name(probe)} text DEFAULT 'x'".encode()
                )
                seen = self.denied(role, f"SELECT {name(probe)} FROM {view} LIMIT 0", kind=UndefinedColumn)
                reached = self.denied(self.wanted.owner, f"SELECT {name(probe)} FROM {at} LIMIT 0")
                yield what, seen[0] and reached[0], seen[1] or reached[1]
        except psycopg.Error as error:
            yield what, None, f"not tried: {type(error).__name__}"
