"""The commands `harvest` and `sources`, and `python -m govportal`."""

import os
import subprocess
import sys
from io import StringIO
from threading import Thread

import pytest
import yaml
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accesscontrol.audit.models import Entry
from catalog.sources.models import Source
from govportal import pulse
from govportal.commandline import work
from stewardship.jobs.models import Job
from tests.build import make_user
from tests.catalog.scratch import harvest, make_source, scratch_database, server

DOCUMENT = """
- name: Shop
  kind: postgresql
  settings: {host: "${SHOP_HOST}", database: shop, user: reader}
  password: "${SHOP_PASSWORD}"
- name: Depot
  kind: postgresql
  settings: {host: depot.example.org, database: depot, user: reader}
"""


def run(*line, **options):
    out = StringIO()
    call_command(*line, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    """A file of sources, with the variables that it asks for."""
    monkeypatch.setenv("SHOP_HOST", "db.example.org")
    monkeypatch.setenv("SHOP_PASSWORD", "s3cret: {of the shop")
    path = tmp_path / "sources.yaml"
    path.write_text(DOCUMENT)
    return path


@pytest.mark.django_db(transaction=True)
class TestHarvest:
    """These work in a thread of their own, so what they write is committed."""

    @pytest.fixture
    def own_scratch(self):
        with scratch_database() as made:
            yield made

    def test_without_a_worker_it_works_here_and_says_what_changed(self, own_scratch):
        own_scratch.run("CREATE TABLE a (id int, name text)", "CREATE TABLE b (id int)")
        source = make_source(own_scratch)

        first = run("harvest", "Shop")
        own_scratch.run("ALTER TABLE a DROP COLUMN name")
        second = run("harvest", str(source.code), thorough=True)

        assert "No worker is up; working here." in first
        assert "Assets: 4 created." in first
        assert f"{own_scratch.name}: succeeded, 2 listed." in second
        assert f"changed  {own_scratch.name}.public.a (breaking): Column name removed: text" in second
        assert {job.actor for job in Job.objects.filter(kind="catalog.harvest")} == {"command line"}

    @pytest.fixture
    def beating(self):
        """A worker's pulse, which is no longer felt afterwards."""
        pulse.write()
        yield
        cache.delete(pulse.KEY)

    def test_a_worker_that_is_up_does_it(self, own_scratch, beating):
        source = make_source(own_scratch)
        make_user("yuki", "platform_engineer")

        queued = run("harvest", "Shop", "--no-wait", "--as", "yuki")
        worker = Thread(target=work, args=(Job.objects.get().pk,))
        worker.start()
        told = run("harvest", "Shop")
        worker.join()

        assert "is queued as job" in queued
        assert "No worker" not in queued + told
        assert source.harvests.order_by("pk").first().actor == "yuki"

    def test_a_harvest_that_fails_ends_with_an_error(self, own_scratch):
        own_scratch.run(*(f"CREATE TABLE t{number} (id int)" for number in range(4)))
        source = make_source(own_scratch)
        harvest(source)
        own_scratch.run("DROP TABLE t0, t1, t2")

        before = StringIO()
        with pytest.raises(CommandError, match="4 assets are not listed any more"):
            call_command("harvest", "Shop", stdout=before)
        assert f"{own_scratch.name}: stopped, 1 listed." in before.getvalue()
        assert "not listed any more" not in before.getvalue()  # the error says so
        accepted = run("harvest", "Shop", "--accept-removals")

        assert accepted.count("missing  ") == 3

    def test_it_is_a_program_of_its_own(self, own_scratch):
        make_source(own_scratch)

        listed = program("sources", "list")
        harvested = program("harvest", "Shop")
        failed = program("harvest", "Mall")

        assert (listed.returncode, listed.stdout.splitlines()[1][:17]) == (0, "Shop  postgresql ")
        assert (harvested.returncode, "Assets: 2 created." in harvested.stdout) == (0, True)
        assert (failed.returncode, "There is no source “Mall”. Sources: Shop." in failed.stderr) == (1, True)


def program(*line):
    """`python -m govportal …` on the test's own database."""
    at = server()
    who = f"{at['user']}:{at['password']}" if at["password"] else at["user"]
    url = f"postgresql://{who}@/{connection.settings_dict['NAME']}?host={at['host']}&port={at['port']}"
    return subprocess.run(
        [sys.executable, "-m", "govportal", *line],
        env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.django_db
def test_without_a_command_it_says_which_there_are():
    bare, wrong = program(), program("migrate")

    assert bare.returncode == 2
    assert all(each in bare.stdout for each in ("ddl_capture", "harvest", "sources"))
    assert (wrong.returncode, "no command “migrate”" in wrong.stderr) == (2, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("harvest", "Mall"), "There is no source “Mall”. Sources: Shop."),
        (("harvest", "Shop", "--as", "nobody"), "There is no active account “nobody”."),
        (("sources", "test", "00000000-0000-0000-0000-000000000000"), "There is no source"),
    ],
)
def test_what_is_not_there_is_named(scratch_db, line, reason):
    make_source(scratch_db)

    with pytest.raises(CommandError) as caught:
        run(*line)

    assert str(caught.value).startswith(reason)
    assert not Job.objects.exists()


def test_a_harvest_waits_for_its_worker_where_nobody_waits_for_it(scratch_db):
    make_source(scratch_db)

    told = run("harvest", "Shop", "--no-wait")

    assert "No worker is up: it waits for one." in told
    with pytest.raises(CommandError, match="A harvest of this source is under way"):
        run("harvest", "Shop", "--thorough")


@pytest.mark.django_db
def test_a_file_adds_its_sources_with_the_secrets_of_the_environment(sheet, monkeypatch):
    make_user("yuki", "platform_engineer")
    assert run("sources", "add", str(sheet), "--as", "yuki").split() == [
        "created",
        "Shop",
        "created",
        "Depot",
    ]
    assert run("sources", "add", str(sheet)).split() == ["unchanged", "Shop", "unchanged", "Depot"]
    monkeypatch.setenv("SHOP_HOST", "other.example.org")
    assert run("sources", "add", str(sheet)).split() == ["updated", "Shop", "unchanged", "Depot"]

    shop = Source.objects.get(name="Shop")
    assert (shop.settings["host"], shop.open_secret()) == ("other.example.org", "s3cret: {of the shop")
    actors = Entry.objects.filter(action="sources.saved").order_by("pk").values_list("actor", flat=True)
    assert list(actors) == ["yuki", "yuki", "command line"]
    exported = run("sources", "export", "Shop")
    assert "s3cret" not in exported
    assert yaml.safe_load(exported)["settings"]["host"] == "other.example.org"


@pytest.mark.django_db
def test_an_unknown_variable_saves_nothing(sheet, monkeypatch):
    monkeypatch.delenv("SHOP_PASSWORD")

    with pytest.raises(CommandError) as caught:
        run("sources", "add", str(sheet))

    assert str(caught.value) == "Nothing was saved.\nThe variable SHOP_PASSWORD is not set."
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_every_wrong_field_is_told(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("{name: Shop, kind: postgresql, settings: {host: x}, schedule: daily}")

    with pytest.raises(CommandError) as caught:
        run("sources", "add", str(path))

    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "Nothing was saved.",
        "Shop, settings.database",
        "Shop, settings.user",
        "Shop, schedule",
    ]


def test_a_test_tells_what_the_source_says(scratch_db):
    make_source(scratch_db)

    told = run("sources", "test", "Shop")

    assert told.startswith("PostgreSQL")
    assert scratch_db.name in told
    assert Entry.objects.get(action="sources.tested").actor == "command line"


def test_a_test_that_fails_names_the_setting(scratch_db):
    make_source(scratch_db, settings={"host": "127.0.0.1", "port": 9})

    with pytest.raises(CommandError, match=r"Shop cannot be read\. port: Nothing answers"):
        run("sources", "test", "Shop")
