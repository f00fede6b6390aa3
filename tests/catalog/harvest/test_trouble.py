"""Sources that fail, die half-way, or are read twice at once: the catalog stays consistent."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field
from catalog.assets.names import AssetName
from catalog.assets.services import ensure_assets
from catalog.connectors.errors import ConnectorError
from catalog.harvest.services import Order, begin, harvest_source
from catalog.sources.models import Source
from tests.catalog.scratch import harvest, make_source, scratch_database


def titles(**where: object) -> set[str]:
    return {asset.title for asset in Asset.objects.filter(kind="table", **where)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("settings", "field", "message"),
    [
        ({"host": "no-such-host.invalid"}, "host", "The host name “no-such-host.invalid” is not known."),
        ({"host": "127.0.0.1", "port": 1}, "port", "Nothing answers at 127.0.0.1:1. Check host and port."),
        ({"database": "no_such_db"}, "database", "has no database “no_such_db” to connect to."),
        ({"user": "no_such_user"}, "user", "does not know the user “no_such_user”."),
    ],
)
def test_what_went_wrong_stands_on_the_source(scratch_db, settings, field, message):
    source = make_source(scratch_db, settings=settings)

    job = harvest(source)

    assert job.state == "failed"
    assert job.message.endswith(message)
    assert (source.state, source.error, source.error_field) == ("failed", job.message, field)
    assert Entry.objects.filter(action="harvest.failed", object_id=str(source.code)).count() == 1
    assert not Asset.objects.exists()


@pytest.mark.django_db
def test_a_server_that_says_nothing_is_given_up(scratch_db):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place = {"host": "127.0.0.1", "port": port, "connect_timeout": 2}
        source = make_source(scratch_db, settings=place)

        job = harvest(source)

    assert (job.state, source.error_field) == ("failed", "host")
    assert job.message == f"The server at 127.0.0.1:{port} did not answer within 2 seconds."


@pytest.mark.django_db
def test_a_source_that_works_again_shows_no_error(scratch_db):
    source = make_source(scratch_db, settings={"database": "no_such_db"})
    harvest(source)
    source.settings = scratch_db.settings()
    source.save()

    harvest(source)

    assert (source.state, source.error, source.error_field) == ("ok", "", "")
    assert source.harvested_at is not None


@pytest.mark.django_db
def test_one_database_that_fails_costs_the_others_nothing(scratch_db):
    scratch_db.run("CREATE TABLE kept (id int)")
    with scratch_database() as other:
        other.run("CREATE TABLE dies (id int)")
        source = make_source(scratch_db, settings={"databases": [scratch_db.name, other.name]})
        harvest(source)
    scratch_db.run("CREATE TABLE later (id int)", "DROP TABLE kept")

    job = harvest(source)

    assert job.state == "failed"
    assert f"has no database “{other.name}”" in job.message
    assert titles(missed_at__isnull=True) == {"dies", "later"}
    assert titles(missed_at__isnull=False) == {"kept"}
    assert source.state == "failed"


@pytest.mark.django_db
def test_a_harvest_that_breaks_inside_a_database_leaves_nothing_of_it(scratch_db):
    scratch_db.run("CREATE TABLE good (id int)")
    source = make_source(scratch_db)
    harvest(source)
    scratch_db.run("CREATE TABLE bad (boom int)", "DROP TABLE good")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN IF NEW.name = 'boom' THEN RAISE 'boom'; END IF; RETURN NEW; END$$;"
            "CREATE TRIGGER boom BEFORE INSERT ON catalog_field FOR EACH ROW EXECUTE FUNCTION boom()"
        )

    broken = harvest(source)
    state_then = titles(missed_at__isnull=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER boom ON catalog_field")
    healed = harvest(source)

    assert (broken.state, healed.state) == ("failed", "succeeded")
    assert state_then == {"good"}
    assert titles(missed_at__isnull=True) == {"bad"}


@pytest.mark.django_db
def test_what_people_say_while_a_harvest_writes_stays(scratch_db):
    scratch_db.run("CREATE TABLE good (id int)")
    source = make_source(scratch_db, location="eu")
    harvest(source)
    scratch_db.run("ALTER TABLE good ADD word text")
    with connection.cursor() as cursor:  # between its look at the asset and its writing
        cursor.execute(
            "CREATE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN UPDATE catalog_asset SET location = 'us' WHERE id = NEW.asset_id; RETURN NEW; END$$;"
            "CREATE TRIGGER said BEFORE INSERT ON catalog_schemaversion FOR EACH ROW EXECUTE FUNCTION said()"
        )

    harvest(source)

    good = Asset.objects.get(facts__title="good")
    assert (good.location, good.field_names) == ("us", "id word")


@pytest.mark.django_db
def test_a_harvest_whose_worker_died_runs_no_more_once_there_is_another(scratch_db):
    source = make_source(scratch_db)
    dead = begin(source=source, order=Order("tests"))

    harvest(source)

    dead.refresh_from_db()
    assert (dead.state, dead.message) == ("failed", "The harvest was broken off before its end.")
    assert not dead.is_live


@pytest.mark.django_db
def test_a_harvest_that_waited_reads_the_source_as_it_is_now(scratch_db):
    scratch_db.run("CREATE TABLE kept (id int)", "CREATE SCHEMA stage", "CREATE TABLE stage.more (id int)")
    waiting = make_source(scratch_db)
    changed = {"exclude": ["stage"], "authority": "moved.test:5432"}
    Source.objects.update(settings=scratch_db.settings(**changed), namespace="postgres://moved.test:5432")

    harvest_source(source=waiting, order=Order("tests"))

    assert titles(namespace="postgres://moved.test:5432") == {"kept"}


@pytest.mark.django_db
def test_a_harvest_of_a_source_that_was_removed_meanwhile_says_so(scratch_db):
    waiting = make_source(scratch_db)
    Source.objects.all().delete()

    with pytest.raises(ConnectorError, match="The source is gone"):
        harvest_source(source=waiting, order=Order("tests"))


class WorkerDies(Exception):
    pass


@pytest.mark.django_db
def test_a_worker_that_dies_between_databases_keeps_what_is_done(scratch_db):
    scratch_db.run("CREATE TABLE one (id int)")
    with scratch_database(f"{scratch_db.name}_2") as second:
        second.run("CREATE TABLE two (id int)")
        source = make_source(scratch_db, settings={"databases": [scratch_db.name, second.name]})

        def dies(done: int, total: int, message: str) -> None:
            if message.startswith(f"{second.name}: comparing"):
                raise WorkerDies

        with pytest.raises(WorkerDies):
            harvest_source(source=source, order=Order("tests"), progress=dies)
        then = titles()
        told = Entry.objects.filter(action="harvest.source_harvested").count()
        harvest(source)

    assert (then, told) == ({"one"}, 1)
    assert titles() == {"one", "two"}


@pytest.mark.django_db
def test_what_is_out_of_scope_now_is_not_removed(scratch_db):
    scratch_db.run("CREATE TABLE a (id int)", "CREATE SCHEMA stage", "CREATE TABLE stage.b (id int)")
    source = make_source(scratch_db)
    harvest(source)
    source.settings = scratch_db.settings(exclude=["stage"])
    source.save()
    scratch_db.run("DROP TABLE a", "DROP TABLE stage.b")

    harvest(source)

    assert titles(missed_at__isnull=True) == {"b"}


@pytest.mark.django_db
def test_an_asset_that_events_named_first_is_taken_over(scratch_db):
    scratch_db.run("CREATE VIEW seen AS SELECT 1 AS one")
    name = AssetName("table", "postgres://sources.test:5432", f"{scratch_db.name}.public.seen")
    known = ensure_assets(wanted={name}, actor="events")[name]
    source = make_source(scratch_db, location="eu")

    job = harvest(source)

    assert job.message == "Assets: 2 created, 1 changed."
    known.refresh_from_db()
    assert (known.kind, known.source, known.location) == ("view", source, "eu")
    assert [field.name for field in known.fields.all()] == ["one"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ['quo"te', "Ünï cødé 表", "dots.and.more", "semi;colon", "a'b", "%s {x}"])
def test_names_are_kept_as_they_are(scratch_db, name):
    quoted = '"' + name.replace('"', '""') + '"'
    scratch_db.run(
        f"CREATE SCHEMA {quoted}",
        f"CREATE TABLE {quoted}.{quoted} ({quoted} int PRIMARY KEY)",
        f"CREATE TABLE {quoted}.other (id int REFERENCES {quoted}.{quoted})",
    )
    source = make_source(scratch_db)

    first, second = harvest(source), harvest(source, thorough=True)

    assert (first.state, second.message) == ("succeeded", "Assets: nothing changed.")
    asset = Asset.objects.get(kind="table", facts__title=name)
    assert (asset.title, asset.container) == (name, f"{scratch_db.name}.{name}")
    assert asset.name.startswith(f"{asset.parent.name}.")
    assert asset.parent.title == name
    assert [field.name for field in asset.fields.all()] == [name]
    assert asset.referenced_by.get().asset.title == "other"


def test_two_harvests_at_once_agree(transactional_db):
    with scratch_database() as made:
        made.run(*(f"CREATE TABLE t{at} (id int PRIMARY KEY, x text)" for at in range(50)))
        with transaction.atomic():
            source = make_source(made)

        def one(_: int) -> str:
            try:
                harvest_source(source=Source.objects.get(pk=source.pk), order=Order("tests"))
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(4) as pool:
            ends = list(pool.map(one, range(4)))

    assert ends == ["done"] * 4
    assert Asset.objects.filter(removed_at__isnull=True).count() == 52
    assert Field.objects.count() == 100
