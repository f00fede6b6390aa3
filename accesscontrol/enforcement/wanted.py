"""What a governed database should allow: policies, tags and mapped roles -> values. Knows no Django.

A database cannot ask the portal at the moment of a query. Whatever a policy needs to know beyond
the member and the table (the hour, the network, a purpose) is therefore unknown here: it permits
nothing, and still forbids.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accesscontrol.enforcement.masking import UNMASK, Mask, mask_for
from accesscontrol.policy.rules import RuleSet

Values = Mapping[str, Any]
Duty = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column as the catalog knows it."""

    name: str
    data_type: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class RowRule:
    """A row is shown to whom the entitlement table gives the row's own `column` as a value of `attribute`."""

    column: str
    attribute: str


@dataclass(frozen=True)
class Table:
    """A governed table: `key` is the portal's name of it, `resource` what policies read of it."""

    key: str
    schema: str
    name: str
    columns: tuple[Column, ...]
    resource: Values = field(default_factory=dict, hash=False)
    rows: tuple[RowRule, ...] = ()
    kind: str = "table"


@dataclass(frozen=True)
class Subject:
    """A role of the database and what is known of those who hold it.

    Every one of the `members` must be permitted. `unmask` are the tags whose clear values they may
    see, `entitlements` the values of their attributes, by attribute.
    """

    role: str
    members: tuple[Values, ...] = field(hash=False)
    unmask: frozenset[str] = frozenset()
    entitlements: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Verdict:
    """Whether the holders of `role` may read the table, why, and which tags are masked for them anyhow."""

    role: str
    table: str
    allowed: bool
    reason: str
    forced: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class WantedColumn:
    """A column of a view; without a mask everybody who reads the view sees it clear."""

    name: str
    data_type: str
    mask: Mask | None = None


@dataclass(frozen=True)
class WantedTable:
    """One governed table and its view."""

    key: str
    schema: str
    name: str
    kind: str
    view: str
    columns: tuple[WantedColumn, ...]
    readers: tuple[str, ...]
    rows: tuple[RowRule, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What one database should allow, whatever its engine. All tuples are sorted.

    `owner` owns the views, `trusted` roles keep their own access to the tables, `roles` are the
    mapped ones, `unmask` is (unmasking role, who holds it).
    """

    schema: str
    owner: str
    trusted: tuple[str, ...]
    tables: tuple[WantedTable, ...]
    roles: tuple[str, ...]
    unmask_roles: tuple[str, ...]
    unmask: tuple[tuple[str, str], ...]
    entitlements: tuple[tuple[str, str, str], ...]
    verdicts: tuple[Verdict, ...] = ()


def without_clock(rules: RuleSet, now: datetime) -> RuleSet:
    """Return the rules in force at `now`, for good: a grant in a database does not look at the clock."""
    return RuleSet(
        replace(each.rule, valid_from=None, valid_until=None)
        for each in rules.compiled
        if each.rule.in_force(now)
    )


def verdict(rules: RuleSet, subject: Subject, table: Table) -> Verdict:
    """Return whether all members of the subject may view the table; `rules` have no clock."""
    forced: set[tuple[str, str | None]] = set()
    reason = "permitted"
    for member in subject.members:
        situation = {"user": member, "resource": table.resource, "env": {}}
        decision = rules.decide("asset", "view", situation)
        if not decision.allowed:
            because = f": {', '.join(decision.policies)}" if decision.policies else ""
            return Verdict(subject.role, table.key, False, f"{decision.reason}{because}")
        unable = [str(duty.get("type")) for duty in decision.obligations if not _is_mask(duty)]
        if unable:
            return Verdict(subject.role, table.key, False, f"a database cannot do: {', '.join(unable)}")
        forced |= _forced(decision.obligations)
        reason = f"permitted: {', '.join(decision.policies)}"
    return Verdict(subject.role, table.key, bool(subject.members), reason, tuple(sorted(forced, key=str)))


def _is_mask(duty: Duty) -> bool:
    """Only masks can be done in a database. Whoever meets a duty they cannot do must refuse (AuthZEN)."""
    properties = duty.get("properties") or {}
    return duty.get("type") == "custom" and properties.get("action") == "mask" and bool(_tags(properties))


def _tags(properties: Values) -> list[str]:
    tags = properties.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _forced(duties: Iterable[Duty]) -> set[tuple[str, str | None]]:
    asked = [duty["properties"] for duty in duties]
    return {
        (tag, str(each["method"]) if each.get("method") else None) for each in asked for tag in _tags(each)
    }


def wanted(
    *,
    rules: RuleSet,
    now: datetime,
    subjects: Iterable[Subject],
    tables: Iterable[Table],
    schema: str,
    owner: str,
    trusted: Iterable[str] = (),
    prefix: str = UNMASK,
) -> Wanted:
    """Return what the database should allow, with the verdicts it follows from."""
    lasting, people = without_clock(rules, now), sorted(subjects, key=lambda each: each.role)
    known = sorted(tables, key=lambda each: (each.schema, each.name))
    verdicts = [verdict(lasting, subject, table) for table in known for subject in people]
    shown = tuple(_tables(known, verdicts, prefix))
    masked = {
        role for table in shown for column in table.columns if column.mask for role in column.mask.unless
    }
    return Wanted(
        schema=schema,
        owner=owner,
        trusted=tuple(sorted(set(trusted))),
        tables=shown,
        roles=tuple(sorted({each.role for each in people})),
        unmask_roles=tuple(sorted(masked)),
        unmask=tuple(sorted(_unmasked(people, verdicts, masked, prefix))),
        entitlements=tuple(sorted(_entitlements(people, known))),
        verdicts=tuple(verdicts),
    )


def _views(tables: list[Table]) -> dict[str, str]:
    """Return the view's name by table: the table's own, or with its schema where two share one."""
    shared = Counter(table.name for table in tables)
    return {
        table.key: table.name if shared[table.name] == 1 else f"{table.schema}.{table.name}"
        for table in tables
    }


def _tables(tables: list[Table], verdicts: list[Verdict], prefix: str) -> Iterable[WantedTable]:
    views = _views(tables)
    for table in tables:
        about = [each for each in verdicts if each.table == table.key]
        refused = {each.role for each in about if not each.allowed}
        forced = [pair for each in about if each.allowed for pair in each.forced]
        yield WantedTable(
            key=table.key,
            schema=table.schema,
            name=table.name,
            kind=table.kind,
            view=views[table.key],
            columns=tuple(
                WantedColumn(each.name, each.data_type, mask_for(each.tags, each.data_type, forced, prefix))
                for each in table.columns
            ),
            readers=tuple(sorted({each.role for each in about if each.allowed} - refused)),
            rows=tuple(sorted(table.rows)),
        )


def _unmasked(
    subjects: list[Subject], verdicts: list[Verdict], roles: set[str], prefix: str
) -> Iterable[tuple[str, str]]:
    """Yield who holds which unmasking role: as mapped, unless a policy that permits them obliges to mask."""
    obliged = {(prefix + tag, each.role) for each in verdicts if each.allowed for tag, _ in each.forced}
    for subject in subjects:
        for tag in subject.unmask:
            pair = (prefix + tag, subject.role)
            if pair[0] in roles and pair not in obliged:
                yield pair


def _entitlements(subjects: list[Subject], tables: list[Table]) -> set[tuple[str, str, str]]:
    used = {rule.attribute for table in tables for rule in table.rows}
    return {
        (subject.role, attribute, value)
        for subject in subjects
        for attribute, values in subject.entitlements.items()
        if attribute in used
        for value in values
    }
