"""The first page: what each person finds there, and that it costs the same however much there is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.identity.services import save_user
from catalog.assets.services import change_asset
from stewardship.announcements.services import announce
from stewardship.approvals.services import propose
from stewardship.following.services import follow
from stewardship.home.parts import PARTS, HomePart, add_home_part
from stewardship.notices.models import Notice
from tests.build import make_asset, make_policy, make_user
from tests.stewardship.discussions.talking import about, answer, ask

pytestmark = pytest.mark.django_db
PUBLIC = {"attribute": "resource.name", "operator": "contains", "value": ".public."}


@pytest.fixture
def sofia():
    make_policy("public", PUBLIC, actions=["view", "change"])
    return make_user("sofia", "steward", full_name="Sofia Marino")


@pytest.fixture
def vera():
    return make_user("vera", "viewer", full_name="Vera Lind")


def home(client, user):
    client.force_login(user)
    return client.get("/").content.decode()


def test_what_waits_names_its_thing_and_who_asked(client, sofia, vera):
    orders = make_asset(owner=sofia)
    propose(
        verb="catalog.change_asset",
        subject=orders,
        changes={"description": "Lines"},
        reason="Asked.",
        author=vera,
    )

    assert "Change an asset: description, by Vera Lind" in home(client, sofia)
    assert "Nothing waits for a decision of yours." in home(client, vera)


def test_open_questions_reach_who_answers_and_go_when_they_are_resolved(client, sofia, vera):
    orders = make_asset(owner=sofia)
    thread = ask(orders, vera, "What is a status of 7?")

    assert "What is a status of 7?" in home(client, sofia)
    assert "Questions for you" not in home(client, vera)
    answer(thread, sofia)
    thread.resolved_at, thread.resolved_by = timezone.now(), sofia
    thread.save()
    assert "What is a status of 7?" not in home(client, sofia)


def test_what_others_changed_this_week_in_what_one_follows(
    client, sofia, vera, django_capture_on_commit_callbacks
):
    orders = make_asset()
    follow(subject=about(orders), actor=vera)
    with django_capture_on_commit_callbacks(execute=True):
        change_asset(asset=orders, actor="sofia", changes={"description": "One row for each order"})

    assert "orders changed: description" in home(client, vera)
    assert "Description and facts: 1" in home(client, vera)
    assert "Changed this week" not in home(client, sofia)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert "Changed this week" not in home(client, vera)


def test_announcements_are_read_by_who_sees_the_thing(client, sofia, vera):
    ada = make_user("ada", "administrator")
    secret = make_asset("shop.hr.salaries", owner=ada)
    announce(actor=ada, subject=None, title="The portal is moved on Friday")
    announce(actor=ada, subject=about(make_asset()), title="Orders are frozen", severity="critical")
    hidden = announce(actor=sofia, subject=about(make_asset("shop.public.returns")), title="Returns are late")
    hidden.about_code = secret.code
    hidden.save()

    text = home(client, vera)

    assert text.index("Orders are frozen") < text.index("The portal is moved on Friday")
    assert "Returns are late" not in text


def test_what_was_looked_at_last_stands_there_while_it_is_seen(client, sofia, vera):
    orders = make_asset("shop.public.orders")
    client.force_login(vera)
    client.get(orders.get_absolute_url())

    assert "Recently viewed" in home(client, vera)
    type(orders).objects.update(name="shop.hr.orders")
    assert "Recently viewed" not in home(client, vera)


def test_a_new_portal_says_what_to_do_first_until_it_is_done(client, settings):
    ada = make_user("ada", "administrator")

    assert "First steps" in home(client, ada)
    assert "Add a source" in home(client, ada)
    save_user(username="bob", actor="ada", full_name="Bob Kern")
    assert "Let people in <span" in home(client, ada)
    assert "First steps" not in home(client, make_user("vera", "viewer"))


def test_who_sees_nothing_is_told_why(client):
    assert "You see no assets yet" in home(client, make_user("vera", "viewer"))


def test_a_room_adds_its_part_for_who_may_read_it(client, sofia, vera):
    part = HomePart("govportal/home/jobs.html", lambda reader: [], "catalog.add_source", order=70)
    told = HomePart("govportal/home/viewed.html", lambda reader: [make_asset("shop.x.saved")], order=71)
    before = list(PARTS)
    try:
        for each in (told, part, told):
            add_home_part(each)
        assert len(PARTS) == len(before) + 2
        assert "shop.x.saved" in home(client, vera)
    finally:
        PARTS[:] = before
    with pytest.raises(ValueError, match="no place 'side'"):
        add_home_part(HomePart("x.html", lambda reader: [], place="side"))


@pytest.mark.parametrize("rows", [1, 8])
def test_the_home_page_costs_the_same_for_any_length(
    client, sofia, vera, rows, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    for number in range(rows):
        one = make_asset(f"shop.public.t{number}", owner=sofia)
        follow(subject=about(one), actor=sofia)
        ask(one, vera)
        changed = {"description": f"Text {number}"}
        propose(verb="catalog.change_asset", subject=one, changes=changed, reason="Asked.", author=vera)
        with django_capture_on_commit_callbacks(execute=True):
            change_asset(asset=one, actor="ada", changes={"description": "Said otherwise"})
        announce(actor=sofia, subject=about(one), title=f"Told {number}")
        client.force_login(sofia)
        client.get(one.get_absolute_url())
    with django_assert_max_num_queries(44):
        home(client, sofia)
