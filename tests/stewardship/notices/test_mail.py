"""What breaks something reaches people who are not looking: one mail with all of it, once."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from stewardship.notices import tasks
from stewardship.notices.models import Notice
from tests.build import make_asset, make_policy, make_user
from tests.stewardship.notices.telling import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return make_user("ana", "viewer", email="ana@example.org")


@pytest.fixture
def ben(db):
    return make_user("ben", "viewer", email="ben@example.org")


def test_one_mail_says_all_that_is_new_and_says_it_once(ana, ben, settings):
    settings.PORTAL_URL = "https://gov.example"
    tell(ana, ben, key="one", title="A column of orders is gone", url="/catalog/?q=orders")
    tell(ana, key="two", title="A column of visits is gone")

    assert tasks.mail() == 2
    assert tasks.mail() == 0

    first, second = mail.outbox
    assert (first.to, first.subject) == (["ana@example.org"], "2 breaking changes")
    assert "A column of visits is gone\nThe column email was dropped.\nhttps://gov.example/cat" in first.body
    assert first.body.endswith("All notices: https://gov.example/notices/\n")
    assert (second.to, second.subject) == (["ben@example.org"], "A column of orders is gone")
    assert "https://gov.example/catalog/?q=orders" in second.body
    assert Entry.objects.filter(action="notices.mailed").count() == 2


def test_what_comes_later_is_mailed_alone(ana):
    tell(ana, key="one", title="The first")
    tasks.mail()
    tell(ana, key="two", title="The second")
    tasks.mail()

    assert [sent.subject for sent in mail.outbox] == ["The first", "The second"]
    assert "The first" not in mail.outbox[1].body


def test_what_is_hidden_is_not_mailed(ana, ben):
    asset = make_asset("shop.hr.salaries")
    ben_only = {"attribute": "user.username", "operator": "==", "value": "ben"}
    make_policy("ben", ben_only)
    tell(ana, ben, about=("asset", asset.code))

    assert tasks.mail() == 1
    assert mail.outbox[0].to == ["ben@example.org"]


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": "warning"},
        {"severity": "info"},
        {"read_at": timezone.now()},
        {"created_at": timezone.now() - timedelta(days=2)},
    ],
    ids=["warning", "info", "read", "old"],
)
def test_nothing_else_is_mailed(ana, changes):
    tell(ana)
    Notice.objects.update(**changes)

    assert tasks.mail() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}], ids=["no address", "left"])
def test_who_cannot_be_mailed_stops_nobody(ana, ben, changes):
    tell(ana, ben)
    User.objects.filter(pk=ana.pk).update(**changes)

    assert tasks.mail() == 1
    assert mail.outbox[0].to == ["ben@example.org"]


def test_a_title_of_two_lines_is_a_subject_of_one(ana):
    tell(ana, title="One\r\nBcc: eve@example.org")
    tasks.mail()

    assert mail.outbox[0].subject == "One Bcc: eve@example.org"
    assert mail.outbox[0].bcc == []


def test_a_flood_is_one_mail_of_some_length(ana):
    for number in range(50):
        tell(ana, key=str(number), title=f"Change {number}.")

    assert tasks.mail() == 1
    assert mail.outbox[0].subject == "50 breaking changes"
    assert mail.outbox[0].body.count("Change ") == 20
    assert "And 30 more." in mail.outbox[0].body


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), SMTPServerDisconnected("no")])
def test_a_mail_server_that_fails_is_asked_again(ana, monkeypatch, caplog, error):
    def fails(*args):
        raise error

    tell(ana)
    with monkeypatch.context() as patched:
        patched.setattr("stewardship.notices.mails.send_mail", fails)
        assert tasks.mail() == 0
    assert "could not be mailed to ana" in caplog.text
    assert not Entry.objects.filter(action="notices.mailed").exists()

    assert tasks.mail() == 1


def test_without_a_mail_server_nothing_is_mailed_nor_printed(ana, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(ana)

    assert tasks.mail() == 0
    assert "column" not in capsys.readouterr().out
    assert Notice.objects.to_mail().count() == 1
