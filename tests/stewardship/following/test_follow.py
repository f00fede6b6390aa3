"""Following: who is told of what, once, and as far as they may see it then and later."""

import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.assets.services import change_asset, change_field
from catalog.domains.services import save_domain
from stewardship.following import services
from stewardship.following.models import Follow
from stewardship.following.services import MOST_AN_HOUR, Event, tell
from stewardship.notices.models import Notice
from tests.build import drop_policy, make_asset, make_policy, make_token, make_user
from tests.stewardship.discussions.talking import about, ask, told

pytestmark = pytest.mark.django_db
HIDDEN = {"attribute": "resource.name", "operator": "==", "value": "shop.hr.salaries"}


@pytest.fixture
def ana(db):
    """Ana owns the orders."""
    return make_user("ana", "steward", full_name="Ana Abel")


@pytest.fixture
def ben(db):
    return make_user("ben", "viewer", full_name="Ben Baker")


@pytest.fixture
def orders(ana):
    make_policy("all", actions=["view", "change"])
    return make_asset(columns="id email", owner=ana)


@pytest.fixture
def as_ben(client, ben):
    client.force_login(ben)
    return client


def follow(one, user, kind="asset"):
    services.follow(subject=about(one, kind), actor=user)


def happen(one, actor="system", key="k", **said):
    event = Event(key=key, topic="metadata", title="It changed", actor=actor, **said)
    return tell(subject=about(one), event=event)


def actions():
    return list(Entry.objects.filter(object_type="follow").order_by("pk").values_list("action", flat=True))


def test_the_button_follows_and_follows_no_longer_and_says_so_in_the_log(as_ben, orders, ben):
    page = as_ben.get(orders.get_absolute_url()).content.decode()
    assert "Follow</button>" in page
    at = f"/following/asset/{orders.code}"
    back = {"next": orders.get_absolute_url()}
    for _ in range(2):
        assert as_ben.post(f"{at}/follow/", back).url == orders.get_absolute_url()
    assert "Following</button>" in as_ben.get(orders.get_absolute_url()).content.decode()
    for _ in range(2):
        as_ben.post(f"{at}/unfollow/", back)

    assert not Follow.objects.exists()
    assert actions() == ["following.followed", "following.unfollowed"]


def test_htmx_gets_the_button_alone(as_ben, orders):
    answer = as_ben.post(f"/following/asset/{orders.code}/follow/", headers={"HX-Request": "true"})
    assert "Following</button>" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_one_is_led_back_to_a_page_of_ours(as_ben, orders, back):
    answer = as_ben.post(f"/following/asset/{orders.code}/follow/", {"next": back})
    assert answer.url == orders.get_absolute_url()


def test_followers_and_who_answers_are_told_of_what_people_change(
    orders, ben, django_capture_on_commit_callbacks
):
    follow(orders, ben)
    cleo = make_user("cleo", "administrator", full_name="Cleo")
    with django_capture_on_commit_callbacks(execute=True):
        change_asset(asset=orders, actor="cleo", changes={"description": "All orders.", "location": "eu"})
        change_field(field=orders.fields.get(name="email"), actor="cleo", changes={"identity": "email"})

    assert set(told()) == {
        (who, "metadata", title)
        for who in ("ana", "ben")
        for title in ("orders changed: description, location", "orders.email changed: identity")
    }
    assert not Notice.objects.filter(recipient=cleo).exists()
    assert "All orders." not in "".join(Notice.objects.values_list("text", flat=True))


@pytest.mark.parametrize(
    ("changes", "topic", "title", "severity"),
    [
        ({"status": "deprecated"}, "lifecycle", "orders is deprecated", "warning"),
        ({"status": "archived"}, "lifecycle", "orders is archived", "warning"),
    ],
)
def test_the_gravest_is_told_first(
    orders, ben, changes, topic, title, severity, django_capture_on_commit_callbacks
):
    follow(orders, ben)
    with django_capture_on_commit_callbacks(execute=True):
        change_asset(asset=orders, actor="ana", changes={"description": "Old.", **changes})

    notice = Notice.objects.get(recipient=ben)
    assert (notice.topic, notice.title, notice.severity) == (topic, title, severity)


def test_who_did_it_is_not_told_and_nobody_twice(orders, ana, ben):
    follow(orders, ben)
    follow(orders, ana)

    assert happen(orders, actor="ben") == 1
    assert happen(orders, actor="ben") == 0
    assert [who for who, _, _ in told()] == ["ana"]


def test_a_follower_who_may_not_see_it_any_more_is_not_told(orders, ben):
    salaries = make_asset("shop.hr.salaries")
    follow(salaries, ben)
    hidden = make_policy("hr", HIDDEN, effect="forbid")

    assert happen(salaries) == 0
    drop_policy(hidden)
    assert happen(salaries) == 1
    make_policy("hr", HIDDEN, effect="forbid")
    assert not Notice.objects.visible_to(ben).exists()


def test_a_question_reaches_followers_of_the_table_even_about_its_column(orders, ben):
    cleo = make_user("cleo", "viewer")
    follow(orders, ben)
    services_ask = ask(orders, cleo)
    assert ("ben", "question", "cleo asked about orders") in told()
    ask(orders, cleo, kind="comment", text="Fine.")
    assert [who for who, topic, _ in told() if topic == "comment"] == ["ana"]
    assert services_ask.is_open


def test_of_very_much_within_an_hour_one_more_notice_is_told(orders, ben):
    follow(orders, ben)
    for number in range(MOST_AN_HOUR + 3):
        happen(orders, actor="ana", key=str(number))

    titles = [title for who, _, title in told() if who == "ben"]
    assert len(titles) == MOST_AN_HOUR + 1
    assert titles[-1] == f"More than {MOST_AN_HOUR} things happened within an hour"


def test_what_is_no_thing_of_its_own_is_not_followed(orders, ben):
    with pytest.raises(Refused):
        follow(orders.fields.get(name="email"), ben, "field")


def test_the_list_shows_ones_own_and_what_one_sees(as_ben, orders, ben, ana):
    salaries = make_asset("shop.hr.salaries")
    sales = save_domain(actor="ana", slug="sales", name="Sales")
    for one, kind in ((orders, "asset"), (salaries, "asset"), (sales, "domain")):
        follow(one, ben, kind)
    follow(make_asset("shop.public.others"), ana)
    make_policy("hr", HIDDEN, effect="forbid")

    api = as_ben.get("/api/v1/follows/").json()
    assert {row["about_code"] for row in api["results"]} == {str(orders.code), str(sales.code)}
    assert as_ben.get("/api/v1/follows/?about_type=domain").json()["count"] == 1


def test_the_page_and_its_csv(as_ben, orders, ben):
    assert "You follow nothing here" in as_ben.get("/following/").content.decode()
    follow(orders, ben)
    page = as_ben.get("/following/?kind=asset").content.decode()
    assert "Unfollow orders" in page
    assert "You follow nothing here" in as_ben.get("/following/?kind=domain").content.decode()
    lines = as_ben.get("/following/export/").content.decode().splitlines()
    assert lines[1].startswith(f"asset,{orders.code},orders,/catalog/assets/{orders.code}/,20")


def test_a_program_follows_too(client, orders, ben):
    headers = {"Authorization": f"Bearer {make_token(ben)}"}
    at = f"/api/v1/follows/asset/{orders.code}/"
    assert client.put(at, headers=headers).json()["about_code"] == str(orders.code)
    assert client.put(at, headers=headers).status_code == 200
    assert client.delete(at, headers=headers).status_code == 204
    assert client.delete(at, headers=headers).status_code == 204
    hidden = make_asset("shop.hr.salaries")
    make_policy("hr", HIDDEN, effect="forbid")
    assert client.put(f"/api/v1/follows/asset/{hidden.code}/", headers=headers).status_code == 404
    field = orders.fields.get(name="id")
    assert client.put(f"/api/v1/follows/field/{field.code}/", headers=headers).status_code == 409


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_costs_the_same_for_any_length(as_ben, orders, ben, rows, django_assert_max_num_queries):
    for number in range(rows):
        follow(make_asset(f"t{number}"), ben)
    with django_assert_max_num_queries(20):
        assert as_ben.get("/following/").status_code == 200
