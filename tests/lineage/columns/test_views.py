"""After a harvest the views of a source are drawn as their definitions say, and closed when they change."""

from uuid import uuid4

import pytest

from accesscontrol.audit.services import announce
from catalog.assets.models import Asset
from catalog.harvest.facts import SourceHarvested
from catalog.sources.models import Source
from lineage.columns.services import draw_view_lineage
from lineage.graph.models import ColumnEdge, Edge
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset
from tests.catalog.scratch import harvest, make_source, scratch_database

NAMESPACE = "postgres://shop:5432"


@pytest.fixture
def source(db):
    return Source.objects.create(name="shop", kind="postgresql", namespace=NAMESPACE)


def harvested(source, name, columns, sql="", depends_on=(), **attributes):
    """A table, or with SQL a view, as a harvest leaves it."""
    database, schema, title = name.split(".")
    facts = {"database": database, "schema": schema, "title": title}
    if sql:
        facts |= {"view_sql": sql, "depends_on": [f"shop.{each}" for each in depends_on]}
    kind = "view" if sql else "table"
    return make_asset(name, columns, kind=kind, namespace=NAMESPACE, source=source, facts=facts, **attributes)


@pytest.fixture
def shop(source):
    """Orders, customers, and a view of each customer's sum."""
    harvested(source, "shop.public.orders", "id customer price")
    harvested(source, "shop.public.customers", "id name")
    return harvested(
        source,
        "shop.public.spent",
        "name total",
        """SELECT c.name, sum(o.price) AS total FROM public.customers c
           JOIN public.orders o ON o.customer = c.id GROUP BY c.name""",
        ["public.customers", "public.orders"],
    )


def drawn():
    return sorted(
        (edge.source.title, edge.target.title, edge.kind)
        for edge in Edge.objects.open().select_related("source", "target")
    )


def columns():
    rows = ColumnEdge.objects.open().filter(transformation="DIRECT")
    return sorted(rows.values_list("source__asset__name", "source__name", "target__name", "subtype"))


def test_a_view_is_drawn_from_what_it_reads_with_its_columns(source, shop):
    tally = draw_view_lineage(source=source, actor="alice")

    assert (tally.views, tally.drawn, tally.closed, tally.puzzles) == (1, 2, 0, {})
    assert drawn() == [("customers", "spent", "view"), ("orders", "spent", "view")]
    assert columns() == [
        ("shop.public.customers", "name", "name", "IDENTITY"),
        ("shop.public.orders", "price", "total", "AGGREGATION"),
    ]


def test_reading_again_changes_nothing(source, shop):
    draw_view_lineage(source=source, actor="alice")

    tally = draw_view_lineage(source=source, actor="alice")

    assert (tally.drawn, tally.closed, Edge.objects.count(), len(columns())) == (0, 0, 2, 2)


def test_what_a_view_reads_no_more_is_closed(source, shop):
    draw_view_lineage(source=source, actor="alice")
    shop.facts |= {
        "view_sql": "SELECT name, 0 AS total FROM public.customers",
        "depends_on": ["shop.public.customers"],
    }
    shop.save()

    tally = draw_view_lineage(source=source, actor="alice")

    assert (tally.drawn, tally.closed) == (0, 1)
    assert drawn() == [("customers", "spent", "view")]
    assert columns() == [("shop.public.customers", "name", "name", "IDENTITY")]
    assert Edge.objects.count() == 2


def test_a_view_that_became_a_table_has_no_view_edges_any_more(source, shop):
    draw_view_lineage(source=source, actor="alice")
    Asset.objects.filter(pk=shop.pk).update(
        kind="table", facts={**shop.facts, "view_sql": "", "depends_on": []}
    )

    assert draw_view_lineage(source=source, actor="alice").closed == 2
    assert drawn() == []


def test_views_of_views_and_of_other_schemas(source, shop):
    harvested(source, "shop.mart.top", "name", "SELECT name FROM public.spent", ["public.spent"])

    draw_view_lineage(source=source, actor="alice")

    assert ("spent", "top", "view") in drawn()


def test_without_the_servers_word_the_sql_decides(source, shop):
    shop.facts.pop("depends_on")
    shop.save()

    draw_view_lineage(source=source, actor="alice")

    assert drawn() == [("customers", "spent", "view"), ("orders", "spent", "view")]


def test_sql_that_nobody_understands_is_told_and_still_drawn(source, shop):
    shop.facts["view_sql"] = "SELECT FROM WHERE (((("
    shop.save()

    tally = draw_view_lineage(source=source, actor="alice")

    assert (list(tally.puzzles.values()), "spent" in str(tally.puzzles)) == ([1], False)
    assert drawn() == [("customers", "spent", "view"), ("orders", "spent", "view")]


def test_what_a_view_reads_elsewhere_is_left_out(source, shop):
    shop.facts["depends_on"] = ["shop.secret.unknown", "shop.public.orders"]
    shop.save()

    draw_view_lineage(source=source, actor="alice")

    assert drawn() == [("orders", "spent", "view")]


def test_edges_of_jobs_are_left_alone(source, shop):
    from tests.lineage.graph.graphs import draw

    job = make_asset("load", kind="job")
    draw((Asset.objects.get(name="shop.public.orders"), shop, job))

    draw_view_lineage(source=source, actor="alice")

    assert [kind for *_, kind in drawn()] == ["view", "job", "view"]


def test_a_thousand_views_take_as_many_queries_as_one(source, shop, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(20) as context:
            draw_view_lineage(source=source, actor="alice")
        return len(context)

    one = cost()
    for number in range(30):
        name = f"v{number}"
        harvested(source, f"shop.public.{name}", "id", "SELECT id FROM public.orders", ["public.orders"])
    draw_view_lineage(source=source, actor="alice")

    assert cost() <= one


def harvest_is_over(source):
    announce(
        SourceHarvested(
            subject=str(source.code),
            actor="alice",
            harvest=str(uuid4()),
            created=1,
            changed=0,
            returned=0,
            missing=0,
            removed=0,
            databases=["shop"],
            accepted=False,
        )
    )


def test_a_harvest_leads_to_a_job_that_draws_the_views(source, shop):
    harvest_is_over(source)

    job = Job.objects.get(kind="lineage.views")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.actor, job.state, job.message) == (
        "alice",
        "succeeded",
        "1 views: 2 new links, 0 closed.",
    )
    assert len(drawn()) == 2


def test_a_source_without_views_leads_to_no_job(source):
    harvested(source, "shop.public.orders", "id")

    harvest_is_over(source)

    assert not Job.objects.filter(kind="lineage.views").exists()


def test_a_real_database_is_harvested_and_its_views_drawn(db, django_capture_on_commit_callbacks):
    with scratch_database() as scratch:
        scratch.run(
            'CREATE TABLE "Orders" (id int, "Price" numeric, customer int)',
            "CREATE TABLE customers (id int, name text)",
            """CREATE VIEW spent AS SELECT c.name, sum(o."Price") AS total
                 FROM customers c JOIN "Orders" o ON o.customer = c.id GROUP BY c.name""",
            "CREATE MATERIALIZED VIEW top AS SELECT * FROM spent WHERE total > 100",
        )
        with django_capture_on_commit_callbacks(execute=True):
            harvest(make_source(scratch))
        run_job(job_id=Job.objects.get(kind="lineage.views").pk)

        assert drawn() == [
            ("Orders", "spent", "view"),
            ("customers", "spent", "view"),
            ("spent", "top", "view"),
        ]
        assert [(name, target) for _, name, target, _ in columns()] == [
            ("Price", "total"),
            ("name", "name"),
            ("name", "name"),
            ("total", "total"),
        ]

        scratch.run(
            "DROP MATERIALIZED VIEW top",
            "CREATE OR REPLACE VIEW spent AS SELECT name, 0.0 AS total FROM customers",
        )
        with django_capture_on_commit_callbacks(execute=True):
            harvest(Source.objects.get(name="Shop"))
        run_job(job_id=Job.objects.filter(kind="lineage.views").latest("pk").pk)

        assert ("Orders", "spent", "view") not in drawn()
        assert ("customers", "spent", "view") in drawn()
