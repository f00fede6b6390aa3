"""Deprecating, archiving, and taking into use again."""

import pytest

from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(everybody_sees):
    return make_asset("shop.public.old")


@pytest.fixture
def new(everybody_sees):
    return make_asset("shop.public.new")


def say(browser, asset, **said):
    form = {"version": "1", "status": "deprecated", "replacement": "", "retires_on": ""}
    return browser.post(f"/catalog/assets/{asset.code}/lifecycle/", {**form, **said})


@pytest.mark.parametrize("typed", ["shop.public.new", "https://portal.example/catalog/assets/{code}/"])
def test_it_is_deprecated_with_a_replacement_and_a_last_day(ana, signed_in, old, new, typed):
    browser = signed_in(ana)

    say(browser, old, replacement=typed.format(code=new.code), retires_on="2027-01-31")

    shown = browser.get(f"{old.get_absolute_url()}activity/").text
    assert "Nobody may count on it after 31 January 2027." in shown
    assert f'Use <a href="{new.get_absolute_url()}">new</a> instead.' in shown


def test_in_use_again_it_has_neither(ana, signed_in, old, new):
    change_asset(asset=old, actor="leo", changes={"status": "deprecated", "replacement": new})

    say(signed_in(ana), old, status="active", version="2", replacement="shop.public.new")

    old.refresh_from_db()
    assert (old.status, old.replacement) == ("active", None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"replacement": "nothing"}, "replacement"),
        ({"replacement": "shop.public.old"}, "replacement"),
        ({"retires_on": "soon"}, "retires_on"),
        ({"status": "melted"}, "status"),
    ],
)
def test_what_is_wrong_is_named(ana, signed_in, old, said, field):
    answer = say(signed_in(ana), old, **said)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_of_two_of_a_name_the_address_is_asked_for(ana, signed_in, old, new):
    make_asset("shop.public.new", namespace="elsewhere")

    answer = say(signed_in(ana), old, replacement="shop.public.new")

    assert "several assets of this name" in answer.text


def test_a_hidden_replacement_is_not_named_to_who_may_not_see_it(vera, signed_in, old, new):
    make_policy("hide", {"attribute": "resource.name", "operator": "==", "value": new.name}, effect="forbid")
    change_asset(asset=old, actor="leo", changes={"status": "archived", "replacement": new})

    browser = signed_in(vera)

    assert "It is kept, and not to be used." in browser.get(old.get_absolute_url()).text
    assert "shop.public.new" not in browser.get(old.get_absolute_url()).text
    assert "shop.public.new" not in browser.get(f"/catalog/assets/{old.code}/lifecycle/").text
    assert say(browser, old, replacement="shop.public.new", reason="x", version="2").status_code == 400


def test_it_can_be_proposed(vera, signed_in, old, new):
    say(signed_in(vera), old, replacement="shop.public.new", reason="new is complete")
    approve(proposal=Proposal.objects.get(), actor=make_user("stella", "steward"))

    old.refresh_from_db()
    assert (old.status, old.replacement) == ("deprecated", Asset.objects.get(pk=new.pk))
