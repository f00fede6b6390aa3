"""Runs of statements become rows: in sets, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from catalog.connectors.protocol import Progress, quiet
from catalog.sources.models import Source
from catalog.usage.models import QueryAsset, QueryDay, QueryJoin, QueryKind, QueryKindQuerySet, Runs
from catalog.usage.parsing import DIALECTS, Name, Named, named
from catalog.usage.places import Places
from catalog.usage.ran import Ran
from catalog.usage.text import Statement

BATCH = 1000
TELL_EVERY = 20  # statements
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

    def add(self, ran: Ran, at: datetime) -> None:
        """Count some runs more."""
        self.first = min(self.first, at)
        if not ran.calls:
            return
        self.last = max(self.last or at, at)
        sums = self.runs.setdefault((at.astimezone(UTC).date(), ran.user), [0, 0.0, 0])
        for place, more in enumerate((ran.calls, ran.total_ms, ran.rows)):
            sums[place] += more


class Store:
    """Keeps what ran at one source: `read` understands it, which takes time, and `write` stores it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.dialect = DIALECTS.get(source.kind, "")
        self.seen: dict[str, Seen] = {}
        self.named: dict[str, Named] = {}

    def read(self, ran: Iterable[Ran], at: datetime, progress: Progress = quiet) -> None:
        """Gather these; what has no moment of its own ran `at`. Statements that are known are not read."""
        for each in ran:
            moment, statement = each.at or at, each.statement
            self.seen.setdefault(statement.key, Seen(statement, each.database, moment)).add(each, moment)
        known = dict(self._rows(self.seen).values_list("key", "unresolved"))
        unread = [key for key in self.seen if key not in known or known[key]]
        for done, key in enumerate(unread):
            if done % TELL_EVERY == 0:
                progress(done, len(unread), f"Statements read: {done:,} of {len(unread):,}.")
            self.named[key] = self._names(key)

    def write(self) -> Tally:
        """Store what was read; what governs nothing is left out. Call it in a transaction."""
        stored = self._rows(self.seen).select_for_update(no_key=True).order_by("key")
        known = set(stored.values_list("key", flat=True))
        for key in self.seen.keys() - known - self.named.keys():  # it was deleted meanwhile
            self.named[key] = self._names(key)
        governing = {key: each for key, each in self.seen.items() if key in known or governs(self.named[key])}
        QueryKind.objects.note([self._kind(key, each) for key, each in sorted(governing.items())])
        rows = {row.key: row for row in self._rows(governing).defer("text")}
        self._write_links({key: rows[key] for key in governing if key in self.named})
        QueryDay.objects.add(runs_of(governing, rows))
        return self._tally(governing, rows)

    def _tally(self, governing: Mapping[str, Seen], rows: Mapping[str, QueryKind]) -> Tally:
        users = {user for each in governing.values() for _, user in each.runs}
        return Tally(
            statements=sum(bool(each.runs) for each in governing.values()),
            calls=int(sum(sums[0] for each in governing.values() for sums in each.runs.values())),
            users=len(users),
            unparsed=sum(not rows[key].understood for key in governing),
            left_out=len(self.seen) - len(governing),
        )

    def _rows(self, keys: Iterable[str]) -> QueryKindQuerySet:
        return QueryKind.objects.filter(source=self.source, key__in=list(keys))

    def _names(self, key: str) -> Named:
        """What a statement names; of one that is too long to be read nothing is known."""
        statement = self.seen[key].statement
        return Named("", False) if statement.cut else named(statement.parsable, self.dialect)

    def _kind(self, key: str, seen: Seen) -> QueryKind:
        """Its row; of one that is known only the moment is new."""
        found = self.named.get(key, Named("", False))
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

    def _write_links(self, rows: Mapping[str, QueryKind]) -> None:
        """Say which assets these name, and how they join them."""
        links: list[QueryAsset] = []
        joins: list[QueryJoin] = []
        names = {each for key in rows for each in wanted(self.named[key]) | self.named[key].types}
        places = Places(self.source, names)
        for key, row in rows.items():
            found = self.named[key]
            assets = {each: places.find(each, row.database) for each in wanted(found) | found.types}
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
