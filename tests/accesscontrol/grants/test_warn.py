"""An end that is near is told of in time, to both sides, and once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.grants.limits import LIMITS
from accesscontrol.grants.models import EndWarning, Grant
from accesscontrol.grants.services import extend_grant
from accesscontrol.grants.tasks import announce
from accesscontrol.identity.models import User
from tests.build import make_asset, make_grant, make_policy, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def bob():
    return make_user("bob", "viewer", email="bob@example.org")


@pytest.fixture
def grant(bob):
    """It was given for a month, and ends in six and a half days."""
    made = make_grant(bob, make_asset(), days=6.5, starts_at=timezone.now() - timedelta(days=24))
    User.objects.filter(username="giver").update(email="giver@example.org")
    return made


def days_left(grant, days):
    Grant.objects.filter(pk=grant.pk).update(ends_at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("life", "left", "told"),
    [
        (30, 8, None),
        (30, 7, 7),
        (30, 1.5, 7),
        (30, 1, 1),
        (30, 0.1, 1),
        (30, 0, None),
        (7, 3, None),
        (1, 0.5, None),
    ],
)
def test_the_nearest_span_counts(life, left, told):
    ends = NOW + timedelta(days=left)
    span = LIMITS.due(ends - timedelta(days=life), ends, NOW)
    assert span == (timedelta(days=told) if told else None)


def test_both_sides_are_told_once_for_each_span(grant, django_capture_on_commit_callbacks):
    def told():
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            announce()
            announce()
        return sorted(to for sent in mail.outbox for to in sent.to)

    assert told() == ["bob@example.org", "giver@example.org"]
    assert "bob may view shop.public.orders until" in mail.outbox[0].body
    assert told() == []
    days_left(grant, 0.9)
    assert told() == ["bob@example.org", "giver@example.org"]
    assert told() == []
    assert EndWarning.objects.count() == Entry.objects.filter(action="grants.end_announced").count() == 2


def test_a_moved_end_is_told_of_anew(grant):
    assert announce() == 1
    ada = make_user("ada", "administrator")
    extend_grant(grant=grant, actor=ada, ends_at=timezone.now() + timedelta(days=20), reason="more")
    assert announce() == 0
    days_left(grant, 6)
    assert announce() == 1


@pytest.mark.parametrize("columns", [{"revoked_at": NOW, "revoke_reason": "over"}, {"ends_at": NOW}])
def test_what_is_over_is_not_told_of(grant, columns):
    Grant.objects.filter(pk=grant.pk).update(**columns)
    assert announce() == 0


def test_a_mail_server_that_fails_stops_nothing(
    grant, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fails(*args):
        raise ConnectionRefusedError("no mail here")

    monkeypatch.setattr("accesscontrol.grants.warnings.send_mail", fails)
    with django_capture_on_commit_callbacks(execute=True):
        assert announce() == 1
    assert "could not be mailed to bob" in caplog.text


@pytest.mark.parametrize("address", ["/", "/access/requests/"])
def test_holder_and_giver_see_it_coming(client, grant, bob, address):
    for name, button in (("bob", 1), ("giver", 0)):
        client.force_login(User.objects.get(username=name))
        text = client.get(address).content.decode()
        assert "Access that ends soon" in text
        assert text.count("Ask for a week more") == button
    client.force_login(make_user("eve"))
    assert "Access that ends soon" not in client.get(address).content.decode()


def test_the_name_stays_hidden_where_a_forbid_hides_it(client, grant, bob):
    make_policy("closed", effect="forbid")
    client.force_login(bob)
    assert "shop.public.orders" not in client.get("/").content.decode()
