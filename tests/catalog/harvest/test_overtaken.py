"""Assets that somebody else adds while a harvest writes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from catalog.assets.copying import copy_new
from catalog.assets.models import Asset, Field
from catalog.assets.names import AssetName
from catalog.assets.services import ensure_assets
from catalog.harvest import bulk
from tests.catalog.scratch import harvest, make_source, scratch_database

AT = "postgres://sources.test:5432"


def test_what_an_event_adds_meanwhile_is_taken_over_and_filled(transactional_db, monkeypatch):
    with scratch_database() as made:
        made.run("CREATE TABLE first (id int)", "CREATE TABLE other (id int)")
        with transaction.atomic():
            source = make_source(made)
        name = AssetName("table", AT, f"{made.name}.public.first")
        before, written = Event(), Event()

        def event() -> None:
            try:
                with transaction.atomic():
                    before.wait(30)
                    ensure_assets(wanted={name}, actor="events")
                    written.set()
            finally:
                connection.close()

        def overtaken(model, rows):
            if any(row["name"] == name.name for row in rows):  # it was not there when the harvest looked
                before.set()
                written.wait(30)
            return copy_new(model, rows)

        monkeypatch.setattr(bulk, "copy_new", overtaken)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(event)
            job = harvest(source)
            other.result()

    assert job.message == "Assets: 3 created, 1 changed."
    first = Asset.objects.get(name=name.name)
    assert (first.source, first.parent.title, first.seen_at is None) == (source, "public", False)
    assert Field.objects.filter(asset=first).count() == 1


@pytest.mark.django_db
def test_new_rows_are_told_by_their_codes_and_others_left_alone():
    here = Asset(kind="table", namespace=AT, name="here", description="kept")
    here.save()
    rows = [
        {
            name: getattr(Asset(namespace=AT, name=each, kind="table", seen_at=here.created_at), name)
            for name in bulk.OF_NEW
        }
        | {"created_at": here.created_at, "updated_at": here.created_at}
        for each in ("here", "new")
    ]

    added = copy_new(Asset, rows)

    assert added == {rows[1]["code"]: Asset.objects.get(name="new").pk}
    assert Asset.objects.get(name="here").description == "kept"
    assert copy_new(Asset, rows) == copy_new(Asset, []) == {}
