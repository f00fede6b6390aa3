"""A MariaDB server read for enforcement: its own grant tables, which know roles too."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from accesscontrol.enforcement.mariadb.present import Account, Grant, Present, Relation
from accesscontrol.enforcement.mariadb.text import HOME, path
from accesscontrol.enforcement.postgresql.text import ENTITLEMENT, SALT
from accesscontrol.enforcement.wanted import Wanted

ACCOUNTS = "SELECT User, Host, is_role, Super_priv, Select_priv FROM mysql.user WHERE User IN %(names)s"
MEMBERS = "SELECT Role, User, Host FROM mysql.roles_mapping WHERE Role IN %(roles)s"
DATABASES = "SELECT schema_name FROM information_schema.schemata WHERE schema_name IN %(schemas)s"
TABLE_GRANTS = "SELECT User, Host, Db, Table_name, Table_priv FROM mysql.tables_priv WHERE Table_priv <> ''"
COLUMN_GRANTS = "SELECT User, Host, Db, Table_name, Column_name, Column_priv FROM mysql.columns_priv"
DATABASE_GRANTS = "SELECT * FROM mysql.db"
COLUMNS = """
    SELECT c.table_schema, c.table_name, c.column_name, c.column_type, t.table_type
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema IN %(schemas)s ORDER BY c.table_schema, c.table_name, c.ordinal_position
"""
SPELT = {
    "CREATE TMP TABLE": "CREATE TEMPORARY TABLES",
    "LOCK TABLES": "LOCK TABLES",
    "DELETE VERSIONING ROWS": "DELETE HISTORY",
}
Row = tuple[Any, ...]


def read_present(connection: Any, wanted: Wanted) -> Present:
    """Return what the server allows now on what `wanted` speaks of."""
    user, _, host = str(ask(connection, "SELECT CURRENT_USER()")[0][0]).rpartition("@")
    schemas = sorted({wanted.schema, *(table.schema for table in wanted.tables)})
    named = (wanted.owner, *wanted.roles, *wanted.unmask_roles)
    accounts = ask(connection, ACCOUNTS, names=named)
    relations = read_relations(connection, wanted, schemas)
    roles = wanted.unmask_roles or ("",)
    held = ask(connection, MEMBERS, roles=roles)
    there = {view for schema, view in relations if schema == wanted.schema}
    return Present(
        user=Account(user, host),
        accounts=frozenset(Account(row[0], "" if row[2] == "Y" else row[1]) for row in accounts),
        members=frozenset((role, Account(member, at)) for role, member, at in held),
        databases=frozenset(row[0] for row in ask(connection, DATABASES, schemas=schemas)),
        grants=frozenset(read_grants(connection, wanted)),
        relations=relations,
        entitlements=frozenset(kept(connection, wanted.schema, ENTITLEMENT, there)),
        salted=bool(kept(connection, wanted.schema, SALT, there)),
        mighty=tuple(mighty(accounts, Account(wanted.owner, HOME))),
    )


def mighty(accounts: list[Row], owner: Account) -> Iterator[str]:
    """Yield what makes the owner of the views see more than it was granted."""
    for user, host, _, superuser, reads_all in accounts:
        if Account(user, host) == owner and "Y" in (superuser, reads_all):
            yield "granted all tables"


def kept(connection: Any, schema: str, table: str, there: set[str]) -> list[Row]:
    """Return the rows of one of our own tables; of the salt only that there is one."""
    if table not in there:
        return []
    columns = "1" if table == SALT else "role, attribute, value"
    return ask(connection, f"SELECT {columns} FROM {path(schema, table)}")


def read_relations(connection: Any, wanted: Wanted, schemas: list[str]) -> dict[tuple[str, str], Relation]:
    """Return the governed tables that exist, and everything in the database of the views."""
    governed = {(table.schema, table.name) for table in wanted.tables}
    columns: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    is_view: dict[tuple[str, str], bool] = {}
    for schema, table, column, data_type, kind in ask(connection, COLUMNS, schemas=schemas):
        if schema == wanted.schema or (schema, table) in governed:
            columns[schema, table].append((column, data_type))
            is_view[schema, table] = kind == "VIEW"
    return {
        (schema, table): Relation(
            schema, table, tuple(found), made(connection, schema, table) if is_view[schema, table] else ""
        )
        for (schema, table), found in columns.items()
    }


def made(connection: Any, schema: str, view: str) -> str:
    """Return the statement that makes a view; of a governed view it is not needed, and not a secret."""
    return str(ask(connection, f"SHOW CREATE VIEW {path(schema, view)}")[0][1])


def read_grants(connection: Any, wanted: Wanted) -> Iterator[Grant]:
    """Yield every grant on the governed tables, on what is ours, and to the owner of the views."""
    governed = {(table.schema, table.name) for table in wanted.tables}
    schemas = {wanted.schema, *(table.schema for table in wanted.tables)}
    for given in every_grant(connection):
        ours = given.account.user == wanted.owner or given.schema == wanted.schema
        about = (given.schema, given.table) in governed if given.table else given.schema in schemas
        if ours or about:
            yield given


def every_grant(connection: Any) -> Iterator[Grant]:
    for user, host, schema, table, said in ask(connection, TABLE_GRANTS):
        listed = listed_in(said)
        for privilege in listed - {"GRANT"}:
            yield Grant(Account(user, host), privilege, schema, table, "", "GRANT" in listed)
    for user, host, schema, table, column, said in ask(connection, COLUMN_GRANTS):
        for privilege in listed_in(said):
            yield Grant(Account(user, host), privilege, schema, table, column)
    for row in ask_named(connection, DATABASE_GRANTS):
        yield from on_database(row)


def on_database(row: dict[str, Any]) -> Iterator[Grant]:
    who = Account(row["User"], row["Host"])
    for column, given in row.items():
        if column.endswith("_priv") and given == "Y" and column != "Grant_priv":
            said = column.removesuffix("_priv").replace("_", " ").upper()
            yield Grant(who, SPELT.get(said, said), row["Db"], grantable=row["Grant_priv"] == "Y")


def listed_in(said: Any) -> set[str]:
    """Return the privileges of a SET column."""
    listed = said.split(",") if isinstance(said, str) else said
    return {SPELT.get(each.upper(), each.upper()) for each in listed if each}


def ask(connection: Any, query: str, **values: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())


def ask_named(connection: Any, query: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        columns = [each[0] for each in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
