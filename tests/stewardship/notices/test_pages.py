"""The page of notices and the bell on every page, as the person sees them who was told."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from stewardship.notices.models import Notice
from tests.build import make_asset, make_user
from tests.stewardship.notices.telling import tell

pytestmark = pytest.mark.django_db


def titles(client, query=""):
    shown = client.get(f"/notices/{query}").content.decode()
    return re.findall(r'<div class="grow">\s*<a href="[^"]*">(?:<strong>)?([^<]+)<', shown)


def bell(client, address="/counts/"):
    return re.search(r'aria-label="(Notices[^"]*)"', client.get(address).content.decode())[1]


@pytest.fixture
def told(client, ana):
    """Ana was told three things, and has read the first."""
    for key in ("one", "two", "three"):
        tell(ana, key=key, title=f"About {key}")
    client.force_login(ana)
    client.post(f"/notices/{Notice.objects.get(key='one').code}/read/")
    return client


def test_the_newest_is_first_and_the_unread_can_be_had_alone(told):
    assert titles(told) == ["About three", "About two", "About one"]
    assert titles(told, "?tab=unread") == ["About three", "About two"]
    assert titles(told, "?tab=nonsense") == ["About three", "About two", "About one"]


def test_a_notice_leads_to_what_it_is_about_and_its_words_are_no_markup(client, ana):
    tell(ana, title="<b>bold</b>", text="<script>x()</script>\nand more", url="/catalog/?q=a&b=c")
    client.force_login(ana)

    shown = client.get("/notices/").content.decode()

    assert 'href="/catalog/?q=a&amp;b=c"' in shown
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert "&lt;script&gt;x()&lt;/script&gt;<br>and more" in shown


def test_one_is_marked_as_read_and_the_reader_stays_where_they_were(told):
    code = Notice.objects.get(key="two").code

    answer = told.post(f"/notices/{code}/read/?tab=unread&page=2")

    assert answer["Location"] == "/notices/?tab=unread&page=2"
    assert titles(told, "?tab=unread") == ["About three"]


def test_all_are_marked_as_read(told):
    answer = told.post("/notices/read/", follow=True).content.decode()

    assert "2 marked as read." in answer
    assert "Mark all as read" not in answer
    assert titles(told, "?tab=unread") == []
    assert "You have read everything" in told.get("/notices/?tab=unread").content.decode()


def test_who_was_told_nothing_reads_that(client, ana):
    client.force_login(ana)

    assert "No notices yet" in client.get("/notices/").content.decode()
    assert bell(client) == "Notices"


def test_a_look_changes_nothing(told):
    for address in ("/notices/read/", f"/notices/{Notice.objects.get(key='two').code}/read/"):
        assert told.get(address).status_code == 405
    told.get("/notices/")

    assert bell(told) == "Notices, 2 unread"


@pytest.mark.parametrize("address", ["/", "/jobs/", "/inbox/", "/notices/", "/catalog/", "/access/requests/"])
def test_the_bell_hangs_on_every_page(told, address):
    shown = told.get(address).content.decode()

    counts = re.search(r'hx-get="([^"]+)" hx-trigger="load">\s*<a class="tool"', shown)[1]
    assert bell(told, address) == "Notices"
    assert bell(told, counts) == "Notices, 2 unread"


def test_the_bell_counts_to_ninety_nine(client, ana):
    for number in range(99):
        tell(ana, key=str(number))
    client.force_login(ana)
    assert bell(client) == "Notices, 99 unread"
    tell(ana, key="one more")

    assert bell(client) == "Notices, more than 99 unread"


def test_there_are_pages_of_twenty_five(client, ana):
    for number in range(26):
        tell(ana, key=str(number), title=f"About {number}")
    client.force_login(ana)

    assert len(titles(client)) == 25
    assert titles(client, "?page=2") == ["About 0"]


@pytest.mark.parametrize("rows", [1, 25])
def test_the_page_costs_the_same_for_any_length(
    client, ana, everybody_sees, rows, django_assert_max_num_queries
):
    for number in range(rows):
        tell(ana, key=str(number), about=("asset", make_asset(f"shop.public.t{number}").code))
    client.force_login(ana)
    with django_assert_max_num_queries(11):
        assert len(titles(client)) == rows


@pytest.mark.parametrize("rows", [0, 1, 150])
def test_the_bell_is_one_statement(client, ana, rows):
    for number in range(rows):
        tell(ana, key=str(number))
    client.force_login(ana)
    with CaptureQueriesContext(connection) as captured:
        client.get("/counts/")

    asked = [query["sql"] for query in captured.captured_queries if "stewardship_notice" in query["sql"]]
    assert len(asked) == 1
    assert "COUNT(*)" in asked[0]


@pytest.mark.parametrize("role", ["administrator", "auditor", None])
def test_another_persons_notices_do_not_exist_not_even_for_the_administrator(client, ana, role):
    tell(ana)
    notice = Notice.objects.get()
    other = make_user("root", *([role] if role else []), is_superuser=role is None)
    client.force_login(other)

    assert titles(client) == []
    assert bell(client) == "Notices"
    assert client.post(f"/notices/{notice.code}/read/").status_code == 404
    assert client.post(f"/notices/{uuid4()}/read/").status_code == 404
    client.post("/notices/read/")
    assert Notice.objects.unread().count() == 1
    assert not Entry.objects.filter(action="notices.read").exists()


def test_the_back_office_says_that_somebody_was_told_but_not_what(client, ana):
    tell(ana, title="Secret words", text="Secret text", url="/catalog/?q=secret")
    client.force_login(make_user("root", is_superuser=True, team="Data"))
    row = Notice.objects.get()

    for address in ("/admin/stewardship/notice/", f"/admin/stewardship/notice/{row.pk}/change/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "secret" not in answer.content.decode().lower()


def test_who_has_left_reads_nothing(client, ana):
    tell(ana)
    client.force_login(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)

    assert client.get("/notices/").status_code == 302
    assert client.get("/api/v1/notices/").status_code in {401, 403}
    ana.refresh_from_db()
    assert not Notice.objects.visible_to(ana).exists()
