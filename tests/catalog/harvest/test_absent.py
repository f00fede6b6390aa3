"""What a listing was without: missed, removed, believed or not."""

import pytest

from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.connectors.metadata import TableRef
from catalog.harvest.models import Harvest
from catalog.harvest.services import Order, harvest_part
from tests.catalog.scratch import harvest, make_source, scratch_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(scratch_db):
    """A source of ten tables, harvested."""
    scratch_db.run(*(f"CREATE TABLE t{at} (id int, note text)" for at in range(10)))
    source = make_source(scratch_db)
    harvest(source)
    return source


def titles(**where: object) -> set[str]:
    rows = Asset.objects.filter(kind="table", **where)
    return set(rows.values_list("facts__title", flat=True))


def drop(scratch, *numbers: int) -> None:
    scratch.run(*(f"DROP TABLE t{at}" for at in numbers))


def test_two_of_ten_may_go_missing_and_are_removed_by_the_second_listing(scratch_db, ten):
    drop(scratch_db, 1, 2)

    first, second, third = harvest(ten), harvest(ten), harvest(ten, thorough=True)

    assert [job.message for job in (first, second)] == ["Assets: 2 not seen.", "Assets: 2 removed."]
    assert third.message == "Assets: nothing changed."
    assert titles(removed_at__isnull=False) == {"t1", "t2"}


def test_three_of_ten_are_too_many_and_nothing_is_changed(scratch_db, ten):
    drop(scratch_db, 1, 2, 3)
    scratch_db.run("CREATE TABLE later (id int)", "ALTER TABLE t5 ADD COLUMN more int")

    job = harvest(ten)

    assert job.state == "failed"
    assert "3 of 11 assets are not listed any more, which is more than 20 %" in job.message
    assert titles() == {f"t{at}" for at in range(10)}
    assert not Asset.objects.filter(missed_at__isnull=False).exists()
    row = Harvest.objects.get(job=job)
    assert (row.state, row.scopes[0]["state"], row.missing) == ("stopped", "stopped", 0)
    assert row.scopes[0]["listed"] == 8
    ten.refresh_from_db()
    assert (ten.state, ten.error) == ("failed", job.message)


def test_who_accepts_the_removals_does_so_once_and_gets_them_by_two_listings(scratch_db, ten):
    drop(scratch_db, *range(8))

    stopped = harvest(ten)
    missed = harvest(ten, accept_removals=True)
    removed = harvest(ten)

    assert stopped.state == "failed"
    assert (missed.message, removed.message) == ("Assets: 8 not seen.", "Assets: 8 removed.")
    assert titles(removed_at__isnull=True) == {"t8", "t9"}


@pytest.mark.parametrize("share", [100, 40])
def test_the_share_is_the_sources_own(scratch_db, ten, share):
    ten.fail_safe = share
    ten.save()
    drop(scratch_db, *range(5))

    job = harvest(ten)

    assert job.state == ("succeeded" if share == 100 else "failed")


def test_one_alone_never_stops_a_harvest(scratch_db):
    scratch_db.run("CREATE TABLE t1 (id int)", "CREATE TABLE t2 (id int)")
    source = make_source(scratch_db)
    harvest(source)
    drop(scratch_db, 1)

    assert harvest(source).message == "Assets: 1 not seen."


def test_an_emptied_database_is_not_believed(scratch_db, ten):
    scratch_db.run("DROP SCHEMA public CASCADE")

    assert harvest(ten).state == "failed"
    assert titles(missed_at__isnull=True) == {f"t{at}" for at in range(10)}


def test_what_a_filter_leaves_out_is_neither_missed_nor_counted(scratch_db, ten):
    ten.settings = scratch_db.settings(include=["public.t[0-4]"])
    ten.save()
    drop(scratch_db, *range(5, 10))

    job = harvest(ten)

    assert job.message == "Assets: nothing changed."
    assert not Asset.objects.filter(missed_at__isnull=False).exists()


def test_what_people_said_returns_with_the_table(scratch_db, ten):
    asset = Asset.objects.get(facts__title="t3")
    change_asset(asset=asset, actor="ada", changes={"description": "Third time lucky"})
    drop(scratch_db, 3)
    harvest(ten)
    harvest(ten)
    scratch_db.run("CREATE TABLE t3 (id int, note text)")

    harvest(ten)

    asset.refresh_from_db()
    assert (asset.description, asset.missed_at, asset.removed_at) == ("Third time lucky", None, None)
    assert list(asset.versions.order_by("number").values_list("event", flat=True)) == [
        "first",
        "missing",
        "removed",
        "returned",
    ]


def test_a_database_that_was_never_read_proves_nothing(scratch_db):
    with scratch_database() as other:
        other.run("CREATE TABLE elsewhere (id int)")
        source = make_source(scratch_db, settings={"databases": [scratch_db.name, other.name]})
        harvest(source)
    harvest(source)
    harvest(source)

    assert Asset.objects.get(facts__title="elsewhere").missed_at is None


def test_a_part_changes_only_what_it_is_about_and_a_drop_counts_at_once(scratch_db, ten):
    scratch_db.run("ALTER TABLE t1 ADD COLUMN more int", "ALTER TABLE t2 ADD COLUMN more int")
    drop(scratch_db, 3, 4)
    here = (scratch_db.name, "public")

    done = harvest_part(
        source=ten,
        order=Order("dba", Harvest.Reason.STATEMENT),
        only=[TableRef(*here, "t1")],
        dropped=[TableRef(*here, "t3")],
        cause={"actor": "dba", "statement": "ALTER TABLE t1 ADD COLUMN more int"},
    )

    assert done.counts == {"created": 0, "changed": 1, "returned": 0, "missing": 0, "removed": 1}
    assert titles(removed_at__isnull=False) == {"t3"}
    changed = Asset.objects.get(facts__title="t1").versions.order_by("-number").first()
    assert changed.cause["statement"] == "ALTER TABLE t1 ADD COLUMN more int"
    assert [change["what"] for change in changed.changes] == ["column_added"]
    assert Asset.objects.get(facts__title="t2").versions.count() == 1
