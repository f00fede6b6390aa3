"""Wanted minus present for a PostgreSQL database: steps in order, each with its reverse. Knows no Django."""

from collections.abc import Iterator
from dataclasses import replace

from accesscontrol.enforcement.names import name, path, text
from accesscontrol.enforcement.postgresql import tables
from accesscontrol.enforcement.postgresql.text import ENTITLEMENT, SALT, view
from accesscontrol.enforcement.present import Present, Relation
from accesscontrol.enforcement.steps import Ledger, Remembered, Step
from accesscontrol.enforcement.wanted import Wanted, WantedTable
from accesscontrol.refusal import Refused

RANDOM = "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"  # 244 bits from the server
HELD = {
    SALT: "salt text NOT NULL",
    ENTITLEMENT: "role text, attribute text, value text, PRIMARY KEY (role, attribute, value)",
}


def plan(wanted: Wanted, present: Present, ledger: Ledger) -> list[Step]:
    """Return the steps that make the database allow what is wanted; none when it already does.

    Raises Refused when the owner of the views could see more than a view shows.
    """
    refuse_mighty_owner(wanted, present)
    steps = [*role_steps(wanted, present), *schema_steps(wanted, present), *held_steps(wanted, present)]
    steps += [*entitlement_steps(wanted, present), *stale_views(wanted, present)]
    for table, found in pairs(wanted, present):
        steps += tables.table_steps(wanted, table, found, present, ledger)
    return [*steps, *member_steps(wanted, present)]


def remember(wanted: Wanted, present: Present) -> dict[str, Remembered]:
    """Return the ledger of a database to which the whole plan was just applied."""
    kept: dict[str, Remembered] = {}
    for table, found in pairs(wanted, present):
        asked = tables.row_policies(wanted, table, found)
        there = {each.name: each.text for each in found.policies}
        for policy, said in asked.items():
            kept[tables.policy_key(found, policy)] = Remembered(said, there.get(policy, ""))
        made = present.relation(wanted.schema, table.view)
        if made and table.readers:
            said = view(wanted, table, filtered=found.kind not in tables.HOLDS_ROW_POLICIES)
            kept[tables.view_key(wanted.schema, table.view)] = Remembered(said, tables.found_text(made))
    return kept


def notes(wanted: Wanted, present: Present) -> list[str]:
    """Return what a planner should know and no statement says."""
    said = []
    for table in wanted.tables:
        found = present.relation(table.schema, table.name)
        if found is None:
            said.append(f"{table.schema}.{table.name} is not in the database: harvest the source.")
            continue
        known = {each.name for each in table.columns}
        new = [column for column, _ in found.columns if column not in known]
        if new:
            said.append(
                f"{found.label} has columns that the catalog does not know, hidden: {', '.join(new)}."
            )
        if table.rows and found.policies and {each.name for each in found.policies} - tables.OURS:
            said.append(f"{found.label} has row policies of its own: they stay, ours narrow them.")
    return said


def pairs(wanted: Wanted, present: Present) -> Iterator[tuple[WantedTable, Relation]]:
    """Yield the wanted tables that exist, with the columns that exist, as the database types them."""
    for table in wanted.tables:
        found = present.relation(table.schema, table.name)
        if found:
            types = dict(found.columns)
            known = [each for each in table.columns if each.name in types]
            columns = tuple(replace(each, data_type=types[each.name]) for each in known)
            yield replace(table, columns=columns), found


def refuse_mighty_owner(wanted: Wanted, present: Present) -> None:
    """The owner of the views must be nobody: no login, no owner of tables, not past row security."""
    powers = present.roles.get(wanted.owner)
    if powers:
        raise Refused(f"The role {wanted.owner} cannot own the views: it is {', '.join(powers)}.")
    owned = [found.label for _, found in pairs(wanted, present) if found.owner == wanted.owner]
    if owned:
        raise Refused(f"The role {wanted.owner} cannot own the views: it owns {', '.join(owned)}.")


def role_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the roles that are missing; none of them can sign in."""
    for role in dict.fromkeys((wanted.owner, *wanted.unmask_roles, *wanted.roles)):
        if role not in present.roles:
            made = f"CREATE ROLE {name(role)} NOLOGIN"
            yield Step(f"role {role}", (made,), (f"DROP ROLE {name(role)}",), after=f"role {role}")
            if not present.superuser:  # to hand views over, and to try out what a role sees
                user = name(present.user)
                do, undo = f"GRANT {name(role)} TO {user}", f"REVOKE {name(role)} FROM {user}"
                yield Step(f"role {role}", (do,), (undo,), after=f"held by {present.user}")


def schema_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the schema of the views, and who may use which schema."""
    schema = wanted.schema
    if schema not in present.schemas:
        made = f"CREATE SCHEMA {name(schema)} AUTHORIZATION {name(wanted.owner)}"
        after = f"schema {schema}, owner {wanted.owner}"
        yield Step(f"schema {schema}", (made,), (f"DROP SCHEMA {name(schema)}",), after=after)
    readers = sorted({role for table in wanted.tables for role in table.readers})
    sources = sorted({found.schema for table, found in pairs(wanted, present) if table.readers})
    for place, role in [*((schema, role) for role in readers), *((each, wanted.owner) for each in sources)]:
        if place in present.schemas and role in present.schemas[place].usage:
            continue
        where, who = name(place), name(role)
        do, undo = f"GRANT USAGE ON SCHEMA {where} TO {who}", f"REVOKE USAGE ON SCHEMA {where} FROM {who}"
        yield Step(f"schema {place}", (do,), (undo,), after=f"USAGE to {role}")


def held_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the tables that only the views' owner may read. The salt never leaves the database."""
    for table, columns in HELD.items():
        place, label = path(wanted.schema, table), f"table {wanted.schema}.{table}"
        found = present.relation(wanted.schema, table)
        if found:
            yield from tables.grant_steps(found, (), "", "table")
            continue
        do = [f"CREATE TABLE {place} ({columns})", f"ALTER TABLE {place} OWNER TO {name(wanted.owner)}"]
        after = f"({columns}), owner {wanted.owner}"
        yield Step(label, (*do, f"REVOKE ALL ON {place} FROM PUBLIC"), (f"DROP TABLE {place}",), after=after)
    if not present.salted:
        place = path(wanted.schema, SALT)
        fill = f"INSERT INTO {place} (salt) SELECT {RANDOM}"
        said = "a salt that the database makes up and nobody sees"
        yield Step(f"table {wanted.schema}.{SALT}", (fill,), (f"DELETE FROM {place}",), after=said)


def entitlement_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield which rows of the entitlement table go and come."""
    place, label = path(wanted.schema, ENTITLEMENT), f"table {wanted.schema}.{ENTITLEMENT}"
    for role, attribute, value in sorted(set(present.entitlements) ^ set(wanted.entitlements)):
        said = f"{role}: {attribute} = {value}"
        insert = f"INSERT INTO {place} VALUES ({text(role)}, {text(attribute)}, {text(value)})"
        delete = (
            f"DELETE FROM {place} WHERE role = {text(role)} AND attribute = {text(attribute)} "
            f"AND value = {text(value)}"
        )
        if (role, attribute, value) in wanted.entitlements:
            yield Step(label, (insert,), (delete,), after=said)
        else:
            yield Step(label, (delete,), (insert,), before=said)


def stale_views(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield the views that nobody should read any more."""
    kept = {table.view for table, _ in pairs(wanted, present) if table.readers}
    for found in present.within(wanted.schema):
        if found.kind == "view" and found.name not in kept:
            yield tables.drop_view(found)


def member_steps(wanted: Wanted, present: Present) -> Iterator[Step]:
    """Yield who gains and who loses an unmasking role."""
    held = {pair for pair in present.members if pair[0] in wanted.unmask_roles and pair[1] != present.user}
    for role, member in sorted(held ^ set(wanted.unmask)):
        given, taken = f"GRANT {name(role)} TO {name(member)}", f"REVOKE {name(role)} FROM {name(member)}"
        if (role, member) in held:
            yield Step(f"role {role}", (taken,), (given,), before=f"held by {member}")
        else:
            yield Step(f"role {role}", (given,), (taken,), after=f"held by {member}")
