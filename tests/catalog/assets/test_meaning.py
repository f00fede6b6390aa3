"""Who answers for an asset, how much depends on it, and what takes its place when it ends."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Team
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.domains.services import save_domain
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana):
    return {
        "headers": {"Authorization": f"Bearer {make_token(ana)}"},
        "content_type": "application/json",
    }


def fields_of(answer):
    return [error["field"] for error in answer.json()["errors"]]


def address(asset):
    return reverse("api-asset-detail", args=[asset.code])


def test_people_team_and_tier_are_changed_by_the_api(client, told):
    Team.objects.create(name="Shop")
    for name in ("olga", "boris", "stella"):
        make_user(name, "viewer")
    asset = make_asset()
    said = {"owner": "olga", "business_owner": "boris", "steward": "stella", "team": "Shop", "tier": 1}

    changed = client.patch(address(asset), said, **told)

    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in said} == said
    details = Entry.objects.get(action="catalog.asset_changed").body
    assert '"after":{"business_owner":"boris","owner":"olga"' in details
    assert '"team":"Shop","tier":1' in details


def test_where_nobody_is_named_the_steward_of_the_domain_acts(client, told):
    stella, stan = make_user("stella", "steward"), make_user("stan", "steward")
    sales = save_domain(actor="tests", slug="sales", name="Sales", steward=stella)
    asset = make_asset(domain=sales)
    make_asset("other", domain=sales, steward=stan)

    seen = client.get(address(asset), **told).json()
    listed = client.get("/api/v1/assets/?steward=stella", **told).json()

    assert (seen["steward"], seen["acting_steward"]) == (None, "stella")
    assert [row["name"] for row in listed["results"]] == ["shop.public.orders"]
    assert [row.name for row in Asset.objects.stewarded_by(stan)] == ["other"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tier": 6}, "tier"),
        ({"tier": 0}, "tier"),
        ({"team": "Nobody"}, "team"),
        ({"business_owner": "nobody"}, "business_owner"),
        ({"properties": ["a"]}, "properties"),
        ({"replacement": "0e8a46d2-0000-4000-8000-000000000000"}, "replacement"),
        ({"retires_on": "2027-01-31"}, "retires_on"),
        ({"retires_on": "soon", "status": "deprecated"}, "retires_on"),
    ],
)
def test_what_is_wrong_is_named(client, told, change, field):
    answer = client.patch(address(make_asset()), change, **told)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]


def test_a_deprecated_asset_has_a_replacement_until_it_is_used_again(client, told):
    old, new = make_asset("old"), make_asset("new")
    ending = {"status": "deprecated", "replacement": str(new.code), "retires_on": "2027-01-31"}

    deprecated = client.patch(address(old), ending, **told).json()
    again = client.patch(address(old), {"status": "active"}, **told).json()

    assert {name: deprecated[name] for name in ending} == ending
    assert (again["replacement"], again["retires_on"]) == (None, None)


def test_nothing_replaces_itself(client, told):
    asset = make_asset()

    answer = client.patch(address(asset), {"status": "deprecated", "replacement": str(asset.code)}, **told)

    assert (answer.status_code, fields_of(answer)) == (400, ["replacement"])


def test_a_hidden_replacement_is_neither_chosen_nor_told(client, told):
    secret = {"attribute": "resource.name", "operator": "==", "value": "secret"}
    make_policy("not the secret", secret, effect="forbid")
    old, hidden = make_asset("old"), make_asset("secret")

    refused = client.patch(address(old), {"status": "deprecated", "replacement": str(hidden.code)}, **told)
    change_asset(asset=old, actor="leo", changes={"status": "deprecated", "replacement": hidden})
    seen = client.get(address(old), **told)

    assert (refused.status_code, fields_of(refused)) == (400, ["replacement"])
    assert seen.json()["replacement"] is None
    assert "secret" not in client.get(f"{old.get_absolute_url()}activity/", **told).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"tier": 6},
        {"certification": "platinum"},
        {"certified_until": timezone.now()},
        {"retires_on": date(2027, 1, 1)},
        {"properties": []},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_asset(**wrong)


def test_only_a_certificate_that_has_not_run_out_counts(client, told):
    now = timezone.now()
    make_asset("gold", certification="gold")
    make_asset("for now", certification="silver", certified_until=now + timedelta(days=1))
    make_asset("over", certification="gold", certified_until=now - timedelta(days=1))
    make_asset("never")

    listed = client.get("/api/v1/assets/?certified=true", **told).json()["results"]
    others = client.get("/api/v1/assets/?certified=false", **told).json()["results"]

    assert [row["name"] for row in listed] == ["for now", "gold"]
    assert [row["name"] for row in others] == ["never", "over"]
    assert [row.is_certified for row in Asset.objects.order_by("name")] == [True, True, False, False]


def test_policies_may_speak_of_tier_and_team():
    vera = make_user("vera", "viewer")
    team = Team.objects.create(name="Shop")
    make_policy(
        "the shop's most important",
        {"attribute": "resource.team", "operator": "==", "value": "Shop"},
        {"attribute": "resource.tier", "operator": "<=", "value": 2},
    )
    make_asset("a", team=team, tier=1)
    make_asset("b", team=team, tier=3)
    make_asset("c", tier=1)

    assert [row.name for row in Asset.objects.visible_to(vera)] == ["a"]


def test_who_acts_as_steward_follows_the_domain_and_the_person():
    stella, stan, sue = (make_user(name, "steward") for name in ("stella", "stan", "sue"))
    sales = save_domain(actor="tests", slug="sales", name="Sales", steward=stella)
    plain, own = make_asset("plain", domain=sales), make_asset("own", domain=sales, steward=stan)

    def acting():
        return [Asset.objects.get(pk=row.pk).acting_steward for row in (plain, own)]

    assert acting() == [stella, stan]
    save_domain(actor="tests", domain=sales, slug="sales", name="Sales", steward=sue)
    assert acting() == [sue, stan]
    stan.delete()
    assert acting() == [sue, sue]
    sue.delete()
    assert acting() == [None, None]


def test_nobody_writes_another_name_over_the_acting_steward():
    stella, stan = make_user("stella", "steward"), make_user("stan", "steward")
    asset = make_asset(steward=stella)

    Asset.objects.update(acting_steward=stan)

    assert Asset.objects.get(pk=asset.pk).acting_steward == stella
