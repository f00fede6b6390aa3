"""What dbt says of tables that a database holds: kept beside, through every harvest of either."""

import pytest

from catalog.assets.models import Asset
from catalog.sources.services import save_source
from tests.catalog.connectors.dbt_files import manifest, model, written
from tests.catalog.scratch import harvest, make_source

pytestmark = pytest.mark.django_db
AT = "postgres://sources.test:5432"


@pytest.fixture
def orders(scratch_db, tmp_path):
    """Write the project anew, with these words about the table `orders`, or without it."""

    def write(comment=None, status=""):
        told = {"description": comment, "columns": {"status": {"name": "status", "description": status}}}
        nodes = [model("orders", database=scratch_db.name, schema="public", **told)] if comment else []
        other = model("customers", database=scratch_db.name, schema="public")
        return {**written(tmp_path, manifest=manifest(other, *nodes)), "namespace": AT}

    return write


@pytest.fixture
def holder(scratch_db):
    scratch_db.run("CREATE TABLE orders (id int, status text)")
    return make_source(scratch_db)


def dbt(settings):
    return save_source(actor="tests", name="Project", kind="dbt", settings=settings, secret="")


def table() -> Asset:
    return Asset.objects.get(name__endswith=".orders")


def words() -> tuple[str, str]:
    return table().harvested_description, table().fields.get(name="status").harvested_description


def test_the_words_of_a_guest_outlive_a_change_by_the_holder(scratch_db, holder, orders):
    harvest(holder)
    harvest(dbt(orders("All orders", "How far it is")))
    scratch_db.run("ALTER TABLE orders ADD COLUMN more int")

    harvest(holder)

    assert table().source == holder
    assert words() == ("All orders", "How far it is")


def test_the_holder_has_the_last_word(scratch_db, holder, orders):
    harvest(holder)
    harvest(dbt(orders("All orders", "How far it is")))
    scratch_db.run("COMMENT ON TABLE orders IS 'Ours'", "COMMENT ON COLUMN orders.status IS 'Open or closed'")

    harvest(holder)

    assert words() == ("Ours", "Open or closed")
    assert table().facts["documented"]


def test_a_holder_that_comes_later_takes_over_and_the_guest_is_asked_again(holder, orders):
    project = dbt(orders("All orders", "How far it is"))
    harvest(project)
    assert table().source == project

    harvest(holder)
    harvest(project)

    assert table().source == holder
    assert words() == ("All orders", "How far it is")
    assert harvest(project).message == "Nothing changed at the source."


def test_what_a_guest_says_no_more_is_forgotten(holder, orders):
    harvest(holder)
    project = dbt(orders("All orders", "How far it is"))
    harvest(project)
    orders()

    harvest(project)

    assert "documented" not in table().facts
    assert words() == ("", "")
    assert table().missed_at is None
