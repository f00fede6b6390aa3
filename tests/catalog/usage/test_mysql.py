"""What ran at a real MariaDB: as its performance schema counts it, or as its logs tell."""

import time

import pytest

from catalog.assets.models import Asset
from catalog.sources.services import save_source
from catalog.usage.models import QueryDay, QueryJoin, QueryKind, UsageFeed
from tests.catalog.scratch import harvest
from tests.catalog.usage.counting_server import read
from tests.catalog.usage.my_server import my_counting

pytestmark = pytest.mark.django_db
JOINED = "SELECT * FROM orders o JOIN customer c ON c.id = o.customer_id WHERE c.id IN (1, 2, 3)"


@pytest.fixture
def counting(db):
    with my_counting() as made:
        yield made


@pytest.fixture
def logging(db):
    with my_counting("--performance-schema=OFF") as made:
        yield made


def source_of(shop):
    source = save_source(actor="tests", name="Shop", kind="mysql", settings=shop.settings(), secret="pw")
    harvest(source)
    return source


def calls(text: str) -> int:
    return sum(QueryDay.objects.filter(query__text__contains=text).values_list("calls", flat=True))


def read_until(source, text: str, number: int) -> None:
    """A log's rows settle after a moment: read until they are there."""
    until = time.monotonic() + 60
    while calls(text) < number and time.monotonic() < until:
        read(source)
        time.sleep(0.2)
    assert calls(text) == number


def test_digests_are_counted_and_only_what_ran_since(counting):
    source = source_of(counting)
    counting.run(
        JOINED,
        JOINED.replace("2", "9"),
        "SELECT id FROM customer",
    )

    job = read(source)
    read(source)

    assert job.result["counting"] is True
    assert calls("JOIN") == 2
    join = QueryJoin.objects.get()
    assert {join.left.title, join.right.title} == {"orders", "customer"}
    counting.run(JOINED)
    read(source)
    assert calls("JOIN") == 3
    counting.ask("TRUNCATE performance_schema.events_statements_summary_by_digest")
    counting.run(JOINED, JOINED)  # fewer than before: the server tells beginnings in whole seconds
    read(source)
    assert calls("JOIN") == 5
    assert "IN (?" in QueryKind.objects.get(text__contains="JOIN").text


@pytest.mark.parametrize("log", ["general_log", "slow_query_log"])
def test_a_log_in_a_table_is_read_from_where_it_was_left(logging, log):
    source = source_of(logging)
    logging.ask(f"SET GLOBAL {log} = ON")
    logging.run(JOINED, "SELECT 'kx7secret' FROM orders")
    read_until(source, "JOIN", 1)
    read(source)
    logging.run(JOINED)

    read_until(source, "JOIN", 2)

    assert {row.user_name for row in QueryDay.objects.all()} == {logging.ann}
    assert QueryKind.objects.get(text__contains="JOIN").links.count() == 2
    assert not QueryKind.objects.filter(text__contains="kx7secret").exists()


def test_a_server_that_does_neither_says_what_would_help(logging):
    source = source_of(logging)

    assert read(source).result["counting"] is False
    assert "slow_query_log" in UsageFeed.objects.get().remedy
    assert Asset.objects.filter(facts__title="orders").exists()


def test_an_account_that_may_not_look_is_told_the_grant(counting):
    source = source_of(counting)
    counting.ask(
        f"REVOKE SELECT ON *.* FROM {counting.portal}@'%'",
        f"GRANT SELECT ON {counting.name}.* TO {counting.portal}@'%'",
    )

    assert read(source).result["counting"] is False
    feed = UsageFeed.objects.get()
    assert f"GRANT SELECT ON performance_schema.* TO '{counting.portal}'@'%';" in feed.remedy
    counting.ask(*feed.remedy.strip(";").split("; "))
    assert read(source).result["counting"] is True
