"""What one looked at last: for oneself, the last fifty, in one statement."""

import pytest

from accesscontrol.audit.models import Entry
from stewardship.visits.models import Visit
from stewardship.visits.reads import recently_viewed
from stewardship.visits.services import KEPT, note_visit
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    make_policy()
    return make_user("ana", "viewer")


def look(user, *assets):
    for asset in assets:
        note_visit(reader=user, kind="asset", code=asset.code)


def test_a_page_that_is_looked_at_is_remembered_and_not_in_the_log(client, ana):
    asset = make_asset()
    client.force_login(ana)
    before = Entry.objects.count()
    for _ in range(2):
        client.get(asset.get_absolute_url())

    assert recently_viewed(reader=ana) == [asset]
    assert Visit.objects.count() == 1
    assert Entry.objects.count() == before


def test_the_latest_comes_first_and_is_never_anothers(ana):
    ben = make_user("ben", "viewer")
    first, second, third = (make_asset(name) for name in ("a", "b", "c"))
    look(ana, first, second, first)
    look(ben, third)

    assert recently_viewed(reader=ana) == [first, second]
    assert recently_viewed(reader=ben) == [third]
    assert set(Visit.objects.visible_to(ben).values_list("about_code", flat=True)) == {third.code}


def test_what_is_hidden_now_is_not_shown(ana):
    asset = make_asset()
    look(ana, asset)
    make_policy(
        "nobody", {"attribute": "resource.name", "operator": "==", "value": asset.name}, effect="forbid"
    )

    assert recently_viewed(reader=ana) == []


def test_fifty_are_kept_and_the_oldest_forgotten(ana):
    assets = [make_asset(f"t{number}") for number in range(KEPT + 5)]
    look(ana, *assets, assets[0])

    assert Visit.objects.count() == KEPT
    assert recently_viewed(reader=ana, number=KEPT) == [assets[0], *reversed(assets[6:])]


def test_it_costs_one_statement_and_two_to_read(ana, query_count):
    asset = make_asset()
    with query_count(1):
        look(ana, asset)
    with query_count(7):  # two, and those that ask roles and policies
        assert recently_viewed(reader=ana) == [asset]


def test_what_nobody_may_see_leaves_no_trace(client, ana):
    hidden = make_asset("shop.hr.salaries")
    make_policy("hr", {"attribute": "resource.name", "operator": "==", "value": hidden.name}, effect="forbid")
    client.force_login(ana)

    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert not Visit.objects.exists()
