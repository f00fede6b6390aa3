"""The language of the search on its page and in the API; facets that nest; why a hit is where it is."""

import pytest
from django.utils.timezone import now

from catalog.domains.services import save_domain
from catalog.search import hits, reads
from tests.build import make_asset, make_policy, make_token, make_user, put_in_force
from tests.catalog.search.test_search import URL, facet, look, titles  # noqa: F401


@pytest.fixture
def api(vera, client):
    headers = {"Authorization": f"Bearer {make_token(vera, 'read')}"}
    return lambda **asked: client.get("/api/v1/search/", asked, headers=headers)


def test_a_bad_query_is_answered_beside_its_box(look):  # noqa: F811
    response = look(q='kind:table "net rev')

    assert response.status_code == 400
    assert "This quote is not closed (at letter 12)" in response.text
    assert 'value="kind:table &quot;net rev"' in response.text


def test_the_api_names_the_place_of_a_fault(api):
    response = api(q="tier:high")

    assert response.status_code == 400
    assert [(error["field"], error["detail"]) for error in response.json()["errors"]] == [
        ("q", "tier is a whole number, for example tier:2 (at letter 6)")
    ]


@pytest.mark.parametrize("url", ["/catalog/export/?q=(", "/catalog/bulk/new/?q=("])
def test_nothing_is_done_with_a_bad_query(signed_in, vera, url):
    assert signed_in(vera).get(url).status_code == 409


def test_a_domain_is_found_with_those_inside_it(look):  # noqa: F811
    outer = save_domain(actor="tests", slug="outer", name="Outer")
    inner = save_domain(actor="tests", slug="inner", name="Inner", parent=outer)
    make_asset("a.orders", domain=outer)
    make_asset("a.visits", domain=inner)

    assert facet(look(), "domain") == {"outer": 2, "inner": 1}
    assert set(titles(look(q="", domain="outer"))) == {"orders", "visits"}
    assert titles(look(q="domain:inner")) == ["visits"]
    save_domain(actor="tests", slug="inner", name="Elsewhere", domain=inner)
    assert facet(look(), "domain") == {"outer": 1, "inner": 1}
    assert titles(look(q="domain:Elsewhere")) == ["visits"]


def test_usage_certificates_and_age_decide_between_equal_names(look):  # noqa: F811
    make_asset("a.orders_old", status="deprecated")
    make_asset("b.orders_plain")
    make_asset("c.orders_gold", certification="gold", tier=1, modified_at=now())

    response = look(q="orders")

    assert titles(response) == ["orders_gold", "orders_plain", "orders_old"]


def test_why_a_hit_stands_where_it_stands_is_told_on_request(look, api):  # noqa: F811
    asset = make_asset("c.orders", certification="gold")

    assert "Why here: " not in look(q="orders").text
    assert "certification 1.5" in look(q="orders", explain="1").text
    told = api(q="orders", explain=1).json()["why"]
    assert [each["asset"] for each in told] == [str(asset.code)]
    assert set(told[0]["reasons"]) == {"text", "name", "certification"}
    assert told[0]["points"] == pytest.approx(sum(told[0]["reasons"].values()))
    assert "why" not in api(q="orders").json()


def test_of_too_many_hits_the_most_used_are_counted(look, api, monkeypatch):  # noqa: F811
    for module in (hits, reads):
        monkeypatch.setattr(module, "MOST", 3)
    for at in range(5):
        make_asset(f"x.orders_{at}", kind="view" if at == 4 else "table")

    assert "More than 3 assets" in look(q="orders").text
    assert titles(look(q="orders", kind="view")) == ["orders_4"]
    assert titles(look(q="orders", sort="name")) == ["orders_0", "orders_1", "orders_2"]
    assert (api(q="orders").json()["count"], api(q="orders").json()["more"]) == (3, True)


MANY = ["a " * 499, "a OR " * 199 + "b", '"a b" ' * 160, "-a " * 330, "name:a\0b"]


@pytest.mark.parametrize("typed", MANY)
@pytest.mark.parametrize("page", ["/catalog/", "/catalog/elsewhere/", "/catalog/suggest/", "/api/v1/search/"])
def test_no_query_is_too_much(signed_in, vera, page, typed):
    make_asset()

    assert signed_in(vera).get(page, {"q": typed}).status_code == 200


@pytest.mark.parametrize("name", ["domain", "source", "owner", "team", "tag"])
def test_a_value_that_no_text_has_finds_nothing(look, name):  # noqa: F811
    make_asset()

    assert titles(look(**{name: "\0"})) == []


@pytest.mark.parametrize("typed", ["tiers tier:1", "column column:zzz", "customer_table_x " + "x" * 983])
def test_what_nobody_can_have_meant_is_no_fault(look, typed):  # noqa: F811
    make_asset("shop.tierces")
    make_asset("shop.columns")

    assert look(q=typed).status_code == 200


def test_a_hidden_name_does_not_look_spelled_right(signed_in, db):
    put_in_force([])
    make_policy("sales", {"attribute": "resource.domain", "operator": "==", "value": "sales"})
    make_asset("a.ledgers", domain=save_domain(actor="tests", slug="sales", name="Sales"))
    make_asset("b.ledgerx")
    browser = signed_in(make_user("lee", "viewer"))

    told = [browser.get(URL, {"q": typed}).context["meant"] for typed in ("ledgerx", "ledgerz")]

    assert told == [[("ledgers", "/catalog/?q=ledgers")]] * 2
