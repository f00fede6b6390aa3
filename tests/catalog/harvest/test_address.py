"""A source that gets another address: what it held under the old one is missed, never silently."""

import pytest

from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.harvest.models import Harvest
from catalog.sources.models import Source
from catalog.sources.services import save_source
from tests.catalog.scratch import harvest, make_source, server

pytestmark = pytest.mark.django_db
OLD, NEW = "postgres://sources.test:5432", "postgres://moved.test:5432"


@pytest.fixture
def shop(scratch_db):
    scratch_db.run("CREATE TABLE orders (id int)", "CREATE TABLE customer (id int)")
    source = make_source(scratch_db)
    harvest(source)
    return source


def move(scratch_db, source, to="moved.test:5432", **attributes):
    """As the form saves it; returns the source as it is then."""
    settings = scratch_db.settings(authority=to)
    given = {"name": source.name, "kind": source.kind, "secret": server()["password"], **attributes}
    return save_source(actor="tests", source=source, settings=settings, **given)


def held(namespace: str) -> dict[str, str]:
    """Tables of this address, and how they stand."""
    rows = Asset.objects.filter(namespace=namespace, kind="table")
    return {
        row.title: "removed" if row.removed_at else "missing" if row.missed_at else "there" for row in rows
    }


def test_the_fail_safe_asks_before_the_old_ones_are_missed(scratch_db, shop):
    moved = move(scratch_db, shop)

    job = harvest(moved)

    said = f"{OLD}: 2 assets are not read any more, for the source has another address now."
    assert job.message.startswith(said)
    assert held(OLD) == held(NEW) == {"orders": "there", "customer": "there"}
    row = Harvest.objects.get(job=job)
    assert (row.state, [scope["state"] for scope in row.scopes]) == ("partial", ["succeeded", "stopped"])
    assert harvest(moved).state == "failed"


def test_once_accepted_they_are_not_seen_and_then_removed(scratch_db, shop):
    moved = move(scratch_db, shop)
    harvest(moved)

    first, second = harvest(moved, accept_removals=True, thorough=True), harvest(moved)
    third = harvest(moved)

    assert first.message == "Assets: 4 not seen."
    assert second.message == "Assets: 4 removed."
    assert third.message == "Nothing changed at the source."
    assert held(OLD) == {"orders": "removed", "customer": "removed"}
    assert held(NEW) == {"orders": "there", "customer": "there"}


def test_nothing_asks_where_the_fail_safe_is_off(scratch_db, shop):
    moved = move(scratch_db, shop, fail_safe=100)

    assert harvest(moved).message == "Assets: 4 created, 4 not seen."


def test_a_listing_that_failed_misses_nothing(scratch_db, shop):
    moved = move(scratch_db, shop, fail_safe=100)
    Source.objects.update(settings=scratch_db.settings(authority="moved.test:5432", database="no_such"))

    harvest(moved)

    assert held(OLD) == {"orders": "there", "customer": "there"}


def test_back_at_the_old_address_they_return_with_what_people_said(scratch_db, shop):
    change_asset(
        asset=Asset.objects.get(name__endswith="orders"), actor="ada", changes={"description": "Ours"}
    )
    moved = move(scratch_db, shop, fail_safe=100)
    for _ in range(2):
        harvest(moved)

    harvest(move(scratch_db, moved, to="sources.test:5432", fail_safe=100))

    assert held(OLD) == {"orders": "there", "customer": "there"}
    assert held(NEW) == {"orders": "missing", "customer": "missing"}
    assert Asset.objects.get(namespace=OLD, name__endswith="orders").description == "Ours"


def test_another_source_at_the_old_address_takes_them_over(scratch_db, shop):
    moved = move(scratch_db, shop)
    other = make_source(scratch_db, name="Old shop")

    taken = harvest(other)
    job = harvest(moved)

    assert taken.message == "Assets: nothing changed."
    assert set(Asset.objects.filter(namespace=OLD).values_list("source__name", flat=True)) == {"Old shop"}
    assert job.message == "Assets: 4 created."


def test_the_form_tells_of_it_before_and_after_it_is_saved(scratch_db, shop, ana, signed_in):
    browser = signed_in(ana)
    address = f"/sources/{shop.code}/edit/"
    page = browser.get(address)
    form = {name: value for name, value in page.context["form"].initial.items() if value not in (None, "")}

    after = browser.post(
        address, {**form, "authority": "moved.test:5432", "password": server()["password"]}, follow=True
    )

    assert "The address is part of the names of its assets." in page.text
    assert "keep the old address under “Name in lineage”" in page.text
    assert [str(message).split(".")[0] for message in after.context["messages"]] == [
        "Shop is saved",
        "It has another address now",
    ]
