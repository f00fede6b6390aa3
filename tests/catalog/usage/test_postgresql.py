"""What ran at a real PostgreSQL, as pg_stat_statements counts it."""

import pytest
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.usage.models import QueryDay, QueryKind, UsageFeed
from catalog.usage.tasks import READ, read_all
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.catalog.scratch import harvest
from tests.catalog.usage.counting_server import read

pytestmark = pytest.mark.django_db
BY_ID = "SELECT email FROM customer WHERE id = 7"
THROWN_OUT = """SELECT pg_stat_statements_reset(0, 0, queryid) FROM pg_stat_statements
                WHERE query LIKE '%FROM customer WHERE id%'"""
JOINED = "SELECT o.total FROM orders o JOIN customer c ON c.id = o.customer_id WHERE c.email = 'lena@x.io'"


def calls(text: str = "") -> dict[str, int]:
    """How often each user ran the statements that hold `text`, without the marks of their names."""
    found: dict[str, int] = {}
    for row in QueryDay.objects.filter(query__text__contains=text):
        name = row.user_name.partition("_")[0]
        found[name] = found.get(name, 0) + row.calls
    return found


def usage(client, title: str) -> dict:
    code = Asset.objects.get(facts__title=title).code
    return client.get(reverse("api-asset-usage", args=[code])).json()


def test_who_ran_what_how_often_and_with_what_it_was_joined(shop, signed_in, ana):
    source = shop.harvested()
    shop.run(shop.ann, BY_ID, times=3)
    shop.run(shop.bob, BY_ID.replace("7", "8"), JOINED, "INSERT INTO customer VALUES (1, 'secret@x.io')")

    job = read(source)

    assert job.result["statements"] >= 3
    assert job.result["hidden"] == 0
    assert "secret" not in str(list(QueryKind.objects.values_list("text", flat=True)))
    found = usage(signed_in(ana), "customer")
    told = {each["text"]: each for each in found["queries"]}
    assert told["SELECT email FROM customer WHERE id = ?"]["calls"] == 4
    assert told["SELECT email FROM customer WHERE id = ?"]["mean_ms"] > 0
    assert told["INSERT INTO customer VALUES (?, …)"]["writes"] is True
    assert [(each["name"].rpartition(".")[2], each["columns"], each["calls"]) for each in found["joins"]] == [
        ("orders", [["id", "customer_id"]], 1)
    ]
    assert {each["name"]: each["calls"] for each in found["users"]}[shop.ann] == 3
    assert found["days"][-1]["calls"] == found["calls"]


def test_a_second_reading_counts_only_what_ran_since(shop):
    source = shop.harvested()
    shop.run(shop.ann, BY_ID, times=2)
    read(source)
    read(source)
    assert calls("FROM customer WHERE id") == {"ann": 2}

    shop.run(shop.ann, BY_ID)
    shop.run("postgres", "SELECT pg_stat_statements_reset()")
    shop.run(shop.ann, BY_ID, times=5)
    read(source)
    read(source)

    assert calls("FROM customer WHERE id") == {"ann": 7}  # the server forgot one before it was read


def test_a_statement_that_was_thrown_out_and_returned_is_counted_once(shop):
    source = shop.harvested()
    shop.run(shop.ann, BY_ID, times=4)
    read(source)
    shop.run("postgres", THROWN_OUT)
    read(source)
    shop.run(shop.ann, BY_ID, times=6)
    read(source)

    assert calls("FROM customer WHERE id") == {"ann": 10}


def test_what_the_portal_and_the_catalogs_did_is_left_out(shop):
    source = shop.harvested()
    shop.run(shop.portal, BY_ID)
    shop.run(shop.ann, "SELECT count(*) FROM pg_catalog.pg_class", "BEGIN", "SELECT 1")

    job = read(source)

    assert calls("FROM customer") == calls("pg_class") == calls("BEGIN") == {}
    assert job.result["left_out"] >= 3


def test_statements_that_our_account_may_not_see_are_counted_and_told(shop, signed_in, ana):
    shop.see_all("REVOKE", "FROM")
    source = shop.harvested()
    shop.run(shop.ann, BY_ID, times=2)
    hidden = read(source)
    assert hidden.result["hidden"] > 0
    assert "hidden from us" in hidden.message
    assert calls() == {}

    shop.see_all("GRANT", "TO")
    read(source)
    assert calls("FROM customer WHERE id") == {}  # when that ran is not known
    shop.run(shop.ann, BY_ID, times=3)
    shop.see_all("REVOKE", "FROM")
    read(source)
    shop.see_all("GRANT", "TO")
    read(source)
    assert calls("FROM customer WHERE id") == {"ann": 3}


def test_a_server_that_does_not_count_says_how_to_switch_it_on(shop, signed_in, ana):
    shop.run("postgres", "DROP EXTENSION pg_stat_statements")
    source = shop.harvested()

    job = read(source)

    assert (job.state, job.result["counting"]) == ("succeeded", False)
    table = Asset.objects.get(facts__title="customer")
    page = signed_in(ana).get(reverse("catalog:usage-panel", args=[table.code])).content.decode()
    assert "CREATE EXTENSION pg_stat_statements;" in page
    shop.run("postgres", "CREATE EXTENSION pg_stat_statements SCHEMA hr")
    assert read(source).result["counting"] is True
    assert UsageFeed.objects.get().error == ""


def test_a_harvest_asks_for_a_reading_that_cannot_harm_it(shop, django_capture_on_commit_callbacks):
    source = shop.source()
    with django_capture_on_commit_callbacks(execute=True):
        assert harvest(source).state == "succeeded"
    job = Job.objects.get(kind=READ)
    source.settings["port"] = 1
    source.save()

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == "failed"
    assert UsageFeed.objects.get().error == job.message
    assert read_all() == 1
