"""A query tells of every table that it names: it is for readers who may see all of them."""

import json

import pytest
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.domains.models import Domain
from catalog.sources.models import Source
from catalog.usage.models import QueryKind
from tests.build import make_asset, make_policy, make_user
from tests.catalog.usage.sending import send

pytestmark = pytest.mark.django_db
BOTH = "SELECT o.id FROM orders o JOIN kx7salary s ON s.kx7who = o.id"
QUERIES = (
    {"query": "SELECT id FROM orders", "user": "kx7ann", "count": 2},
    {"query": BOTH, "user": "kx7bob", "count": 40},
    {"query": "SELECT * FROM orders, kx7nowhere", "count": 400},
    {"query": "SELECT NULL::kx7salary FROM orders", "count": 4000},
)


@pytest.fixture
def source(db):
    made = Source.objects.create(name="Lake", kind="postgresql", namespace="pg")
    for title, level in (("orders", 1), ("kx7salary", 3)):
        facts = {"database": "shop", "schema": "public", "title": title}
        make_asset(f"shop.{title}", namespace="pg", source=made, facts=facts, sensitivity=level)
    internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
    boss = {"attribute": "user.department", "operator": "==", "value": "board"}
    make_policy("internal", internal, actions=["view"])
    make_policy("board", boss, actions=["view", "change"])
    return made


@pytest.fixture
def seen(source, signed_in):
    """What the page and the API tell somebody about the orders."""
    engineer = make_user("ana", "platform_engineer", department="board")
    assert send(signed_in(engineer), source, QUERIES)["kept"] == len(QUERIES)
    orders = Asset.objects.get(name="shop.orders")

    def look(user):
        client = signed_in(user)
        page = client.get(reverse("catalog:usage-panel", args=[orders.code])).content.decode()
        return client.get(reverse("api-asset-usage", args=[orders.code])).json(), page

    return look


def test_who_may_see_all_tables_sees_their_queries(seen):
    found, page = seen(make_user("max", "viewer", department="board"))

    assert found["calls"] == 4042  # what names no asset is for who may see the sources
    assert "kx7salary" in page
    assert "kx7nowhere" not in page
    assert [each["columns"] for each in found["joins"]] == [[["id", "kx7who"]]]


def test_a_hidden_table_is_named_nowhere_and_counted_nowhere(seen):
    found, page = seen(make_user("vera", "viewer"))

    assert [each["text"] for each in found["queries"]] == ["SELECT id FROM orders"]
    assert found["calls"] == 2
    assert found["users"] is None
    assert found["joins"] == []
    assert "kx7" not in page + json.dumps(found)


def test_who_may_see_sources_sees_what_names_no_asset_but_nothing_hidden(seen):
    found, page = seen(make_user("pat", "platform_engineer"))

    assert found["calls"] == 402
    assert "kx7nowhere" in page
    assert "kx7salary" not in page
    assert [each["name"] for each in found["users"]] == ["", "kx7ann"]


def test_owners_and_stewards_know_who_runs_queries(seen):
    owner, steward = make_user("olga", "viewer"), make_user("stan", "viewer")
    domain = Domain.objects.create(name="Sales", slug="sales", steward=steward)
    orders = Asset.objects.get(name="shop.orders")
    change_asset(asset=orders, actor="tests", changes={"owner": owner, "domain": domain})

    for person in (owner, steward):
        found, page = seen(person)
        assert [each["name"] for each in found["users"]] == ["kx7ann"]
        assert "kx7ann" in page


def test_a_table_that_was_deleted_for_good_is_not_told_either(seen):
    Asset.objects.get(name="shop.kx7salary").delete()

    found, page = seen(make_user("vera", "viewer"))

    assert found["calls"] == 2
    assert "kx7" not in page
    assert QueryKind.objects.count() == len(QUERIES)


def test_the_page_asks_a_fixed_number_of_queries(seen, source, signed_in, django_assert_max_num_queries):
    vera = make_user("max", "viewer", department="board")
    orders = Asset.objects.get(name="shop.orders")
    many = [{"query": f"SELECT c{at} FROM orders", "user": f"u{at}"} for at in range(60)]
    ana = signed_in(type(vera).objects.get(username="ana"))
    send(ana, source, many)
    client = signed_in(vera)
    address = reverse("catalog:usage-panel", args=[orders.code])
    client.get(address)

    with django_assert_max_num_queries(20):
        assert client.get(address).content.decode().count("<details>") >= 20
