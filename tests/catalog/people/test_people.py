"""Who answers for what: as far as the reader may know people, and see what they answer for."""

import pytest

from catalog.assets.services import change_asset
from catalog.domains.services import save_domain
from stewardship.discussions.services import accept_answer
from tests.build import make_asset, make_policy, make_user
from tests.stewardship.discussions.talking import answer, ask

pytestmark = pytest.mark.django_db
HIDDEN = {"attribute": "resource.name", "operator": "==", "value": "shop.hr.kx7salaries"}


@pytest.fixture
def ana(db):
    """Ana owns one thing that everybody sees, and one that nobody sees."""
    return make_user(
        "ana", "steward", full_name="Ana Abel", department="Sales", team="Shop", email="ana@shop.example"
    )


@pytest.fixture
def vera(ana):
    make_policy("all", actions=["view", "change"])
    return make_user("vera", "viewer", full_name="Vera Lind")


@pytest.fixture
def orders(ana, vera):
    return make_asset(owner=ana, team=ana.team)


@pytest.fixture
def hidden(ana, orders):
    row = make_asset("shop.hr.kx7salaries", owner=ana, business_owner=ana, team=ana.team)
    make_policy("hr", HIDDEN, effect="forbid")
    return row


@pytest.fixture
def page(client, vera):
    client.force_login(vera)

    def get(address):
        answered = client.get(address)
        assert answered.status_code == 200
        return answered.content.decode()

    return get


def test_the_list_counts_what_the_reader_sees(page, orders, hidden):
    text = page("/catalog/people/")
    assert "Ana Abel" in text
    assert '<td class="num">1</td><td class="num">0</td>' in text.replace("\n", "")
    lines = page("/catalog/people/export/").splitlines()
    assert "ana,Ana Abel,Sales,Shop,1,0" in lines


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=abel", True),
        ("q=ana%20abel", True),
        ("q=zzz", False),
        ("q=%00", True),
        ("team=Shop", True),
        ("department=HR", True),
    ],
)
def test_people_are_found_by_name_team_and_department(page, orders, asked, found):
    """A value that means nothing asks for nothing."""
    assert ("Ana Abel" in page(f"/catalog/people/?{asked}")) is found


def test_a_person_shows_what_they_answer_for_and_did(page, ana, vera, orders, hidden):
    sales = save_domain(actor="ada", slug="sales", name="Sales of goods", steward=ana)
    change_asset(asset=orders, actor="ana", changes={"domain": sales, "description": "All orders."})
    change_asset(asset=hidden, actor="ana", changes={"description": "kx7 all salaries."})
    thread = ask(orders, vera, "What is a status of 7?")
    accept_answer(post=answer(thread, ana), actor=vera)

    text = page(f"/catalog/people/{ana.code}/")

    assert "kx7" not in text
    assert "Sales of goods" in text
    assert "What is a status of 7?" in text
    assert "ana@shop.example" in text
    assert f"/catalog/assets/{orders.code}/activity/" in text
    assert "All orders." not in text
    assert "All</a>" not in text


def test_a_team_shows_its_members_and_its_assets(page, ana, orders, hidden):
    text = page("/catalog/teams/")
    assert '<td class="num">1</td><td class="num">1</td>' in text
    text = page(f"/catalog/teams/{ana.team.code}/")
    assert "Ana Abel" in text
    assert orders.title in text
    assert "kx7" not in text


def test_who_may_not_know_people_finds_none(client, ana, orders):
    client.force_login(make_user("zoe"))
    for address in ("people/", f"people/{ana.code}/", "people/export/", "teams/", f"teams/{ana.team.code}/"):
        assert client.get(f"/catalog/{address}").status_code == 403


def test_names_lead_to_people_where_people_may_be_known(client, orders, vera, ana):
    thread = ask(orders, ana, "Fine?")
    client.force_login(vera)
    assert f"/catalog/people/{ana.code}/" in client.get(f"/discussions/{thread.code}/").content.decode()


def test_the_account_is_linked_for_who_keeps_accounts(client, ana):
    client.force_login(make_user("root", "administrator"))
    assert f"/access/people/{ana.code}/" in client.get(f"/catalog/people/{ana.code}/").content.decode()
    assert f"/catalog/people/{ana.code}/" in client.get(f"/access/people/{ana.code}/").content.decode()
    assert (
        f"/catalog/teams/{ana.team.code}/" in client.get(f"/access/teams/{ana.team.code}/").content.decode()
    )


@pytest.mark.parametrize("rows", [1, 12])
def test_the_pages_cost_the_same_for_any_length(
    client, ana, vera, orders, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make_user(f"u{number}", "viewer", team="Shop")
        asset = make_asset(f"t{number}", owner=ana, team=ana.team)
        change_asset(asset=asset, actor="ana", changes={"description": "Said."})
        accept_answer(post=answer(ask(asset, vera), ana), actor=vera)
    client.force_login(vera)
    for address in ("people/", f"people/{ana.code}/", "people/export/", "teams/", f"teams/{ana.team.code}/"):
        with django_assert_max_num_queries(32):
            assert client.get(f"/catalog/{address}").status_code == 200
