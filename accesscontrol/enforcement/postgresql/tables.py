"""The steps for one governed table: who reaches it, its row policies, its view. Knows no Django."""

from collections.abc import Iterable, Iterator

from accesscontrol.enforcement.names import name, path
from accesscontrol.enforcement.postgresql import text
from accesscontrol.enforcement.present import Grant, Present, Relation, RowPolicy
from accesscontrol.enforcement.steps import Ledger, Step, unchanged
from accesscontrol.enforcement.wanted import Wanted, WantedTable

READ, ROWS, TRUSTED = "gov_read", "gov_rows", "gov_trusted"
OURS = {READ, ROWS, TRUSTED}
SECURITY = {"ENABLE": "on", "DISABLE": "off", "FORCE": "for its owner too", "NO FORCE": "not for its owner"}
HOLDS_ROW_POLICIES = {"table", "partitioned"}


def to(role: str) -> str:
    return name(role) if role else "PUBLIC"


def grant(relation: str, given: Grant) -> str:
    column = f" ({name(given.column)})" if given.column else ""
    option = " WITH GRANT OPTION" if given.grantable else ""
    return f"GRANT {given.privilege}{column} ON {relation} TO {to(given.grantee)}{option}"


def revoke(relation: str, given: Grant) -> str:
    column = f" ({name(given.column)})" if given.column else ""
    return f"REVOKE {given.privilege}{column} ON {relation} FROM {to(given.grantee)} CASCADE"


def grant_steps(found: Relation, grants: Iterable[Grant], key: str, what: str) -> Iterator[Step]:
    """Yield what makes the grants of a relation these, its owner's own left alone."""
    label, relation = f"{what} {found.label}", path(found.schema, found.name)
    asked, given = ({each for each in some if each.grantee != found.owner} for some in (grants, found.grants))
    for each in sorted(given - asked):
        yield Step(label, (revoke(relation, each),), (grant(relation, each),), before=said(each), key=key)
    for each in sorted(asked - given):
        yield Step(label, (grant(relation, each),), (revoke(relation, each),), after=said(each), key=key)


def said(given: Grant) -> str:
    column = f" ({given.column})" if given.column else ""
    return f"{given.privilege}{column} to {given.grantee or 'PUBLIC'}" + (
        " with grant option" if given.grantable else ""
    )


def base_grants(wanted: Wanted, table: WantedTable, found: Relation) -> set[Grant]:
    """Return who may do what with the table itself: the trusted as before, the views' owner reads columns."""
    kept = {each for each in found.grants if each.grantee in wanted.trusted}
    read = {Grant(wanted.owner, "SELECT", column.name) for column in table.columns}
    return kept | (read if table.readers else set())


def row_policies(wanted: Wanted, table: WantedTable, found: Relation) -> dict[str, str]:
    """Return the row policies that a table needs, by name, as everything after CREATE POLICY … ON ….

    The restrictive one narrows whatever else permits. Without policies of its own before, owner and
    trusted roles keep all rows; row security is forced, so that this is written and not implied.
    """
    if not table.rows or found.kind not in HOLDS_ROW_POLICIES:
        return {}
    owner = name(wanted.owner)
    foreign = any(each.name not in OURS for each in found.policies)
    keep = [found.owner] if foreign else sorted({found.owner, *wanted.trusted})
    return {
        READ: f"AS PERMISSIVE FOR SELECT TO {owner} USING (true)",
        ROWS: f"AS RESTRICTIVE FOR SELECT TO {owner} USING ({text.filters(table.rows, wanted.schema)})",
        TRUSTED: f"AS PERMISSIVE FOR ALL TO {', '.join(map(name, keep))} USING (true) WITH CHECK (true)",
    }


def recreate(relation: str, policy: RowPolicy) -> str:
    kind = "PERMISSIVE" if policy.permissive else "RESTRICTIVE"
    using = f" USING ({policy.using})" if policy.using else ""
    check = f" WITH CHECK ({policy.check})" if policy.check else ""
    roles = ", ".join("PUBLIC" if role == "public" else name(role) for role in policy.roles)
    rest = f"AS {kind} FOR {policy.command} TO {roles}{using}{check}"
    return f"CREATE POLICY {name(policy.name)} ON {relation} {rest}"


def policy_key(found: Relation, policy: str) -> str:
    return f"policy {found.label} {policy}"


def policy_steps(found: Relation, asked: dict[str, str], ledger: Ledger, key: str) -> Iterator[Step]:
    """Yield what makes our policies of a table these; policies that are not ours stay."""
    relation, label = path(found.schema, found.name), f"table {found.label}"
    there = {each.name: each for each in found.policies if each.name in OURS}
    for policy in sorted(there.keys() | asked.keys()):
        old, new = there.get(policy), asked.get(policy)
        if old and new and unchanged(ledger, policy_key(found, policy), new, old.text):
            continue
        drop = f"DROP POLICY {name(policy)} ON {relation}"
        do = ([drop] if old else []) + ([f"CREATE POLICY {name(policy)} ON {relation} {new}"] if new else [])
        undo = ([drop] if new else []) + ([recreate(relation, old)] if old else [])
        before = f"policy {old.text}" if old else ""
        yield Step(label, tuple(do), tuple(undo), before, f"policy {policy} {new}" if new else "", key)


def security_steps(found: Relation, asked: dict[str, str], key: str) -> Iterator[Step]:
    """Yield what switches row security on and forces it; and off again where only our policies used it."""
    others = [each for each in found.policies if each.name not in OURS]
    ours = [each for each in found.policies if each.name in OURS]
    on = bool(asked) or (found.rls and (bool(others) or not ours))
    force = bool(asked) or (found.forced and (bool(others) or not ours))
    yield from _switch(found, "ENABLE", "DISABLE", found.rls, on, key)
    yield from _switch(found, "FORCE", "NO FORCE", found.forced, force, key)


def _switch(found: Relation, on: str, off: str, before: bool, after: bool, key: str) -> Iterator[Step]:
    if before == after:
        return
    relation, word = path(found.schema, found.name), {True: on, False: off}
    do, undo = (f"ALTER TABLE {relation} {word[now]} ROW LEVEL SECURITY" for now in (after, before))
    said, says = (f"row security {SECURITY[word[now]]}" for now in (before, after))
    yield Step(f"table {found.label}", (do,), (undo,), said, says, key)


def view_key(schema: str, view: str) -> str:
    return f"view {schema}.{view}"


def options_text(found: Relation) -> str:
    return f" WITH ({', '.join(found.options)})" if found.options else ""


def view_said(found: Relation) -> str:
    """Return a view as the database keeps it, for the diff and to bring it back."""
    relation = path(found.schema, found.name)
    return f"CREATE VIEW {relation}{options_text(found)} AS\n{found.definition.rstrip(';')}"


def found_text(found: Relation) -> str:
    return f"{found.owner}\n{view_said(found)}"


def drop_view(found: Relation, key: str = "") -> Step:
    """Return the step that drops a view and could bring it back with its owner and its grants."""
    relation = path(found.schema, found.name)
    back = [view_said(found), f"ALTER VIEW {relation} OWNER TO {name(found.owner)}"]
    back += [grant(relation, each) for each in sorted(found.grants) if each.grantee != found.owner]
    gone = [view_said(found), *(said(each) for each in sorted(found.grants) if each.grantee != found.owner)]
    label = view_key(found.schema, found.name)
    return Step(label, (f"DROP VIEW {relation}",), tuple(back), before="\n".join(gone), key=key)


def view_steps(
    wanted: Wanted, table: WantedTable, base: Relation, present: Present, ledger: Ledger
) -> Iterator[Step]:
    """Yield what makes the table's view the masking view that its readers may read, and nobody else."""
    label, relation = view_key(wanted.schema, table.view), path(wanted.schema, table.view)
    asked = text.view(wanted, table, filtered=base.kind not in HOLDS_ROW_POLICIES)
    found = present.relation(wanted.schema, table.view)
    if found and not unchanged(ledger, label, asked, found_text(found)):
        yield drop_view(found, table.key)
        found = None
    if found is None:
        make = (
            asked,
            f"ALTER VIEW {relation} OWNER TO {name(wanted.owner)}",
            f"REVOKE ALL ON {relation} FROM PUBLIC",
        )
        yield Step(label, make, (f"DROP VIEW {relation}",), after=asked, key=table.key)
        found = Relation(wanted.schema, table.view, "view", wanted.owner, ())
    readers = {Grant(role, "SELECT") for role in table.readers}
    yield from grant_steps(found, readers, table.key, "view")


def table_steps(
    wanted: Wanted, table: WantedTable, found: Relation, present: Present, ledger: Ledger
) -> Iterator[Step]:
    """Yield everything about one table, in the order in which it must happen."""
    asked = row_policies(wanted, table, found)
    yield from policy_steps(found, asked, ledger, table.key)
    yield from security_steps(found, asked, table.key)
    yield from grant_steps(found, base_grants(wanted, table, found), table.key, "table")
    if table.readers:
        yield from view_steps(wanted, table, found, present, ledger)
