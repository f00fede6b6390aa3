"""What many queries name stands higher, and says so."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from catalog.search.models import AssetDocument
from catalog.search.tasks import refresh_usage
from catalog.sources.models import Source
from catalog.usage.models import QueryAsset, QueryDay, QueryKind
from govportal.schedule import SCHEDULE
from tests.build import make_asset
from tests.catalog.search.test_search import look, titles  # noqa: F401


@pytest.fixture
def ran(db):
    """A hundred runs of a query that named an asset, so many days ago."""
    source = Source.objects.create(name="Shop", kind="postgresql")

    def note(asset, days):
        kind = QueryKind.objects.create(
            source=source, key=f"{asset.pk}-{days}", text="SELECT", understood=True, first_seen=now()
        )
        QueryAsset.objects.create(query=kind, asset=asset, role="read")
        day = (now() - timedelta(days=days)).date()
        QueryDay.objects.create(query=kind, day=day, calls=100, total_ms=1, rows=1)

    return note


def test_queries_of_the_last_thirty_days_are_counted(look, ran):  # noqa: F811
    for name in ("a.orders_never", "b.orders_lately", "c.orders_once"):
        make_asset(name)
    documents = {row.title: row for row in AssetDocument.objects.all()}
    ran(documents["orders_lately"].asset, 2)
    ran(documents["orders_once"].asset, 60)

    assert refresh_usage() == 1
    assert refresh_usage() == 0

    assert titles(look(q="orders")) == ["orders_lately", "orders_never", "orders_once"]
    assert titles(look(q="usage>99")) == ["orders_lately"]
    assert titles(look(sort="usage"))[0] == "orders_lately"
    assert "usage 1.3" in look(q="orders", explain="1").text


def test_the_clock_calls_it():
    assert SCHEDULE["refresh-usage-of-search"]["task"] == refresh_usage.name
