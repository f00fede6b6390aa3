"""Runs become rows in sets, and beside other writers."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.connectors.usage import QueryFacts
from catalog.sources.models import Source
from catalog.usage.models import QueryDay, QueryKind
from catalog.usage.ran import redacted, restored, stored
from catalog.usage.storing import Store
from tests.build import make_asset

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make_lake(*titles):
    lake = Source.objects.create(name="Lake", kind="duckdb", namespace="file://lake")
    for title in titles:
        facts = {"database": "lake", "schema": "main", "title": title}
        make_asset(f"lake.main.{title}", namespace="file://lake", source=lake, facts=facts)
    return lake


def runs(statements, *, at=NOW, minutes=0):
    """One run of each, so many minutes after each other."""
    return [
        QueryFacts("lake", "ann", statement, 1, 2.0, 3, at=at + timedelta(minutes=minutes * place))
        for place, statement in enumerate(statements)
    ]


@transaction.atomic
def keep(lake, told):
    store = Store(lake)
    store.read(redacted(told, store.dialect), NOW)
    return store.write()


@pytest.mark.django_db
def test_however_many_moments_there_are_it_is_as_many_statements():
    lake = make_lake("orders")
    counts = []
    for number in (3, 300):
        told = runs([f"SELECT c{at} FROM orders" for at in range(number)], minutes=1)
        keep(lake, told)
        with CaptureQueriesContext(connection) as queries:
            keep(lake, told)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_when_it_ran_last_does_not_go_back():
    lake = make_lake("orders")
    for hours in (5, 1, 3):
        keep(lake, runs(["SELECT * FROM orders"], at=NOW + timedelta(hours=hours)))

    assert QueryKind.objects.get().last_seen == NOW + timedelta(hours=5)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["orders", "ORDERS", "Orders", "main.orders", '"lake"."main"."orders"'])
def test_a_name_is_found_however_it_is_written(written):
    lake = make_lake("orders", "order", "orders2")

    keep(lake, runs([f"SELECT * FROM {written}"]))

    assert [link.asset.title for link in QueryKind.objects.get().links.all()] == ["orders"]


@pytest.mark.django_db
def test_only_tables_that_are_named_are_looked_up():
    lake = make_lake("orders", *(f"other{at}" for at in range(20)))

    with CaptureQueriesContext(connection) as queries:
        keep(lake, runs(["SELECT * FROM orders"]))

    (looked,) = [each["sql"] for each in queries if 'FROM "catalog_asset"' in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(looked)
        assert len(cursor.fetchall()) == 1


def test_several_writers_at_once_lose_nothing(transactional_db):
    lake = make_lake("orders")
    statements = [f"SELECT c{at} FROM orders" for at in range(30)]

    def write(seed):
        mixed = random.Random(seed).sample(statements, len(statements))
        try:
            for _ in range(3):
                keep(lake, runs(mixed, at=NOW + timedelta(minutes=seed)))
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(write, range(4)))

    assert ends == ["done"] * 4
    assert set(QueryDay.objects.values_list("calls", flat=True)) == {12}
    assert set(QueryKind.objects.values_list("last_seen", flat=True)) == {NOW + timedelta(minutes=3)}
    assert QueryKind.objects.count() == len(statements)


def test_what_waits_as_json_comes_back():
    told = [*runs(["SELECT 1 FROM a", "SELECT 2 FROM a", "SELECT 'x' FROM b"], minutes=1)]
    ran = redacted(told, "duckdb")

    assert restored(stored(ran)) == ran
    assert len(stored(ran)["statements"]) == 2
