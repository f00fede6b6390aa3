"""A PostgreSQL database read for enforcement, and changed by a plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from accesscontrol.enforcement.names import path
from accesscontrol.enforcement.postgresql.text import ENTITLEMENT, SALT
from accesscontrol.enforcement.present import Grant, Present, Relation, RowPolicy, Schema
from accesscontrol.enforcement.wanted import Wanted
from catalog.enforcement.engines import pg_queries as queries

Connection = psycopg.Connection[Any]
Row = tuple[Any, ...]


def read_present(connection: Connection, wanted: Wanted) -> Present:
    """Return what the database allows now on what `wanted` speaks of."""
    user, superuser = ask(connection, queries.ME)[0]
    relations = read_relations(connection, wanted)
    there = {each.name for each in relations if each.schema == wanted.schema}
    named = [wanted.owner, *wanted.roles, *wanted.unmask_roles]
    members = ask(connection, queries.MEMBERS, roles=[wanted.owner, *wanted.unmask_roles])
    schemas = sorted({wanted.schema, *(table.schema for table in wanted.tables)})
    return Present(
        user=user,
        superuser=superuser,
        roles={row[0]: powers(row) for row in ask(connection, queries.ROLES, roles=named)},
        members=tuple((role, member) for role, member in members),
        schemas={
            name: Schema(owner, tuple(usage))
            for name, owner, usage in ask(connection, queries.SCHEMAS, schemas=schemas)
        },
        relations=relations,
        entitlements=held(connection, wanted.schema, ENTITLEMENT) if ENTITLEMENT in there else (),
        salted=SALT in there and bool(held(connection, wanted.schema, SALT, count_only=True)),
    )


def powers(row: Row) -> tuple[str, ...]:
    """Return what makes a role see more than it was granted."""
    named = ("a superuser", "past row-level security", "allowed to sign in")
    return tuple(power for power, holds in zip(named, row[1:], strict=True) if holds)


def held(connection: Connection, schema: str, table: str, *, count_only: bool = False) -> tuple[Row, ...]:
    """Return the rows of one of our own tables; of the salt only that there is one."""
    columns = "true" if count_only else "role, attribute, value"
    return tuple(ask(connection, f"SELECT {columns} FROM {path(schema, table)} ORDER BY 1"))


def read_relations(connection: Connection, wanted: Wanted) -> tuple[Relation, ...]:
    """Return the governed tables that exist, and everything in the schema of the views."""
    rows = ask(
        connection,
        queries.RELATIONS,
        schema=wanted.schema,
        places=[table.schema for table in wanted.tables],
        names=[table.name for table in wanted.tables],
    )
    oids = [row[0] for row in rows]
    columns = grouped(ask(connection, queries.COLUMNS, oids=oids))
    grants = grouped(ask(connection, queries.GRANTS, oids=oids))
    policies = grouped(ask(connection, queries.POLICIES, oids=oids))
    return tuple(
        Relation(
            schema=schema,
            name=name,
            kind=kind,
            owner=owner,
            columns=tuple((column, data_type) for column, data_type in columns[oid]),
            grants=tuple(sorted(Grant(*given) for given in grants[oid])),
            rls=rls,
            forced=forced,
            policies=tuple(RowPolicy(each[0], each[1], tuple(each[2]), *each[3:]) for each in policies[oid]),
            definition=definition,
            options=tuple(options),
        )
        for oid, schema, name, kind, owner, rls, forced, definition, options in rows
    )


def grouped(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for oid, *rest in rows:
        found[oid].append(tuple(rest))
    return found


def ask(connection: Connection, query: str, **values: Any) -> list[Row]:
    return connection.execute(query.encode(), values or None).fetchall()


def run(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements as they are written, one after the other."""
    for statement in statements:
        connection.execute(statement.encode())
