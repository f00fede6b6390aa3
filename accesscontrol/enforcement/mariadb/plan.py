"""Wanted minus present for a MariaDB server: steps in order, each one statement with its reverse.

DDL of MariaDB cannot be rolled back: whoever runs the steps takes back what was done when one fails.
Knows no Django.
"""

from collections.abc import Iterator
from dataclasses import replace

from accesscontrol.enforcement.mariadb import text
from accesscontrol.enforcement.mariadb.present import Account, Grant, Present, Relation
from accesscontrol.enforcement.mariadb.text import account, name, path
from accesscontrol.enforcement.postgresql.text import ENTITLEMENT, SALT
from accesscontrol.enforcement.steps import Ledger, Remembered, Step, unchanged
from accesscontrol.enforcement.wanted import Wanted, WantedTable
from accesscontrol.refusal import Refused

KEY = "PRIMARY KEY (role, attribute, value)"
HELD = {
    SALT: "salt char(64) NOT NULL",
    ENTITLEMENT: f"role varchar(128), attribute varchar(60), value varchar(200), {KEY}",
}
MAPPED = Grant(Account(""), "SELECT", "mysql", "roles_mapping")


def plan(wanted: Wanted, present: Present, ledger: Ledger) -> list[Step]:
    """Return the steps that make the server allow what is wanted; none when it already does."""
    if present.mighty:
        raise Refused(f"The account {wanted.owner} cannot own the views: it is {', '.join(present.mighty)}.")
    steps = [
        *account_steps(wanted, present),
        *held_steps(wanted, present),
        *entitlement_steps(wanted, present),
    ]
    steps += grant_steps(wanted, present)
    steps += view_steps(wanted, present, ledger)
    return [*steps, *member_steps(wanted, present)]


def owner_of(wanted: Wanted) -> Account:
    return Account(wanted.owner, text.HOME)


def pairs(wanted: Wanted, present: Present) -> Iterator[tuple[WantedTable, Relation]]:
    """Yield the wanted tables that exist, with the columns that exist."""
    for table in wanted.tables:
        found = present.relations.get((table.schema, table.name))
        if found:
            types = dict(found.columns)
            columns = tuple(
                replace(each, data_type=types[each.name]) for each in table.columns if each.name in types
            )
            yield replace(table, columns=columns), found


def views(wanted: Wanted, present: Present) -> dict[str, tuple[str, str]]:
    """Return the views by name: their text, and the key of the table they are of."""
    made = {text.MY_ROLES: (text.my_roles(wanted), "")}
    for table, _ in pairs(wanted, present):
        if table.readers:
            made[table.view] = (text.view(wanted, table), table.key)
    return made


def remember(wanted: Wanted, present: Present) -> dict[str, Remembered]:
    """Return the ledger of a server to which the whole plan was just applied."""
    return {
        f"view {wanted.schema}.{view}": Remembered(said, present.relations[wanted.schema, view].definition)
        for view, (said, _) in views(wanted, present).items()
    }


def notes(wanted: Wanted, present: Present) -> list[str]:
    """Return what a planner should know and no statement says."""
    said = []
    for table in wanted.tables:
        found = present.relations.get((table.schema, table.name))
        if found is None:
            said.append(f"{table.schema}.{table.name} is not in the database: harvest the source.")
            continue
        new = [column for column, _ in found.columns if column not in {each.name for each in table.columns}]
        if new:
            said.append(
                f"{found.label} has columns that the catalog does not know, hidden: {', '.join(new)}."
            )
    wide = {g.account.user for g in present.grants if not g.table and g.schema != wanted.schema}
    spared = sorted(wide - set(wanted.trusted) - set(wanted.roles) - {wanted.owner, present.user.user})
    if spared:
        said.append(f"Rights on a whole database stay, and reach the tables: {', '.join(spared)}.")
    return said


def account_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the definer, which nobody can sign in as, and the roles that are missing."""
    owner = owner_of(wanted)
    if owner not in present.accounts:
        made = f"CREATE USER {account(owner)} ACCOUNT LOCK"
        yield Step(f"account {owner.user}", (made,), (f"DROP USER {account(owner)}",), after="locked account")
    for role in dict.fromkeys((*wanted.unmask_roles, *wanted.roles)):
        if Account(role) not in present.accounts:
            yield Step(
                f"role {role}", (f"CREATE ROLE {name(role)}",), (f"DROP ROLE {name(role)}",), after="role"
            )


def held_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the database of the views and the tables that only their definer reads."""
    schema = wanted.schema
    if schema not in present.databases:
        made = f"CREATE DATABASE {name(schema)} {text.BINARY}"
        yield Step(f"database {schema}", (made,), (f"DROP DATABASE {name(schema)}",), after="database")
    for table, columns in HELD.items():
        place = path(schema, table)
        if (schema, table) not in present.relations:
            made = f"CREATE TABLE {place} ({columns}) {text.BINARY}"
            yield Step(f"table {schema}.{table}", (made,), (f"DROP TABLE {place}",), after=f"({columns})")
    if not present.salted:
        fill = f"INSERT INTO {path(schema, SALT)} (salt) SELECT HEX(RANDOM_BYTES(32))"
        said = "a salt that the database makes up and nobody sees"
        yield Step(f"table {schema}.{SALT}", (fill,), (f"DELETE FROM {path(schema, SALT)}",), after=said)


def entitlement_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield which rows of the entitlement table go and come."""
    place, label = path(wanted.schema, ENTITLEMENT), f"table {wanted.schema}.{ENTITLEMENT}"
    for row in sorted(set(present.entitlements) ^ set(wanted.entitlements)):
        role, attribute, value = map(text.text, row)
        said = f"{row[0]}: {row[1]} = {row[2]}"
        insert = f"INSERT INTO {place} VALUES ({role}, {attribute}, {value})"
        delete = f"DELETE FROM {place} WHERE role = {role} AND attribute = {attribute} AND value = {value}"
        if row in wanted.entitlements:
            yield Step(label, (insert,), (delete,), after=said)
        else:
            yield Step(label, (delete,), (insert,), before=said)


def asked_grants(wanted: Wanted, present: Present) -> set[Grant]:
    """Return every grant that there should be on governed tables, on our views and to the views' owner."""
    owner = owner_of(wanted)
    asked = {Grant(owner, "SELECT", wanted.schema), MAPPED._replace(account=owner)}
    for table, _ in pairs(wanted, present):
        if table.readers:
            columns = (column.name for column in table.columns)
            asked |= {Grant(owner, "SELECT", table.schema, table.name, column) for column in columns}
        asked |= {Grant(Account(role), "SELECT", wanted.schema, table.view) for role in table.readers}
    return asked


def spared(wanted: Wanted, present: Present, given: Grant) -> bool:
    """Return whether a grant is not ours to take: of the trusted, and on whole databases but of readers."""
    if given.account.user in {*wanted.trusted, present.user.user}:
        return True
    readers = {*wanted.roles, wanted.owner}
    return not given.table and given.schema != wanted.schema and given.account.user not in readers


def grant_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the grants that go and come."""
    asked = asked_grants(wanted, present)
    keys = {(table.schema, table.name): table.key for table in wanted.tables}
    keys |= {(wanted.schema, table.view): table.key for table in wanted.tables}
    gone = {each for each in present.grants - asked if not spared(wanted, present, each)}
    for each in sorted(
        gone, key=lambda given: (not given.column, given)
    ):  # a table's right takes its columns'
        at = keys.get((each.schema, each.table), "")
        yield Step(place(each), (revoke(each),), (grant(each),), before=said(each), key=at)
    for each in sorted(asked - present.grants):
        at = keys.get((each.schema, each.table), "")
        if each.schema == wanted.schema and each.table:
            continue  # on a view, which must be there first
        yield Step(place(each), (grant(each),), (revoke(each),), after=said(each), key=at)


def place(given: Grant) -> str:
    return f"table {given.schema}.{given.table}" if given.table else f"database {given.schema}"


def target(given: Grant) -> str:
    return path(given.schema, given.table) if given.table else f"{name(given.schema)}.*"


def column_of(given: Grant) -> str:
    return f" ({name(given.column)})" if given.column else ""


def grant(given: Grant) -> str:
    option = " WITH GRANT OPTION" if given.grantable else ""
    return f"GRANT {given.privilege}{column_of(given)} ON {target(given)} TO {account(given.account)}{option}"


def revoke(given: Grant) -> str:
    return f"REVOKE {given.privilege}{column_of(given)} ON {target(given)} FROM {account(given.account)}"


def said(given: Grant) -> str:
    column = f" ({given.column})" if given.column else ""
    host = f"@{given.account.host}" if given.account.host else ""
    return f"{given.privilege}{column} to {given.account.user}{host}"


def view_steps(wanted: Wanted, present: Present, ledger: Ledger) -> Iterator[Step]:
    """Yield the views that go and come, then who may read those that came."""
    asked = views(wanted, present)
    for (schema, view), found in sorted(present.relations.items()):
        if schema == wanted.schema and found.definition and view not in asked:
            yield drop(found)
    for view, (made, key) in asked.items():
        label, there = f"view {wanted.schema}.{view}", present.relations.get((wanted.schema, view))
        at = path(wanted.schema, view)
        if there and unchanged(ledger, label, made, there.definition):
            continue
        if there:
            yield drop(there, key)
        yield Step(label, (made,), (f"DROP VIEW {at}",), after=made, key=key)
    keys = {table.view: table.key for table in wanted.tables}
    for each in sorted(asked_grants(wanted, present) - present.grants):
        if each.schema == wanted.schema and each.table:
            label = f"view {wanted.schema}.{each.table}"
            yield Step(label, (grant(each),), (revoke(each),), after=said(each), key=keys.get(each.table, ""))


def drop(found: Relation, key: str = "") -> Step:
    at = path(found.schema, found.name)
    return Step(
        f"view {found.label}", (f"DROP VIEW {at}",), (found.definition,), before=found.definition, key=key
    )


def member_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield who gains and who loses an unmasking role. Who made a role holds it, and keeps it."""
    asked = {(role, Account(member)) for role, member in wanted.unmask}
    held = {(role, who) for role, who in present.members if who != present.user}
    for role, who in sorted(held ^ asked):
        given, taken = f"GRANT {name(role)} TO {account(who)}", f"REVOKE {name(role)} FROM {account(who)}"
        label, line = f"role {role}", f"held by {who.user}"
        if (role, who) in held:
            yield Step(label, (taken,), (given,), before=line)
        else:
            yield Step(label, (given,), (taken,), after=line)
