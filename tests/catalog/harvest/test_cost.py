"""The number of statements depends on how many thousand tables there are, not on how many tables."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.assets.models import Asset, Field
from tests.catalog.scratch import Scratch, harvest, make_source, scratch_database

pytestmark = pytest.mark.django_db


def fill(scratch: Scratch, tables: int) -> None:
    scratch.run(
        f"""DO $$ BEGIN FOR n IN 1..{tables} LOOP
            EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a text, b date, c numeric, d int)', n);
        END LOOP; END $$"""
    )


@pytest.fixture
def scratch_db(db):
    """A database of its own: a thousand tables are slow to drop one by one."""
    with scratch_database() as made:
        yield made


@pytest.mark.parametrize("tables", [3, 1000])
def test_a_harvest_costs_the_same_for_any_number_of_tables(scratch_db, tables):
    fill(scratch_db, tables)
    source = make_source(scratch_db)

    with CaptureQueriesContext(connection) as first:
        harvest(source)
    with CaptureQueriesContext(connection) as second:
        harvest(source)
    scratch_db.run(f"ALTER TABLE t{tables} ADD COLUMN e int", "ALTER TABLE t1 DROP COLUMN a")
    with CaptureQueriesContext(connection) as third:
        job = harvest(source)

    assert job.message == "Assets: 2 changed."
    assert Asset.objects.filter(kind="table").count() == tables
    assert Field.objects.present().count() == tables * 5
    assert len(first) <= 89 + tables * 5 // 1000
    assert len(second) <= 70
    assert len(third) <= 89
