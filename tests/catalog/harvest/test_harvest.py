"""What a harvest brings into the catalog, and what it leaves alone."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field, ForeignKey
from catalog.assets.services import change_asset, change_field
from catalog.domains.services import save_domain
from tests.catalog.scratch import harvest, make_source

pytestmark = pytest.mark.django_db

SHOP = (
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, born date DEFAULT now())",
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int CONSTRAINT buyer REFERENCES customer)",
    "CREATE VIEW buyers AS SELECT c.email FROM customer c JOIN orders o ON o.customer_id = c.id",
    "COMMENT ON TABLE customer IS 'Whoever bought something'",
    "COMMENT ON COLUMN customer.email IS 'As given at the till'",
)


def names(**where: object) -> set[str]:
    return set(Asset.objects.filter(**where).values_list("name", flat=True))


def events(asset: Asset) -> list[str]:
    return list(asset.versions.order_by("number").values_list("event", flat=True))


def facts(action: str) -> list[dict[str, object]]:
    return [json.loads(entry.body)["details"] for entry in Entry.objects.filter(action=action).order_by("id")]


def test_a_database_becomes_assets_of_every_kind(scratch_db):
    scratch_db.run(*SHOP)

    job = harvest(make_source(scratch_db))

    assert (job.state, job.message) == ("succeeded", "Assets: 5 created.")
    d = scratch_db.name
    assert names(kind="database") == {d}
    assert names(kind="schema") == {f"{d}.public"}
    assert names(kind="table") == {f"{d}.public.customer", f"{d}.public.orders"}
    assert names(kind="view") == {f"{d}.public.buyers"}
    assert set(Asset.objects.values_list("namespace", flat=True)) == {"postgres://sources.test:5432"}


def test_a_table_carries_what_the_source_says_of_it(scratch_db):
    scratch_db.run(*SHOP, "ANALYZE")

    harvest(make_source(scratch_db))

    customer = Asset.objects.get(name__endswith=".customer")
    assert customer.title == "customer"
    assert customer.container == f"{scratch_db.name}.public"
    assert customer.said == "Whoever bought something"
    assert customer.facts["primary_key"] == ["id"]
    assert customer.row_estimate == 0
    assert customer.size_bytes > 0
    assert customer.parent.parent.name == scratch_db.name
    columns = customer.fields.values_list(
        "name", "data_type", "position", "nullable", "required", "is_key", "harvested_description"
    )
    assert list(columns) == [
        ("id", "integer", 1, False, True, True, ""),
        ("email", "text", 2, False, True, False, "As given at the till"),
        ("born", "date", 3, True, False, False, ""),
    ]


def test_a_foreign_key_points_at_an_asset(scratch_db):
    scratch_db.run(*SHOP)

    harvest(make_source(scratch_db))

    key = ForeignKey.objects.get()
    assert (key.name, key.asset.title, key.columns) == ("buyer", "orders", ["customer_id"])
    assert (key.target.title, key.target_columns) == ("customer", ["id"])


def test_a_view_knows_its_sql_and_what_it_reads(scratch_db):
    scratch_db.run(*SHOP)

    harvest(make_source(scratch_db))

    view = Asset.objects.get(kind="view")
    assert "JOIN public.orders o" in view.facts["view_sql"]
    assert view.facts["depends_on"] == [f"{scratch_db.name}.public.{name}" for name in ("customer", "orders")]


def test_new_assets_take_the_domain_and_the_location_of_their_source(scratch_db):
    scratch_db.run(*SHOP)
    sales = save_domain(actor="tests", slug="sales", name="Sales")

    harvest(make_source(scratch_db, domain=sales, location="eu"))

    assert set(Asset.objects.values_list("domain__slug", "location")) == {("sales", "eu")}


def test_a_second_harvest_writes_nothing_but_that_it_looked(scratch_db):
    scratch_db.run(*SHOP)
    source = make_source(scratch_db)
    harvest(source)
    before = list(Asset.objects.order_by("pk").values())

    with CaptureQueriesContext(connection) as queries:
        job = harvest(source, thorough=True)

    assert job.message == "Assets: nothing changed."
    after = list(Asset.objects.order_by("pk").values())
    for row in [*before, *after]:
        del row["seen_at"]
    assert after == before
    writes = [q["sql"] for q in queries if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    ours = [sql for sql in writes if '"catalog_asset"' in sql or '"catalog_field"' in sql]
    assert [sql.split(" WHERE ")[0].split("=")[0] for sql in ours] == [
        'UPDATE "catalog_asset" SET "seen_at" '
    ] * 3
    assert [
        (f["created"], f["changed"], f["removed"], f["returned"]) for f in facts("harvest.source_harvested")
    ] == [
        (5, 0, 0, 0),
        (0, 0, 0, 0),
    ]


def test_a_changed_table_is_brought_up_to_date(scratch_db):
    scratch_db.run(*SHOP[:2])
    source = make_source(scratch_db)
    harvest(source)
    scratch_db.run(
        "ALTER TABLE customer DROP COLUMN born, ADD COLUMN phone text, ALTER COLUMN id TYPE bigint",
        "COMMENT ON TABLE customer IS 'Anybody'",
        "ALTER TABLE orders DROP CONSTRAINT buyer",
    )

    job = harvest(source)

    assert job.message == "Assets: 2 changed."
    customer = Asset.objects.get(name__endswith=".customer")
    assert customer.said == "Anybody"
    present = customer.fields.present().values_list("name", "data_type", "position")
    assert list(present) == [("id", "bigint", 1), ("email", "text", 2), ("phone", "text", 3)]
    assert list(customer.fields.filter(removed_at__isnull=False).values_list("name", flat=True)) == ["born"]
    assert not ForeignKey.objects.exists()


def test_a_dropped_table_is_removed_but_not_forgotten_and_may_come_back(scratch_db):
    scratch_db.run(*SHOP)
    source = make_source(scratch_db)
    harvest(source)
    code = Asset.objects.get(kind="view").code

    scratch_db.run("DROP VIEW buyers")
    missed = harvest(source)
    present = Asset.objects.get(code=code)
    gone = harvest(source)
    removed = Asset.objects.get(code=code)

    scratch_db.run(SHOP[2])
    back = harvest(source)
    returned = Asset.objects.get(code=code)

    assert (missed.message, gone.message) == ("Assets: 1 not seen.", "Assets: 1 removed.")
    assert back.message == "Assets: 1 returned."
    assert present.missed_at is not None
    assert present.removed_at is None
    assert removed.removed_at is not None
    assert (returned.missed_at, returned.removed_at) == (None, None)
    assert events(returned) == ["first", "missing", "removed", "returned"]


def test_what_people_said_survives(scratch_db):
    scratch_db.run(*SHOP)
    source = make_source(scratch_db)
    harvest(source)
    customer = Asset.objects.get(name__endswith=".customer")
    change_asset(asset=customer, actor="ana", changes={"description": "Ours", "status": "deprecated"})
    email = Field.objects.get(asset=customer, name="email")
    change_field(field=email, actor="ana", changes={"identity": "email", "description": "Theirs"})
    scratch_db.run("ALTER TABLE customer ADD COLUMN phone text", "COMMENT ON COLUMN customer.email IS 'New'")

    harvest(source)

    customer.refresh_from_db()
    email.refresh_from_db()
    assert (customer.description, customer.status, customer.version) == ("Ours", "deprecated", 2)
    assert (email.identity, email.said, email.harvested_description) == ("email", "Theirs", "New")
    assert customer.has_personal_data is True


def test_dropping_the_only_personal_column_is_noticed(scratch_db):
    scratch_db.run(*SHOP)
    source = make_source(scratch_db)
    harvest(source)
    email = Field.objects.get(asset__kind="table", name="email")
    change_field(field=email, actor="ana", changes={"identity": "email"})

    scratch_db.run("DROP VIEW buyers", "ALTER TABLE customer DROP COLUMN email")
    harvest(source)

    assert Asset.objects.get(pk=email.asset_id).has_personal_data is False


def test_a_lost_key_breaks_readers_but_one_to_what_is_no_more_read_does_not(scratch_db):
    scratch_db.run("CREATE SCHEMA other", "CREATE TABLE other.city (id int PRIMARY KEY)", *SHOP)
    scratch_db.run("ALTER TABLE customer ADD lives int CONSTRAINT lives REFERENCES other.city")
    source = make_source(scratch_db)
    harvest(source)
    source.settings |= {"exclude": ["other"]}
    source.save()
    harvest(source)
    scratch_db.run("ALTER TABLE orders DROP CONSTRAINT buyer")

    harvest(source)

    told = Asset.objects.filter(kind="table", versions__event="changed").values_list(
        "facts__title", "versions__impact", "versions__changes__0__what"
    )
    lost = "foreign_key_removed"
    assert set(told) == {("customer", "compatible", lost), ("orders", "breaking", lost)}
