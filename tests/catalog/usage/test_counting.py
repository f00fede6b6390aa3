"""Whatever a source's counters do between readings, nothing is counted twice and nothing below zero."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.connectors.usage import QueryFacts, UsageReading
from catalog.usage.counting import Last, counted, forgotten, increments

MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
STATEMENTS = ("a", "b", "c")
STEPS = st.one_of(
    st.tuples(st.just("run"), st.sampled_from(STATEMENTS), st.integers(1, 5)),
    st.tuples(st.sampled_from(["reset", "poll", "hide", "show"])),
    st.tuples(st.just("evict"), st.sampled_from(STATEMENTS)),
)


@dataclass
class Server:
    """Counts as pg_stat_statements does; `dated`, as from PostgreSQL 17 on, each tells its beginning."""

    dated: bool
    now: datetime = MORNING
    reset_at: datetime = MORNING
    hidden: bool = False
    counters: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    lost: int = 0  # calls that no reading has seen
    unread: dict[str, int] = field(default_factory=dict)
    ran: int = 0

    def run(self, name: str, number: int) -> None:
        calls, since = self.counters.get(name, (0, self.now))
        self.counters[name] = (calls + number, since)
        self.unread[name] = self.unread.get(name, 0) + number
        self.ran += number

    def evict(self, name: str) -> None:
        self.counters.pop(name, None)
        self.lost += self.unread.pop(name, 0)

    def reset(self) -> None:
        for name in STATEMENTS:
            self.evict(name)
        self.reset_at = self.now

    def reading(self) -> UsageReading:
        facts = tuple(
            QueryFacts("shop", "ann", name, calls, calls * 2.0, calls, name, since if self.dated else None)
            for name, (calls, since) in self.counters.items()
            if not self.hidden
        )
        whole = frozenset() if self.hidden else frozenset({"shop"})
        return UsageReading(self.now, facts, (), whole, self.reset_at, hidden=int(self.hidden))


class Portal:
    """Reads, and remembers as the service does."""

    def __init__(self) -> None:
        self.known: dict = {}
        self.last: Last | None = None
        self.told: list[QueryFacts] = []

    def poll(self, server: Server) -> None:
        reading = server.reading()
        self.told += increments(self.known, self.last, reading)
        for key in forgotten(dict.fromkeys(self.known, "shop"), reading):
            del self.known[key]
        self.known |= {facts.key: counted(facts, reading) for facts in reading.counters}
        self.last = Last(reading.at, reading.whole)
        if not server.hidden:
            server.unread.clear()

    @property
    def calls(self) -> int:
        return sum(each.calls for each in self.told)


def play(server: Server, steps: list) -> Portal:
    portal = Portal()
    for name, *arguments in steps:
        server.now += timedelta(minutes=1)
        if name == "poll":
            portal.poll(server)
        elif name in {"hide", "show"}:
            server.hidden = name == "hide"
        else:
            getattr(server, name)(*arguments)
    server.now += timedelta(minutes=1)
    portal.poll(server)
    assert all(each.calls >= 0 and each.total_ms >= 0 and each.rows >= 0 for each in portal.told)
    return portal


@given(
    st.lists(STEPS, max_size=40).map(
        lambda steps: [each for each in steps if each[0] not in {"hide", "show"}]
    )
)
def test_all_that_was_not_lost_is_counted_where_counters_are_dated(steps):
    server = Server(dated=True)

    portal = play(server, steps)

    assert portal.calls == server.ran - server.lost


@given(st.lists(STEPS, max_size=40), st.booleans())
def test_never_more_is_counted_than_ran(steps, dated):
    server = Server(dated=dated)

    portal = play(server, steps)

    assert portal.calls <= server.ran


@given(
    st.lists(STEPS, max_size=40).map(
        lambda steps: [each for each in steps if each[0] in {"run", "poll", "reset"}]
    )
)
def test_without_dates_a_reset_of_all_loses_no_more_than_the_server_did(steps):
    server = Server(dated=False)

    portal = play(server, steps)

    assert portal.calls == server.ran - server.lost


def test_what_ran_before_the_first_reading_is_known_but_not_counted():
    server = Server(dated=True, now=MORNING - timedelta(days=20))
    server.run("a", 400)
    server.now = MORNING
    server.run("b", 3)
    portal = Portal()

    portal.poll(server)
    server.run("a", 2)
    portal.poll(server)

    assert [(each.key, each.calls) for each in portal.told] == [("a", 0), ("b", 3), ("a", 2)]


@pytest.mark.parametrize("dated", [True, False])
def test_what_becomes_visible_later_is_not_counted_for_the_time_before(dated):
    server = Server(dated=dated, hidden=True)
    portal = Portal()
    portal.poll(server)
    server.now += timedelta(hours=1)
    server.run("a", 5)
    server.now += timedelta(hours=1)
    portal.poll(server)
    server.hidden = False
    portal.poll(server)

    assert portal.calls == 0


def test_without_dates_a_counter_that_fell_began_anew():
    server = Server(dated=False)

    portal = play(server, [("run", "a", 5), ("poll",), ("evict", "a"), ("run", "a", 2)])

    assert portal.calls == 7
