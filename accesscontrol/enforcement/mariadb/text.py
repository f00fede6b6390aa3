"""Masks, row filters and views as MariaDB's SQL. Knows no Django.

There is no row-level security: everything is in a view that runs as its definer. CURRENT_USER() is
the definer there, so that who asks is read from USER(). Its host holds no "@", its name may: the name
is everything before the last one, or "lena@x" would have the rows of "lena".
"""

from collections.abc import Iterable

from accesscontrol.enforcement.mariadb.present import Account
from accesscontrol.enforcement.masking import MASKED, NOTHING, REST, SHORT, Mask
from accesscontrol.enforcement.names import name as quoted
from accesscontrol.enforcement.names import path as joined
from accesscontrol.enforcement.names import text as literal
from accesscontrol.enforcement.postgresql.text import ENTITLEMENT, SALT
from accesscontrol.enforcement.wanted import RowRule, Wanted, WantedColumn, WantedTable

MY_ROLES = "my_roles"
HOME = "localhost"  # where the definer would sign in, if it could
BINARY = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
LOGIN = "LEFT(USER(), CHAR_LENGTH(USER()) - CHAR_LENGTH(SUBSTRING_INDEX(USER(), '@', -1)) - 1)"


def name(value: str) -> str:
    return quoted(value, "mysql")


def path(*parts: str) -> str:
    return joined(*parts, dialect="mysql")


def text(value: str) -> str:
    return literal(value, "mysql")


def account(who: Account) -> str:
    return f"{name(who.user)}@{name(who.host)}" if who.host else name(who.user)


def masked(column: str, data_type: str, method: str, schema: str) -> str:
    """Return what the method leaves of a column, as an expression."""
    said = f"CAST({column} AS CHAR)"
    first = f"CONCAT(LEFT({said}, 1), '{REST}')"
    salt = f"(SELECT s.salt FROM {path(schema, SALT)} AS s)"
    day = f"CAST({column} AS DATE)"
    return {
        NOTHING: "NULL",
        "hash": f"SHA2(CONCAT({salt}, {said}), 256)",
        "partial": f"CASE WHEN CHAR_LENGTH({said}) < {SHORT} THEN '{REST}' "
        f"WHEN {first} = {said} THEN '{MASKED}' ELSE {first} END",
        "year": f"{day} - INTERVAL DAYOFYEAR({day}) - 1 DAY",
        "month": f"{day} - INTERVAL DAYOFMONTH({day}) - 1 DAY",
        "thousands": f"TRUNCATE({column}, -3)",
        "tens": f"TRUNCATE({column}, -1)",
    }[method]


def unmasked(mask: Mask, schema: str) -> str:
    """Return the condition under which a caller sees the clear value: every one of the roles is theirs."""
    mine = f"(SELECT h.role FROM {path(schema, MY_ROLES)} AS h)"
    return " AND ".join(f"{text(role)} IN {mine}" for role in mask.unless)


def selected(column: WantedColumn, schema: str) -> str:
    plain = f"t.{name(column.name)}"
    if column.mask is None:
        return plain
    left = masked(plain, column.data_type, column.mask.method, schema)
    return f"CASE WHEN {unmasked(column.mask, schema)} THEN {plain} ELSE {left} END AS {name(column.name)}"


def entitled(rule: RowRule, schema: str) -> str:
    """Return the row filter of one rule: by the caller's login, and by the roles that it holds."""
    return (
        f"CAST(t.{name(rule.column)} AS CHAR) IN (SELECT e.value FROM {path(schema, ENTITLEMENT)} AS e "
        f"WHERE e.attribute = {text(rule.attribute)} AND (e.role = {LOGIN} "
        f"OR e.role IN (SELECT h.role FROM {path(schema, MY_ROLES)} AS h)))"
    )


def filters(rules: Iterable[RowRule], schema: str) -> str:
    return " AND ".join(f"({entitled(rule, schema)})" for rule in rules)


def definer(wanted: Wanted) -> str:
    return f"CREATE DEFINER = {account(Account(wanted.owner, HOME))} SQL SECURITY DEFINER VIEW"


def view(wanted: Wanted, table: WantedTable) -> str:
    """Return the masking view."""
    chosen = ",\n  ".join(selected(column, wanted.schema) for column in table.columns)
    where = f"\nWHERE {filters(table.rows, wanted.schema)}" if table.rows else ""
    return (
        f"{definer(wanted)} {path(wanted.schema, table.view)} AS\n"
        f"SELECT {chosen}\nFROM {path(table.schema, table.name)} AS t{where}"
    )


def my_roles(wanted: Wanted) -> str:
    """Return the view of the roles that the caller holds, directly or through another role."""
    role = "CONVERT(m.`Role` USING utf8mb4) COLLATE utf8mb4_bin"
    return (
        f"{definer(wanted)} {path(wanted.schema, MY_ROLES)} AS\n"
        f"WITH RECURSIVE held (role) AS (\n"
        f"  SELECT {role} FROM mysql.roles_mapping AS m WHERE m.`User` = {LOGIN} AND m.`Host` <> ''\n"
        f"  UNION SELECT {role} FROM mysql.roles_mapping AS m\n"
        "    JOIN held ON m.`User` = held.role AND m.`Host` = ''\n"
        ") SELECT role FROM held"
    )
