"""The same for programs: listed, filtered, marked as read."""

from uuid import uuid4

import pytest

from stewardship.notices.models import Notice
from tests.build import make_asset, make_token
from tests.stewardship.notices.telling import tell

pytestmark = pytest.mark.django_db
LIST = "/api/v1/notices/"


@pytest.fixture
def call(client, ana):
    """`call("get", "?unread=true")` asks as Ana's program does, which holds a token."""
    header = {"Authorization": f"Bearer {make_token(ana)}"}

    def ask(method, path=""):
        return getattr(client, method)(f"{LIST}{path}", headers=header)

    return ask


def keys(answer):
    assert answer.status_code == 200
    return [row["title"] for row in answer.json()["results"]]


def test_a_notice_says_what_about_what_and_where(call, ana, everybody_sees):
    orders = make_asset()
    tell(ana, about=("asset", orders.code), url=orders.get_absolute_url())

    [row] = call("get").json()["results"]

    code, told = row.pop("code"), row.pop("created_at")
    assert (code, told[:2]) == (str(Notice.objects.get().code), "20")
    assert row == {
        "topic": "schema_change",
        "severity": "breaking",
        "title": "A column is gone",
        "text": "The column email was dropped.",
        "url": f"/catalog/assets/{orders.code}/",
        "about_type": "asset",
        "about_code": str(orders.code),
        "read_at": None,
    }


def test_the_list_is_filtered(call, ana):
    tell(ana, key="one", title="one", topic="harvest", severity="warning")
    tell(ana, key="two", title="two")
    call("post", f"{Notice.objects.get(key='one').code}/read/")

    assert keys(call("get")) == ["two", "one"]
    assert keys(call("get", "?unread=true")) == ["two"]
    assert keys(call("get", "?unread=false")) == ["one"]
    assert keys(call("get", "?topic=harvest")) == ["one"]
    assert keys(call("get", "?severity=breaking")) == ["two"]


@pytest.mark.parametrize("field", ["unread", "severity"])
def test_a_filter_that_is_no_word_of_ours_is_named(call, field):
    answer = call("get", f"?{field}=banana")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_one_is_read_and_stays_so(call, ana):
    tell(ana)
    code = Notice.objects.get().code

    first = call("post", f"{code}/read/").json()["read_at"]

    assert first is not None
    assert call("post", f"{code}/read/").json()["read_at"] == first


def test_all_are_read(call, ana, ben):
    tell(ana, ben, key="one")
    tell(ana, key="two")

    assert call("post", "read-all/").json() == {"marked": 2}
    assert call("post", "read-all/").json() == {"marked": 0}
    assert list(Notice.objects.unread().values_list("recipient__username", flat=True)) == ["ben"]


def test_another_persons_notice_is_not_there(call, ana, ben):
    tell(ben)
    code = Notice.objects.get().code

    assert keys(call("get")) == []
    theirs, nobodys = (call("post", f"{each}/read/") for each in (code, uuid4()))
    assert (theirs.status_code, theirs.json()["detail"]) == (404, nobodys.json()["detail"])
    assert call("get", f"{code}/").status_code == 404
    assert Notice.objects.unread().count() == 1


def test_a_token_that_may_only_read_marks_nothing(client, ana):
    tell(ana)
    header = {"Authorization": f"Bearer {make_token(ana, 'read')}"}

    assert client.get(LIST, headers=header).status_code == 200
    assert client.post(f"{LIST}read-all/", headers=header).status_code == 403
    assert client.post(f"{LIST}{Notice.objects.get().code}/read/", headers=header).status_code == 403
    assert Notice.objects.unread().count() == 1


def test_a_stranger_is_told_nothing(client):
    assert client.get(LIST).status_code in {401, 403}


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same_for_any_length(
    call, ana, everybody_sees, rows, django_assert_max_num_queries
):
    for number in range(rows):
        asset = make_asset(f"shop.public.t{number}")
        tell(ana, key=str(number), about=("asset", asset.code))
    with django_assert_max_num_queries(10):
        assert len(call("get").json()["results"]) == rows
