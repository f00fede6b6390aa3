"""A database that nobody here wrote: Sakila, 15 tables, 6 that inherit from one of them, 7 views."""

from pathlib import Path

import pytest

from catalog.assets.models import Asset
from tests.catalog.scratch import harvest, make_source

SAKILA = Path(__file__).parents[4] / "shared/data/databases/sakila"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAKILA.is_dir(), reason="the real databases are not beside this checkout"),
]


def test_sakila_is_harvested_whole_and_a_second_time_nothing_changes(scratch_db):
    scratch_db.run((SAKILA / "postgres-sakila-schema.sql").read_text())
    source = make_source(scratch_db, name="Sakila")

    first, second = harvest(source), harvest(source, thorough=True)

    public = Asset.objects.filter(parent__name=f"{scratch_db.name}.public")
    assert (first.state, second.message) == ("succeeded", "Assets: nothing changed.")
    tables, views = public.filter(kind="table"), public.filter(kind="view")
    parts = tables.filter(facts__inherits=[f"{scratch_db.name}.public.payment"])
    assert (tables.count(), parts.count(), views.count()) == (21, 6, 7)
    assert all(view.facts["view_sql"] and view.facts["depends_on"] for view in views)
    customer = tables.get(facts__title="customer")
    assert {key.target.title for key in customer.foreign_keys.all()} == {"store", "address"}
    assert {key.asset.title for key in customer.referenced_by.all()} >= {"rental", "payment"}
