"""Databases behind a URL through the door that everybody uses: a source, its form, its harvest."""

import sqlite3

import pytest
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.sources.services import save_source
from tests.catalog.connectors.generic_servers import SECRET, sqlite
from tests.catalog.scratch import harvest

pytestmark = pytest.mark.django_db


def test_a_url_fills_the_catalog_and_what_goes_away_stays_until_it_is_proven(tmp_path):
    with sqlite(tmp_path) as engine:
        source = save_source(
            actor="tests", name="Shop", kind="sqlalchemy", settings={"url": engine.url}, secret=""
        )
        job = harvest(source)
        with sqlite3.connect(tmp_path / "shop.db") as connection:
            connection.execute("DROP VIEW richer")
        for _ in range(3):
            harvest(source, thorough=True)
        kept = Asset.objects.present().filter(name="shop.richer").exists()

    assert job.state == "succeeded", job.message
    assert kept
    assert set(Asset.objects.filter(kind="table").values_list("name", flat=True)) == {
        "shop.customers",
        "shop.orders",
        "shop.parts",
    }


def test_a_url_with_a_password_is_refused_beside_its_field(ana, signed_in):
    given = {"name": "Shop", "url": f"postgresql://ann:{SECRET}@db/shop", "complete": "no"}

    answer = signed_in(ana).post(reverse("sources:add") + "?kind=sqlalchemy", given)

    assert answer.status_code == 400
    assert "Leave out the password" in answer.content.decode()
