"""What a user may do something with; who asks reads only the names that they may know themselves."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accesscontrol.identity.models import User
from accesscontrol.reach.what import rows_of
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from tests.build import make_asset, make_grant, make_policy, make_user

pytestmark = pytest.mark.django_db
OPEN = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
ANALYSTS = {"attribute": "user.roles", "operator": "contains", "value": "analyst"}
PRIVATE = {"attribute": "resource.has_personal_data", "operator": "==", "value": True}
OFFICERS = {"attribute": "user.department", "operator": "==", "value": "law"}


@pytest.fixture
def company(client):
    """ann sees what is open; olga, who asks, sees that and what is private."""
    olga = make_user("olga", "auditor")
    olga.user_permissions.add(Permission.objects.get(codename="explain_policy"))
    make_user("ann", "analyst", department="law")
    make_policy("open", OPEN)
    make_policy("officers-see-personal-data", OFFICERS, PRIVATE)
    sales = Domain.objects.create(name="Sales", slug="sales")
    make_asset("orders", sensitivity=0, domain=sales)
    make_asset("salaries", sensitivity=3, has_personal_data=True)
    make_asset("plans", sensitivity=3)
    client.force_login(olga)
    return olga


def page_of(client, username, **asked):
    return client.get(reverse("reach:what", args=[username]), asked).content.decode()


def test_what_the_reader_does_not_see_is_only_counted(company, client):
    page = page_of(client, "ann")

    assert "1 asset that you see too, and 1 that you do not see." in page
    assert "orders" in page
    assert "salaries" not in page
    assert "plans" not in page


def test_the_counts_are_by_kind_domain_and_sensitivity(company, client):
    found = client.get("/api/v1/access/what/ann/").json()

    assert found["counts"] == {
        "kind": {"table": 1},
        "domain": {"sales": 1},
        "sensitivity": {"public (0)": 1},
    }
    assert (found["hidden"], found["count"]) == (1, 1)
    assert [row["name"] for row in found["results"]] == ["orders"]


def test_it_is_what_the_user_sees(company):
    ann = User.objects.get(username="ann")
    make_grant(ann, Asset.objects.get(name="plans"))

    for action in ("view", "change", "discover"):
        assert set(rows_of(ann, "asset", action)) == set(Asset.objects.visible_to(ann, action))
    assert set(rows_of(ann, "asset", "view")) == set(Asset.objects.all())


def test_from_where_the_reader_asks_is_not_from_where_the_user_would(company, client):
    make_policy("from-here", {"attribute": "env.network", "operator": "==", "value": "127.0.0.0/8"})

    page = page_of(client, "ann")

    assert "2 assets that you see too" in page  # olga is here, and sees all three
    assert "salaries" in page
    assert "plans" not in page


def test_a_closed_account_may_do_nothing(company, client):
    User.objects.filter(username="ann").update(is_active=False)

    page = page_of(client, "ann")

    assert "This account is closed" in page
    assert "orders" not in page


def test_a_name_that_is_nobodys_is_not_found(company, client):
    assert client.get(reverse("reach:what", args=["nobody"])).status_code == 404
    assert client.get("/api/v1/access/what/nobody/").status_code == 404
    assert "There is no user" in client.get(reverse("reach:index"), {"user": "nobody"}).content.decode()
    found = client.get(reverse("reach:index"), {"user": "ann", "action": "change"})
    assert found["Location"] == "/access/what/ann/?action=change"


def test_who_may_not_explain_gets_no_further_than_the_door(company, client):
    client.force_login(User.objects.get(username="ann"))

    assert client.get(reverse("reach:what", args=["olga"])).status_code == 403
    assert client.get("/api/v1/access/what/olga/").status_code == 403


def test_pages_take_a_constant_number_of_queries(company, client, django_assert_max_num_queries):
    for at in range(60):
        make_asset(f"open{at}", sensitivity=0)

    with django_assert_max_num_queries(18):
        page = page_of(client, "ann")

    assert "1–50 of 61" in page
