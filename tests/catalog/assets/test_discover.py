"""Of some assets one may know name and owner only, and nothing else leaks with them."""

import pytest

from tests.build import make_asset, make_policy, make_token, make_user

SHOP = {"attribute": "resource.name", "operator": "starts_with", "value": "shop."}
DORA = {"attribute": "user.username", "operator": "==", "value": "dora"}
HR = {"attribute": "resource.name", "operator": "starts_with", "value": "hr."}


@pytest.fixture
def dora(db):
    """Sees the shop, may know of the personnel's tables, and of nothing else."""
    make_policy("shop", SHOP)
    make_policy("names-of-hr", HR, DORA, actions=["discover"])
    return make_user("dora", "viewer")


@pytest.fixture
def salaries(dora):
    make_asset("shop.public.orders", "id total")
    make_asset("secret.public.plans", "id")
    olga = make_user("olga", "viewer", full_name="Olga Owner")
    return make_asset(
        "hr.public.salaries", "iban bonus", description="What people earn", owner=olga, sensitivity=3
    )


def words(response):
    return response.content.decode()


def leaks(text):
    return [
        word for word in ("iban", "bonus", "earn", "estricted", "Table", "secret", "plans") if word in text
    ]


def test_its_page_shows_name_and_owner_and_nothing_else(dora, salaries, signed_in):
    response = signed_in(dora).get(salaries.get_absolute_url())

    assert response.status_code == 200
    assert "hr.public.salaries" in words(response)
    assert "Olga Owner" in words(response)
    assert leaks(words(response).partition("<main")[2]) == []


def test_its_other_pages_and_its_record_stay_hidden(dora, salaries, signed_in):
    browser = signed_in(dora)
    address = salaries.get_absolute_url()

    for path in ("activity/", "edit/", "lineage/", "propose/"):
        assert browser.get(f"{address}{path}").status_code in {403, 404}
    token = {"Authorization": f"Bearer {make_token(dora)}"}
    assert browser.get(f"/api/v1/assets/{salaries.code}/", headers=token).status_code == 404


@pytest.mark.parametrize(
    ("typed", "found"), [("salaries", True), ("PUBLIC hr", True), ("iban", False), ("earn", False)]
)
def test_the_search_finds_it_by_its_name_only(dora, salaries, signed_in, typed, found):
    response = signed_in(dora).get("/catalog/", {"q": typed})

    assert [asset.name for asset in response.context["known_of"]] == ["hr.public.salaries"] * found
    assert response.context["total"] == sum("hr" in asset.name for asset in response.context["page"])
    assert ("You may ask for these" in words(response)) is found


def test_the_list_of_what_to_ask_for_is_searched_and_told_by_the_api(dora, salaries, signed_in):
    browser = signed_in(dora)

    assert "hr.public.salaries" in words(browser.get("/catalog/to-ask-for/"))
    nothing = words(browser.get("/catalog/to-ask-for/", {"q": "orders"}))
    assert "Nothing to ask for" in nothing
    assert "shop.public.orders" not in nothing
    answer = browser.get("/api/v1/assets/to-ask-for/?q=sal")
    assert answer.json()["results"] == [
        {"code": str(salaries.code), "name": "hr.public.salaries", "owner": "olga"}
    ]


def test_what_one_sees_is_not_asked_for(dora, salaries, signed_in):
    make_policy("all")

    assert "Nothing to ask for" in words(signed_in(dora).get("/catalog/to-ask-for/"))
    assert "What people earn" in words(signed_in(dora).get(salaries.get_absolute_url()))


def test_a_forbid_hides_the_name_too(dora, salaries, signed_in):
    make_policy("hr-is-secret", HR, effect="forbid", actions=["*"])

    assert signed_in(dora).get(salaries.get_absolute_url()).status_code == 404
    assert "Nothing to ask for" in words(signed_in(dora).get("/catalog/to-ask-for/"))


def test_without_a_permit_to_discover_there_is_nothing(salaries, signed_in):
    vera = make_user("vera", "viewer")

    assert signed_in(vera).get(salaries.get_absolute_url()).status_code == 404
    assert signed_in(vera).get("/api/v1/assets/to-ask-for/").json()["count"] == 0
