"""Telling people: each once, those who are still here, in words that the database holds to its rules."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from stewardship.notices import tasks
from stewardship.notices.models import Notice
from stewardship.notices.services import mark_all_read, mark_read
from tests.build import make_asset
from tests.stewardship.notices.telling import tell

pytestmark = pytest.mark.django_db


def test_the_same_thing_is_told_once(ana, ben):
    assert tell(ana, key="orders-2") == 1
    assert tell(ana, ben, key="orders-2", title="In other words") == 1
    assert tell(ana, ben, key="orders-2") == 0
    assert tell(ana, ben, key="orders-3") == 2

    assert list(Notice.objects.filter(recipient=ana).values_list("key", "title")) == [
        ("orders-3", "A column is gone"),
        ("orders-2", "A column is gone"),
    ]


def test_who_was_named_twice_is_told_once(ana):
    assert tell(ana, User.objects.get(pk=ana.pk)) == 1


def test_who_has_left_is_told_nothing(ana, ben):
    User.objects.filter(pk=ben.pk).update(is_active=False)

    assert tell(ana, ben) == 1
    assert not Notice.objects.filter(recipient=ben).exists()


def test_nobody_to_tell_is_no_error():
    assert tell() == 0
    assert not Entry.objects.filter(action="notices.sent").exists()


def test_a_thousand_people_take_as_many_statements_as_one(ana, django_assert_num_queries):
    crowd = User.objects.bulk_create([User(username=f"one-{number}") for number in range(1000)])
    with django_assert_num_queries(6):  # savepoint, people, rows, count, the log, release
        tell(ana, key="one")
    with django_assert_num_queries(6):
        assert tell(*crowd, key="many") == 1000


def test_the_log_says_that_people_were_told_and_of_what_but_not_in_which_words(ana, ben):
    orders = make_asset()
    tell(ana, ben, key="orders-2", about=("asset", orders.code), actor="harvest")

    said = Entry.objects.get(action="notices.sent")
    assert (said.object_id, said.actor) == ("orders-2", "harvest")
    assert json.loads(said.body)["details"] == {
        "number": 2,
        "topic": "schema_change",
        "severity": "breaking",
        "about": f"asset:{orders.code}",
    }


def test_a_long_title_is_cut_and_not_refused(ana):
    tell(ana, title="x" * 500)

    assert Notice.objects.get().title == "x" * 199 + "…"


def test_what_nobody_guards_cannot_be_told_about(ana):
    with pytest.raises(ImproperlyConfigured, match="'planet'"):
        tell(ana, about=("planet", uuid4()))


WRONG = {
    "elsewhere": {"url": "https://example.org/"},
    "another host": {"url": "//example.org/"},
    "another host, as some browsers read it": {"url": "/\\example.org/"},
    "another host once the browser leaves out the tab": {"url": "/\t/example.org/"},
    "nowhere": {"url": ""},
    "a script": {"url": "javascript:alert(1)"},
    "no title": {"title": ""},
    "no key": {"key": ""},
    "no slug": {"topic": "Schema change"},
    "no severity that there is": {"severity": "loud"},
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_the_database_refuses(ana, said):
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(ana, **said)


@pytest.mark.parametrize("about", [{"about_type": "asset"}, {"about_code": uuid4()}], ids=["type", "code"])
def test_the_database_refuses_half_of_what_it_is_about(ana, about):
    tell(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(**about)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sets(st.integers(0, 3)), st.sampled_from("abc")), max_size=6))
def test_however_often_it_is_told_each_hears_each_thing_once(db, calls):
    with transaction.atomic():
        people = User.objects.bulk_create([User(username=uuid4().hex) for _ in range(4)])
        told = sum(tell(*(people[each] for each in who), key=key) for who, key in calls)

        wanted = {(people[each].pk, key) for who, key in calls for each in who}
        assert set(Notice.objects.values_list("recipient", "key")) == wanted
        assert told == len(wanted)
        transaction.set_rollback(True)


def test_reading_is_remembered_once_and_is_in_the_log(ana):
    tell(ana)
    notice = Notice.objects.get()
    mark_read(notice=notice, reader=ana)
    notice.refresh_from_db()
    first = notice.read_at
    mark_read(notice=notice, reader=ana)
    notice.refresh_from_db()

    assert first is not None
    assert notice.read_at == first
    assert Entry.objects.filter(action="notices.read", object_id=str(notice.code), actor="ana").count() == 1


def test_all_of_ones_own_are_read_and_nobody_elses(ana, ben):
    tell(ana, ben, key="one")
    tell(ana, key="two")

    assert mark_all_read(reader=ana) == 2
    assert mark_all_read(reader=ana) == 0
    assert list(Notice.objects.unread().values_list("recipient__username", flat=True)) == ["ben"]


def test_what_was_read_long_ago_goes_and_the_unread_stays(ana, ben):
    for key, days in {"old": 91, "young": 89, "unread": None}.items():
        tell(ana, key=key)
        read = days and timezone.now() - timedelta(days=days)
        ago = timezone.now() - timedelta(days=400)
        Notice.objects.filter(key=key).update(read_at=read or None, created_at=ago)

    assert tasks.delete_old() == 1
    assert tasks.delete_old() == 0
    assert set(Notice.objects.values_list("key", flat=True)) == {"young", "unread"}
    assert Entry.objects.filter(action="notices.deleted").count() == 1


def test_the_bell_counts_by_an_index(ana):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'notice_unread'")
        [(definition,)] = cursor.fetchall()

    assert definition.endswith("(recipient_id) WHERE (read_at IS NULL)")
