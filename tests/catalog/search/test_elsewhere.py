"""What is found besides assets: in tabs with counts, among the suggestions, and in the API."""

import pytest
from django.contrib.auth.models import Group, Permission

from accesscontrol.teams.services import create_team
from catalog.domains.services import save_domain
from catalog.glossary.models import Term
from catalog.products.models import Product
from tests.build import make_asset, make_policy, make_token, make_user, put_in_force

URL = "/catalog/elsewhere/"


@pytest.fixture
def market(db):
    """Baskets of every kind."""
    sales = save_domain(actor="tests", slug="sales", name="Basket sales")
    make_asset("shop.public.baskets", "basket_id paid", domain=sales)
    make_asset("shop.public.secrets", "basket_id", has_personal_data=True)
    make_asset("basket_model", kind="model", namespace="ml")
    Term.objects.create(slug="basket", name="Basket", definition="Not yet an order.", status="draft")
    Product.objects.create(slug="baskets", name="All baskets", status="active")
    make_policy()
    create_team(name="Basket weavers", actor="tests")
    make_user("basketta", "viewer")


def found(browser, tab, typed="basket"):
    return [line.label for line in browser.get(URL, {"in": tab, "q": typed}).context["lines"]]


def numbers(browser, typed="basket"):
    answer = browser.get("/catalog/elsewhere/tabs/", {"q": typed})
    return {each["name"]: each["number"] for each in answer.context["tabs"]}


def test_each_tab_holds_things_of_its_kind(market, vera, signed_in):
    browser = signed_in(vera)

    assert found(browser, "fields") == ["basket_id", "basket_id"]
    assert found(browser, "fields", "basket kind:view") == []
    assert found(browser, "fields", "basket personal:yes") == ["basket_id"]
    assert found(browser, "terms") == ["Basket"]
    assert found(browser, "terms", "basket kind:table") == []
    assert found(browser, "products") == ["All baskets"]
    assert set(found(browser, "people")) == {"Basket weavers", "basketta"}
    assert numbers(browser) == {
        "assets": "",
        "models": "1",
        "fields": "2",
        "terms": "1",
        "products": "1",
        "people": "2",
    }


def test_policies_and_roles_hold_in_every_tab(market, signed_in):
    put_in_force([])
    hidden = {"attribute": "resource.has_personal_data", "operator": "==", "value": True}
    make_policy("all")
    make_policy("not-personal", hidden, effect="forbid")
    browser = signed_in(make_user("lee", "viewer"))

    assert found(browser, "fields") == ["basket_id"]
    assert numbers(browser)["fields"] == "1"
    lines = browser.get(URL, {"in": "fields", "q": "basket"}).context["lines"]
    assert [line.sub for line in lines] == ["shop.public.baskets"]


def test_without_a_role_nobody_is_told_of_people_or_terms(market, signed_in):
    browser = signed_in(make_user("nobody", "viewer"))
    names = ["view_term", "view_product", "discover_user", "discover_team", "view_domain"]
    permissions = Permission.objects.filter(codename__in=names)
    for group in Group.objects.all():
        group.permissions.remove(*permissions)

    assert [found(browser, tab) for tab in ("terms", "products", "people")] == [[], [], []]
    assert [numbers(browser)[tab] for tab in ("terms", "products", "people")] == ["0", "0", "0"]
    groups = browser.get("/catalog/suggest/", {"q": "bask"}).context["groups"]
    assert {group["label"] for group in groups} == {"Table", "Model"}


def test_suggestions_hold_every_kind(market, vera, client):
    headers = {"Authorization": f"Bearer {make_token(vera, 'read')}"}

    answer = client.get("/api/v1/search/suggest/", {"q": "bask"}, headers=headers).json()

    groups = {group["label"]: [hit["label"] for hit in group["hits"]] for group in answer["groups"]}
    assert groups == {
        "Table": ["baskets", "secrets"],
        "Model": ["basket_model"],
        "Terms": ["Basket"],
        "Data products": ["All baskets"],
        "Domains": ["Basket sales"],
        "People": ["basketta"],
        "Teams": ["Basket weavers"],
    }


def test_the_api_finds_the_same(market, vera, client):
    headers = {"Authorization": f"Bearer {make_token(vera, 'read')}"}

    def ask(**asked):
        return client.get("/api/v1/search/elsewhere/", asked, headers=headers)

    answer = ask(**{"in": "terms", "q": "basket"}).json()
    assert (answer["count"], [each["label"] for each in answer["results"]]) == (1, ["Basket"])
    assert [each["field"] for each in ask(q="basket").json()["errors"]] == ["in"]
    assert [each["field"] for each in ask(**{"in": "terms", "q": "("}).json()["errors"]] == ["q"]


def test_a_bad_query_is_answered_beside_its_box(vera, signed_in):
    response = signed_in(vera).get(URL, {"in": "terms", "q": "("})

    assert response.status_code == 400
    assert "at letter 2" in response.text


@pytest.mark.parametrize("typed", ["baskte", "secrts baskts"])
def test_what_is_meant_must_find_something_for_its_reader(market, signed_in, typed):
    browser = signed_in(make_user("lee", "viewer"))
    make_asset("shop.public.secrets_of_baskets")

    assert browser.get("/catalog/", {"q": typed}).context["meant"] != []
    put_in_force([])
    assert browser.get("/catalog/", {"q": typed}).context["meant"] == []


@pytest.mark.parametrize("tab", ["fields", "terms"])
def test_a_tab_costs_the_same_for_any_number(vera, signed_in, tab, django_assert_max_num_queries):
    for at in range(30):
        make_asset(f"shop.baskets_{at}", "basket")
        Term.objects.create(slug=f"t{at}", name=f"Basket {at}", definition="", status="draft")
    browser = signed_in(vera)
    browser.get(URL)

    with django_assert_max_num_queries(12):
        browser.get(URL, {"in": tab, "q": "basket"})
