"""Runs of statements become rows: in sets, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from catalog.connectors.usage import QueryFacts
from catalog.sources.models import Source
from catalog.usage.models import QueryAsset, QueryDay, QueryJoin, QueryKind, Runs
from catalog.usage.parsing import DIALECTS, Name, Named, named
from catalog.usage.places import Places
from catalog.usage.text import Statement, read

BATCH = 1000
LONGEST_JOIN = 500  # letters; an index of the database holds no more
# What opens, sets and closes a session; it names nothing that is governed.
SESSION = {
    *("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "SET", "RESET", "SHOW"),
    *("DISCARD", "DEALLOCATE", "EXECUTE", "FETCH", "MOVE", "CLOSE", "LISTEN", "UNLISTEN", "NOTIFY", "USE"),
}


@dataclass
class Tally:
    """What came of a reading: statements, their users, and those not understood, left out or hidden."""

    statements: int = 0
    calls: int = 0
    users: int = 0
    unparsed: int = 0
    left_out: int = 0
    hidden: int = 0


@dataclass
class Seen:
    """One kind of statement among what ran."""

    statement: Statement
    database: str
    first: datetime
    last: datetime | None = None
    runs: dict[tuple[date, str], list[float]] = field(default_factory=dict)

    def add(self, facts: QueryFacts, at: datetime) -> None:
        """Count some runs more."""
        self.first = min(self.first, at)
        if not facts.calls:
            return
        self.last = max(self.last or at, at)
        sums = self.runs.setdefault((at.astimezone(UTC).date(), facts.user), [0, 0.0, 0])
        for place, more in enumerate((facts.calls, facts.total_ms, facts.rows)):
            sums[place] += more


class Store:
    """Keeps what ran at one source. Call it in a transaction."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.dialect = DIALECTS.get(source.kind, "")
        self.named: dict[str, Named] = {}

    @cached_property
    def places(self) -> Places:
        """Read when a name is to be found."""
        return Places(self.source)

    def add(self, ran: Iterable[QueryFacts], at: datetime) -> Tally:
        """Keep these; what has no moment of its own ran `at`. What governs nothing is left out."""
        seen = self.gathered(ran, at)
        known = {row.key: row for row in self.known(seen)}
        unread = [key for key in seen if key not in known or known[key].unresolved]
        self.named = {key: self.names(seen[key].statement) for key in unread}
        governing = {key: each for key, each in seen.items() if key in known or governs(self.named[key])}
        self.write_kinds(governing, known)
        rows = {row.key: row for row in self.known(governing)}
        self.write_links({key: rows[key] for key in governing if key in self.named})
        QueryDay.objects.add(runs_of(governing, rows))
        users = {user for each in governing.values() for _, user in each.runs}
        return Tally(
            statements=sum(bool(each.runs) for each in governing.values()),
            calls=int(sum(sums[0] for each in governing.values() for sums in each.runs.values())),
            users=len(users),
            unparsed=sum(not rows[key].understood for key in governing),
            left_out=len(seen) - len(governing),
        )

    def gathered(self, ran: Iterable[QueryFacts], at: datetime) -> dict[str, Seen]:
        """The kinds of statements, by their keys."""
        texts: dict[tuple[str, str], Statement] = {}
        seen: dict[str, Seen] = {}
        for facts in ran:
            place = (facts.database, facts.statement)
            if place not in texts:
                texts[place] = read(facts.statement, self.dialect, facts.database)
            statement, moment = texts[place], facts.at or at
            seen.setdefault(statement.key, Seen(statement, facts.database, moment)).add(facts, moment)
        return seen

    def known(self, keys: Iterable[str]) -> list[QueryKind]:
        return list(self.source.query_kinds.filter(key__in=list(keys)).defer("text"))

    def names(self, statement: Statement) -> Named:
        """What it names; of one that is too long to be read nothing is known."""
        return Named("", False) if statement.cut else named(statement.parsable, self.dialect)

    def write_kinds(self, seen: dict[str, Seen], known: dict[str, QueryKind]) -> None:
        """Make those that are new, and note of the others when they ran."""
        fresh = [self.kind(key, each) for key, each in seen.items() if key not in known]
        QueryKind.objects.bulk_create(fresh, batch_size=BATCH)
        by_moment: dict[datetime, list[str]] = {}
        for key, each in seen.items():
            if key in known and each.last:
                by_moment.setdefault(each.last, []).append(key)
        for moment, keys in by_moment.items():
            rows = self.source.query_kinds.filter(key__in=keys)
            rows.update(last_seen=Greatest(Coalesce(F("last_seen"), moment), moment))

    def kind(self, key: str, seen: Seen) -> QueryKind:
        """A row that is new."""
        found = self.named[key]
        return QueryKind(
            source=self.source,
            key=key,
            database=seen.database,
            text=seen.statement.shown,
            verb=found.verb[:30],
            understood=found.understood,
            first_seen=seen.first,
            last_seen=seen.last,
        )

    def write_links(self, rows: dict[str, QueryKind]) -> None:
        """Say which assets these name, and how they join them."""
        links: list[QueryAsset] = []
        joins: list[QueryJoin] = []
        for key, row in rows.items():
            found = self.named[key]
            assets = {each: self.places.find(each, row.database) for each in wanted(found) | found.types}
            links += links_of(row, found, assets)
            joins += joins_of(row, found, assets)
            row.unresolved = sum(assets[each] is None for each in wanted(found))
        QueryKind.objects.bulk_update(rows.values(), ["unresolved"], batch_size=BATCH)
        QueryAsset.objects.bulk_create(links, ignore_conflicts=True, batch_size=BATCH)
        QueryJoin.objects.bulk_create(joins, ignore_conflicts=True, batch_size=BATCH)


def wanted(found: Named) -> frozenset[Name]:
    """The tables that should be assets."""
    return frozenset(each for each in found.tables if not each.is_system)


def governs(found: Named) -> bool:
    """Whether it names anything that is governed, or may do so."""
    return bool(wanted(found)) if found.understood else found.verb not in SESSION


def links_of(row: QueryKind, found: Named, assets: dict[Name, int | None]) -> list[QueryAsset]:
    roles = ((QueryAsset.Role.READ, found.reads | found.types), (QueryAsset.Role.WRITE, found.writes))
    pairs = {(assets.get(each), role) for role, names in roles for each in names}
    return [QueryAsset(query=row, asset_id=pk, role=role) for pk, role in pairs if pk is not None]


def joins_of(row: QueryKind, found: Named, assets: dict[Name, int | None]) -> list[QueryJoin]:
    """With the smaller asset to the left, and its columns too."""
    rows = []
    for join in found.joins:
        left, right = assets.get(join.left), assets.get(join.right)
        if left is None or right is None or left == right:
            continue
        columns = [list(pair) if left < right else list(reversed(pair)) for pair in join.columns]
        if sum(len(name) for pair in columns for name in pair) > LONGEST_JOIN:
            continue
        ends = {"left_id": min(left, right), "right_id": max(left, right)}
        rows.append(QueryJoin(query=row, columns=sorted(columns), **ends))
    return rows


def runs_of(seen: dict[str, Seen], rows: dict[str, QueryKind]) -> list[Runs]:
    return [
        Runs(rows[key].pk, day, user[:200], int(calls), total_ms, int(count))
        for key, each in seen.items()
        for (day, user), (calls, total_ms, count) in each.runs.items()
    ]
