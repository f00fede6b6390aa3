"""Announcing: who may, where it shows, from when until when, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.assets.services import change_asset
from catalog.domains.services import save_domain
from stewardship.announcements import services
from stewardship.announcements.models import Announcement
from stewardship.announcements.tasks import tell
from stewardship.following.services import follow
from stewardship.notices.models import Notice
from tests.build import make_asset, make_policy, make_token, make_user
from tests.stewardship.discussions.talking import about, told

pytestmark = pytest.mark.django_db
HIDDEN = {"attribute": "resource.name", "operator": "==", "value": "shop.hr.salaries"}
HOUR = timedelta(hours=1)


@pytest.fixture
def ada(db):
    return make_user("ada", "administrator", full_name="Ada")


@pytest.fixture
def sofia(db):
    """Sofia is a steward: she may change assets."""
    return make_user("sofia", "steward", full_name="Sofia")


@pytest.fixture
def vera(db):
    return make_user("vera", "viewer")


@pytest.fixture
def orders(db, ada):
    make_policy("all", actions=["view", "change"])
    return make_asset()


@pytest.fixture
def sales(orders, sofia):
    domain = save_domain(actor="ada", slug="sales", name="Sales", steward=sofia)
    change_asset(asset=orders, actor="ada", changes={"domain": domain})
    return domain


def announce(actor, one=None, kind="asset", title="Frozen for the audit", **said):
    subject = about(one, kind) if one else None
    return services.announce(actor=actor, subject=subject, title=title, **said)


def shown(client, user, address):
    client.force_login(user)
    return "Frozen for the audit" in client.get(address).content.decode()


def test_it_stands_on_the_page_of_the_asset_and_on_no_other(client, orders, sofia, vera):
    announce(sofia, orders, text="Until 1 May.\nSee https://wiki.example/")

    assert shown(client, vera, orders.get_absolute_url())
    assert shown(client, vera, f"{orders.get_absolute_url()}activity/")
    assert not shown(client, vera, make_asset("other").get_absolute_url())
    assert "https://wiki.example/" in client.get("/announcements/").content.decode()


def test_that_of_a_domain_stands_on_every_asset_in_it_at_any_depth(client, sales, orders, sofia, vera):
    inner = save_domain(actor="ada", slug="shop", name="Shop")
    type(inner).objects.filter(pk=inner.pk).update(parent=sales)
    change_asset(asset=orders, actor="ada", changes={"domain": inner})
    announce(sofia, sales, "domain")

    assert shown(client, vera, orders.get_absolute_url())
    assert not shown(client, vera, make_asset("other").get_absolute_url())


def test_that_for_everybody_stands_at_home(client, orders, ada, vera):
    announce(ada)

    assert shown(client, vera, "/announcements/")


def test_who_may_not_see_the_thing_does_not_read_what_is_announced_on_it(client, orders, ada, vera):
    salaries = make_asset("shop.hr.salaries")
    follow(subject=about(salaries), actor=vera)
    make_policy(
        "hr", HIDDEN, {"attribute": "user.username", "operator": "!=", "value": "ada"}, effect="forbid"
    )
    announce(ada, salaries)

    assert not shown(client, vera, "/announcements/")
    assert client.get("/api/v1/announcements/").json()["count"] == 0
    assert "Frozen" not in client.get("/announcements/export/").content.decode()
    assert told() == []


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("vera", "asset", False),
        ("sofia", "asset", True),
        ("vera", "domain", False),
        ("sofia", "domain", True),
        ("mia", "domain", False),
        ("ada", "domain", True),
        ("sofia", "everybody", False),
        ("ada", "everybody", True),
    ],
)
def test_who_may_announce_where(client, orders, sales, ada, sofia, vera, who, where, may):
    make_user("mia", "steward")
    people = {"ada": ada, "sofia": sofia, "vera": vera}
    actor = people.get(who) or type(ada).objects.get(username=who)
    one = {"asset": orders, "domain": sales, "everybody": None}[where]
    headers = {"Authorization": f"Bearer {make_token(actor)}"}
    body = {"title": "Frozen"} | ({"about_type": where, "about_code": str(one.code)} if one else {})

    answer = client.post("/api/v1/announcements/", body, content_type="application/json", headers=headers)

    assert answer.status_code == (201 if may else 409)
    if not may:
        with pytest.raises(Refused):
            announce(actor, one, where)


def test_it_shows_from_when_until_when_it_is_said(client, orders, sofia, vera):
    now = timezone.now()
    row = announce(sofia, orders, begins_at=now + HOUR, until=now + 3 * HOUR)
    page = orders.get_absolute_url()
    assert (row.state, shown(client, vera, page), shown(client, vera, "/announcements/?state=to_come")) == (
        "scheduled",
        False,
        False,
    )
    assert shown(client, sofia, "/announcements/?state=to_come")

    Announcement.objects.update(begins_at=now - HOUR)
    assert shown(client, vera, page)
    Announcement.objects.update(begins_at=now - 3 * HOUR, until=now - HOUR)
    assert not shown(client, vera, page)
    assert shown(client, vera, "/announcements/?state=over")


def test_it_is_ended_by_who_may_announce_there_and_stays_in_the_list(client, orders, sofia, vera):
    row = announce(sofia, orders)
    client.force_login(vera)
    assert client.post(f"/announcements/{row.code}/end/").status_code == 403
    client.force_login(sofia)
    client.post(f"/announcements/{row.code}/end/")

    assert not shown(client, vera, orders.get_absolute_url())
    assert shown(client, vera, "/announcements/?state=over")
    actions = Entry.objects.filter(object_type="announcement").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["announcements.made", "announcements.ended"]


def test_who_follows_the_thing_or_something_in_it_is_told_when_it_begins(orders, sales, sofia, vera, ada):
    follow(subject=about(orders), actor=vera)
    announce(ada, sales, "domain", severity="critical")
    later = announce(ada, orders, title="Later", begins_at=timezone.now() + HOUR)
    assert told() == [
        ("sofia", "announcement", "Sales: Frozen for the audit"),
        ("vera", "announcement", "Sales: Frozen for the audit"),
    ]
    assert set(Notice.objects.values_list("severity", flat=True)) == {"breaking"}

    assert tell() == 0
    Announcement.objects.filter(pk=later.pk).update(begins_at=timezone.now())
    assert tell() == 2
    assert tell() == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"text": "x" * 2001}, "text"),
        ({"severity": "mild"}, "severity"),
        ({"until": timezone.now() - HOUR}, "until"),
        ({"begins_at": timezone.now() + 2 * HOUR, "until": timezone.now() + HOUR}, "until"),
    ],
)
def test_what_is_wrong_is_said_by_field(orders, sofia, said, field):
    with pytest.raises(ValidationError) as error:
        announce(sofia, orders, **said)
    assert list(error.value.message_dict) == [field]


def test_the_form_offers_where_one_may_announce(client, orders, sales, ada, sofia, vera):
    client.force_login(sofia)
    page = client.get(f"/announcements/new/?about=asset&code={orders.code}").content.decode()
    assert f'value="asset:{orders.code}"' in page
    assert f'value="domain:{sales.code}"' in page
    assert "For everybody" not in page
    said = {"where": f"asset:{orders.code}", "severity": "warning", "title": "Frozen for the audit"}
    answer = client.post(f"/announcements/new/?about=asset&code={orders.code}", said)
    assert answer.url == orders.get_absolute_url()
    refused = client.post("/announcements/new/", {**said, "where": "everybody"})
    assert refused.status_code == 400
    late = client.post(
        f"/announcements/new/?about=asset&code={orders.code}", {**said, "until": "2001-01-01T10:00"}
    )
    assert "It ends after it begins" in late.content.decode()

    client.force_login(vera)
    assert client.get("/announcements/new/").status_code == 403
    assert "Announce</a>" not in client.get(orders.get_absolute_url()).content.decode()


def test_a_program_that_names_nothing_is_told_so(client, orders, ada):
    headers = {"Authorization": f"Bearer {make_token(ada)}"}
    for body in ({"about_type": "asset"}, {"about_type": "ghost", "about_code": str(orders.code)}):
        answer = client.post(
            "/api/v1/announcements/", {"title": "x", **body}, content_type="application/json", headers=headers
        )
        assert [error["field"] for error in answer.json()["errors"]] == ["about_code"]
    assert client.get("/api/v1/announcements/?state=banana", headers=headers).status_code == 400


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_costs_the_same_for_any_length(client, orders, ada, rows, django_assert_max_num_queries):
    for number in range(rows):
        announce(ada, make_asset(f"t{number}"))
    client.force_login(ada)
    with django_assert_max_num_queries(20):
        assert client.get("/announcements/").status_code == 200
