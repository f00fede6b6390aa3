"""The search page: what is found, counted, marked, suggested and exported."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.utils.timezone import now

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.domains.services import save_domain
from tests.build import make_asset, make_policy, make_token, make_user, put_in_force

URL = "/catalog/"


@pytest.fixture
def shop(db):
    """Nine assets of a shop and of a clinic."""
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    care = save_domain(actor="tests", slug="care", name="Care")
    olga = make_user("olga", "viewer")
    make_asset("shop.public.orders", "id customer_id total", domain=sales, owner=olga, sensitivity=1)
    make_asset("shop.public.order_items", "id order_id sku", domain=sales, description="Lines of an order")
    make_asset("shop.public.customers", "id email", domain=sales, sensitivity=2, has_personal_data=True)
    make_asset("shop.public.v_open_orders", "id", kind="view", domain=sales, status="deprecated")
    make_asset("clinic.public.patients", "id email", domain=care, sensitivity=3, has_personal_data=True)
    make_asset("clinic.public.visits", "id patient_id", domain=care, description="Whenever somebody came")
    make_asset("nightly", kind="job", namespace="airflow")
    make_asset("churn", kind="model", namespace="ml", owner=olga)
    make_asset("shop.public.old_orders", domain=sales, removed_at=now())


@pytest.fixture
def look(vera, signed_in):
    browser = signed_in(vera)

    def get(query="", **parameters):
        return browser.get(f"{URL}{query}", parameters or None)

    return get


def titles(response):
    return [asset.title for asset in response.context["page"]]


def facet(response, name):
    return {
        line.choice.value: line.choice.count
        for one, lines in response.context["facets"]
        if one.name == name
        for line in lines
    }


def test_everything_is_listed_by_name(shop, look):
    response = look()

    assert titles(response) == [
        "churn",
        "patients",
        "visits",
        "nightly",
        "customers",
        "order_items",
        "orders",
        "v_open_orders",
    ]
    assert "8 assets" in response.text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("orders", {"orders", "order_items", "v_open_orders"}),
        ("ord", {"orders", "order_items", "v_open_orders"}),
        ("open orders", {"v_open_orders"}),
        ("shop.public.customers", {"customers", "orders"}),
        ("email", {"customers", "patients"}),
        ("email -patients", {"customers"}),
        ("nightly or patients", {"nightly", "patients", "visits"}),
        ("came", {"visits"}),
        ('"lines of an order"', {"order_items"}),
        ("nothing-of-the-kind", set()),
    ],
)
def test_words_are_found_in_names_columns_and_descriptions(shop, look, typed, found):
    assert set(titles(look(q=typed))) == found


def test_the_exact_name_comes_first(shop, look):
    make_asset("shop.public.zz_orders_orders", "orders", description="orders orders orders")

    assert titles(look(q="orders"))[0] == "orders"


def test_each_facet_is_counted_without_its_own_filter(shop, look):
    response = look(q="", domain="sales", kind="table")

    assert set(titles(response)) == {"orders", "order_items", "customers"}
    assert facet(response, "kind") == {"table": 3, "view": 1}
    assert facet(response, "domain") == {"sales": 3, "care": 2}
    assert facet(response, "owner") == {"none": 2, "olga": 1}
    assert facet(response, "sensitivity") == {"none": 1, "internal": 1, "confidential": 1}
    assert facet(response, "personal") == {"no": 2, "yes": 1}
    assert facet(response, "status") == {"active": 3, "removed": 1}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?owner=olga", {"orders", "churn"}),
        ("?owner=none&kind=view", {"v_open_orders"}),
        ("?sensitivity=restricted", {"patients"}),
        ("?sensitivity=restricted&sensitivity=confidential", {"patients", "customers"}),
        ("?personal=yes", {"patients", "customers"}),
        ("?status=deprecated", {"v_open_orders"}),
        ("?status=removed", {"old_orders"}),
        ("?domain=none", {"nightly", "churn"}),
        ("?source=none&kind=job", {"nightly"}),
        ("?source=not-a-code", set()),
        ("?sensitivity=enormous", set()),
        ("?kind=abacus", set()),
        ("?page=99&kind=job", {"nightly"}),
        ("?page=x&kind=job", {"nightly"}),
        ("?sort=nonsense&kind=job", {"nightly"}),
    ],
)
def test_everything_that_is_asked_stands_in_the_address(shop, look, query, found):
    assert set(titles(look(query))) == found


def test_a_chip_takes_its_filter_away(shop, look):
    response = look(q="orders", kind="table", domain="sales")

    chips = {facet.name: line.url for facet, line in response.context["chips"]}
    assert chips == {
        "kind": "/catalog/?q=orders&domain=sales",
        "domain": "/catalog/?q=orders&kind=table",
    }


def test_the_latest_change_comes_first_when_asked_for(shop, look):
    Asset.objects.filter(name="nightly").update(updated_at=datetime(2030, 1, 1, tzinfo=UTC))

    assert titles(look(sort="updated"))[0] == "nightly"


def test_what_was_found_is_marked_and_nothing_is_run(vera, look):
    make_asset("x.y.z", "email", description="An <script>alert(1)</script> of orders & more")

    text = look(q="orders").text

    assert "of <mark>orders</mark> &amp; more" in text
    assert "<script>alert" not in text
    assert "An &lt;script&gt;alert(1)&lt;/script&gt; of orders &amp; more" in look().text
    assert "<mark>email</mark>" in look(q="email").text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("custmers", "customers"), ("cusotmers", "customers"), ("pateints", "patients"), ("vists", "visits")],
)
def test_nearly_the_right_name_is_suggested(shop, look, typed, meant):
    response = look(q=typed)

    assert titles(response) == []
    assert response.context["meant"][0] == (meant, f"/catalog/?q={meant}")


def test_a_name_that_is_not_the_readers_to_see_is_not_suggested(shop, signed_in):
    put_in_force([])
    make_policy("sales", {"attribute": "resource.domain", "operator": "==", "value": "sales"})
    browser = signed_in(make_user("lee", "viewer"))

    assert browser.get(URL, {"q": "pattients"}).context["meant"] == []


def test_policies_decide_what_is_found_and_what_is_counted(shop, signed_in):
    put_in_force([])
    make_policy("sales", {"attribute": "resource.domain", "operator": "==", "value": "sales"})
    make_policy(
        "not-personal",
        {"attribute": "resource.has_personal_data", "operator": "==", "value": True},
        effect="forbid",
    )
    browser = signed_in(make_user("lee", "viewer"))

    response = browser.get(URL)

    assert set(titles(response)) == {"orders", "order_items", "v_open_orders"}
    assert facet(response, "domain") == {"sales": 3}
    assert facet(response, "personal") == {"no": 3}
    assert titles(browser.get(URL, {"q": "email"})) == []
    assert "customers" not in browser.get("/catalog/suggest/?q=cust").text
    assert "customers" not in browser.get("/catalog/export/").text


def test_without_a_policy_nobody_sees_anything(shop, signed_in):
    put_in_force([])

    response = signed_in(make_user("lee", "viewer")).get(URL)

    assert "The catalog is empty" in response.text
    assert [lines for _, lines in response.context["facets"]] == [[]] * 11


def test_suggestions_are_grouped_by_kind(shop, signed_in, vera):
    response = signed_in(vera).get("/catalog/suggest/", {"q": "ord"})

    groups = [
        (group["label"], [hit["label"] for hit in group["hits"]]) for group in response.context["groups"]
    ]
    assert dict(groups) == {"Table": ["orders", "order_items"], "View": ["v_open_orders"]} or dict(
        groups
    ) == {
        "Table": ["order_items", "orders"],
        "View": ["v_open_orders"],
    }


@pytest.mark.parametrize("typed", ["", "   ", "zzz", "%", "'", "\\", ":*"])
def test_odd_words_suggest_nothing(shop, signed_in, vera, typed):
    response = signed_in(vera).get("/catalog/suggest/", {"q": typed})

    assert response.status_code == 200
    assert response.context["groups"] == []


def test_an_export_holds_the_whole_result_and_no_formula(shop, signed_in, vera):
    make_asset("=cmd|x", kind="file", namespace="files", description="@SUM(1)")

    response = signed_in(vera).get("/catalog/export/", {"kind": "file"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(response.text.removeprefix("\ufeff"))))
    assert [(row["name"], row["description"]) for row in rows] == [("'=cmd|x", "'@SUM(1)")]
    entry = Entry.objects.get(action="search.exported")
    assert (entry.actor, entry.object_id) == ("vera", "kind=file")


@pytest.mark.parametrize("number", [3, 300])
def test_a_search_costs_the_same_for_any_number_of_assets(vera, signed_in, number, django_assert_num_queries):
    for at in range(number):
        make_asset(f"shop.public.orders_{at}", "id email")
    browser = signed_in(vera)
    browser.get(URL)

    with django_assert_num_queries(9):
        browser.get(URL, {"q": "orders", "kind": "table"})


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get(URL).url == "/account/login/?next=/catalog/"


def test_the_api_answers_the_same(shop, vera, client):
    headers = {"Authorization": f"Bearer {make_token(vera, 'read')}"}

    answer = client.get(
        "/api/v1/search/", {"q": "orders", "kind": "table", "page_size": 1}, headers=headers
    ).json()

    assert (answer["count"], answer["page"], answer["pages"]) == (2, 1, 2)
    assert [row["name"] for row in answer["results"]] == ["shop.public.orders"]
    kinds = {facet["name"]: facet["choices"] for facet in answer["facets"]}["kind"]
    assert kinds == [
        {"value": "table", "label": "table", "count": 2, "selected": True},
        {"value": "view", "label": "view", "count": 1, "selected": False},
    ]
    assert answer["did_you_mean"] == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"page_size": 0}, "page_size"), ({"page": "x"}, "page"), ({"sort": "x"}, "sort")],
)
def test_the_api_names_what_it_does_not_understand(vera, client, parameters, field):
    headers = {"Authorization": f"Bearer {make_token(vera, 'read')}"}

    response = client.get("/api/v1/search/", parameters, headers=headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
