"""A statement at a governed PostgreSQL reaches the catalog at once, with who sent it."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.ddl.models import DdlFeed
from catalog.ddl.services import FOLLOW, feed_of, follow, listen_to
from catalog.ddl.tasks import look
from catalog.harvest.models import Harvest
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_user
from tests.catalog.scratch import harvest, make_source, server

SHOP = (
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL)",
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer)",
    "CREATE VIEW emails AS SELECT email FROM customer",
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(scratch_db):
    """A shop whose database tells of its changes."""
    scratch_db.run(*SHOP)
    source = make_source(scratch_db)
    harvest(source)
    call_command("ddl_capture", "install", source.name, "--yes")
    return scratch_db, source


def told(source):
    """Follow the feed once; return what its harvests say."""
    return [done.counts for done in follow(source=source)]


def counts(**some: int) -> dict[str, int]:
    return {**dict.fromkeys(("created", "changed", "returned", "missing", "removed"), 0), **some}


def table(title: str) -> Asset:
    return Asset.objects.get(facts__title=title)


def test_the_script_is_shown_before_it_is_run(scratch_db, capsys, monkeypatch):
    source = make_source(scratch_db)
    call_command("ddl_capture", "script", source.name)
    script = capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda question: "n")

    with pytest.raises(CommandError, match="Nothing was run"):
        call_command("ddl_capture", "install", source.name)

    assert "CREATE EVENT TRIGGER govportal_ddl_change" in script
    assert f'GRANT SELECT ON govportal_ddl.event TO "{server()["user"]}"' in script
    assert script in capsys.readouterr().out
    with pytest.raises(CommandError, match="has the script installed"):
        call_command("ddl_capture", "on", source.name)


def test_new_changed_and_dropped_tables_are_followed(shop):
    made, source = shop
    made.run("CREATE TABLE invoice (id int, customer_id int REFERENCES customer)")
    assert told(source) == [counts(created=1)]
    made.run("ALTER TABLE customer ADD COLUMN phone text")
    made.run("DROP TABLE orders")
    assert told(source) == [counts(changed=1), counts(removed=1)]
    assert told(source) == []

    assert table("invoice").foreign_keys.get().target == table("customer")
    assert table("customer").fields.present().count() == 3
    assert table("orders").removed_at is not None
    assert Harvest.objects.filter(reason="statement").count() == 3
    assert harvest(source, thorough=True).message == "Assets: nothing changed."


def test_a_version_knows_the_statement_but_no_text_of_it(shop):
    made, source = shop
    made.run("ALTER TABLE customer ADD COLUMN lang text DEFAULT 'secret'")

    follow(source=source)

    cause = table("customer").versions.order_by("-number").first().cause
    assert cause["statement"] == "ALTER TABLE customer ADD COLUMN lang text DEFAULT '…'"
    assert cause["actor"] == server()["user"]


@pytest.mark.parametrize(
    ("statement", "titles"),
    [
        ("ALTER TABLE customer RENAME COLUMN email TO mail", {"customer"}),
        ("CREATE INDEX found ON orders (customer_id)", {"orders"}),
        ("ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey", {"orders"}),
        ("COMMENT ON COLUMN customer.email IS 'As given'", {"customer"}),
        ("ALTER TABLE customer ALTER email TYPE varchar(90), ALTER email DROP NOT NULL", set()),
        ("DO $$ BEGIN ALTER TABLE orders ADD COLUMN inside int; END $$", {"orders"}),
        ("SELECT * INTO copied FROM customer", {"copied"}),
        ("CREATE OR REPLACE VIEW emails AS SELECT email, id FROM customer", {"emails"}),
    ],
)
def test_every_kind_of_statement_is_seen(shop, statement, titles):
    made, source = shop
    try:
        made.run(statement)
    except psycopg.errors.FeatureNotSupported:  # a view uses the column
        made.connection.rollback()

    harvests = follow(source=source)

    changed = {version.asset.title for done in harvests for version in done.versions.all()}
    assert changed == titles


def test_a_cascade_takes_the_view_with_it(shop):
    made, source = shop
    made.run("DROP TABLE customer CASCADE")

    follow(source=source)

    gone = Asset.objects.filter(removed_at__isnull=False)
    assert {asset.title for asset in gone} == {"customer", "emails"}
    assert not table("orders").foreign_keys.exists()


def test_a_dropped_schema_goes_with_its_tables(shop):
    made, source = shop
    made.run("CREATE SCHEMA old", "CREATE TABLE old.a (id int)", "CREATE TABLE old.b (id int)")
    follow(source=source)
    made.run("DROP SCHEMA old CASCADE")

    follow(source=source)

    assert {a.title for a in Asset.objects.filter(removed_at__isnull=False)} == {"old", "a", "b"}


def test_a_renamed_table_is_a_new_one_and_the_old_one_is_removed(shop):
    made, source = shop
    made.run("ALTER TABLE orders RENAME TO purchase")

    follow(source=source)

    assert table("orders").removed_at is not None
    assert table("purchase").removed_at is None


def test_dropped_and_made_again_is_still_there_with_columns_of_its_own(shop):
    made, source = shop
    made.run("BEGIN; DROP TABLE orders; CREATE TABLE orders (number bigint); COMMIT")

    follow(source=source)

    assert table("orders").removed_at is None
    assert table("orders").fields.present().get().data_type == "bigint"
    changes = table("orders").versions.order_by("-number").first().changes
    assert "column_renamed" not in {change["what"] for change in changes}


def test_the_page_of_a_source_says_which_databases_tell(shop, client):
    made, source = shop
    client.force_login(make_user("yuki", "platform_engineer"))

    page = client.get(source.get_absolute_url()).content.decode()

    assert "Tells of changes" in page
    assert made.name in page.split("Tells of changes")[1]


def test_what_was_rolled_back_and_what_is_temporary_is_nothing(shop):
    made, source = shop
    made.run(
        "BEGIN; CREATE TABLE never (id int); ROLLBACK", "CREATE TEMP TABLE mine (id int)", "DROP TABLE mine"
    )

    assert follow(source=source) == []


def test_a_late_commit_is_not_missed(shop):
    made, source = shop
    with psycopg.connect(dbname=made.name, **server()) as slow:
        slow.execute("CREATE TABLE slow (id int)")
        made.run("CREATE TABLE quick (id int)")
        first = told(source)
        again = told(source)
    later = told(source)

    assert (first, again, later) == ([counts(created=1)], [], [counts(created=1)])


def test_what_breaks_while_it_is_written_is_told_and_tried_again(shop):
    made, source = shop
    made.run("CREATE TABLE late (boom int)")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'boom'; END$$;"
            "CREATE TRIGGER boom BEFORE INSERT ON catalog_field FOR EACH ROW EXECUTE FUNCTION boom()"
        )
    with pytest.raises(DatabaseError):
        follow(source=source)
    broken = Harvest.objects.latest("began_at")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER boom ON catalog_field")

    assert (broken.state, broken.created) == ("failed", 0)
    assert told(source) == [counts(created=1)]


def test_a_failing_trigger_never_breaks_a_statement(shop):
    made, source = shop
    made.run("ALTER TABLE govportal_ddl.event RENAME TO broken", "CREATE TABLE after_all (id int)")

    with pytest.raises(ConnectorError):
        follow(source=source)

    assert made.connection.execute("SELECT to_regclass('after_all') IS NOT NULL").fetchone() == (True,)
    assert DdlFeed.objects.get().error != ""


def test_the_schema_of_the_feed_is_no_asset(shop):
    _, source = shop
    harvest(source, thorough=True)

    assert not Asset.objects.filter(name__contains="govportal_ddl").exists()


def test_the_clock_looks_where_a_ring_was_lost(shop):
    made, source = shop
    assert look() == 0
    made.run("CREATE TABLE unheard (id int)")

    assert look() == 1
    run_job(job_id=Job.objects.get(kind=FOLLOW).pk)

    assert table("unheard").source == source


def test_a_line_stays_open_in_silence(shop):
    made, source = shop
    with feed_of(source).ddl_listening(made.name) as line:
        silence = [line.heard(0.05) for _ in range(3)]
        made.run("CREATE TABLE rings (id int)")
        rang = line.heard(60)

    assert (silence, rang) == ([False] * 3, True)


def test_removing_it_leaves_nothing_in_the_database(shop):
    made, source = shop
    call_command("ddl_capture", "remove", source.name, "--yes")

    left = made.connection.execute("SELECT count(*) FROM pg_event_trigger").fetchone()
    assert left == (0,)
    assert made.connection.execute("SELECT to_regnamespace('govportal_ddl')").fetchone() == (None,)
    assert not DdlFeed.objects.exists()
    assert Entry.objects.filter(action="ddl.feeds_changed").count() == 2


def test_a_listener_is_kept_when_it_is_asked_for_again(shop):
    made, source = shop
    made.run("CREATE TABLE meanwhile (id int)")

    assert listen_to(source=source, actor="tests") == [made.name]
    assert told(source) == [counts(created=1)]


def test_other_kinds_do_not_tell(scratch_db):
    with pytest.raises(CommandError, match="no PostgreSQL source"):
        call_command("ddl_capture", "on", "Nowhere")
