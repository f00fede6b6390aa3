"""Two workers that have the same thing to tell, at the same moment."""

from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction

from stewardship.notices import tasks
from stewardship.notices.models import Notice
from tests.build import make_user
from tests.stewardship.notices.telling import tell

WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def until_somebody_waits_for_us():
    """Return once another connection waits for a lock of ours; after ten seconds, fail."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone():
                return
        sleep(0.05)
    pytest.fail("Nobody waits.")


@pytest.mark.django_db(transaction=True)
def test_the_slower_of_two_tells_only_who_was_not_told():
    ana, ben, cleo = (make_user(name) for name in ("ana", "ben", "cleo"))
    told = []

    def tell_too():
        try:
            told.append(tell(cleo, ben, ana))
        finally:
            connection.close()

    slower = Thread(target=tell_too)
    with transaction.atomic():
        assert tell(ana, ben) == 2
        slower.start()
        until_somebody_waits_for_us()
    slower.join()

    assert told == [1]
    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"ana", "ben", "cleo"}


@pytest.mark.django_db(transaction=True)
def test_what_was_told_in_vain_is_told_by_the_other():
    ana = make_user("ana")
    told = []

    def tell_too():
        try:
            told.append(tell(ana))
        finally:
            connection.close()

    slower = Thread(target=tell_too)
    with transaction.atomic():
        tell(ana)
        slower.start()
        until_somebody_waits_for_us()
        transaction.set_rollback(True)
    slower.join()

    assert told == [1]
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(monkeypatch):
    tell(make_user("ana", email="ana@example.org"))
    sent, meanwhile = [], []

    def other_worker():
        try:
            meanwhile.append(tasks.mail())
        finally:
            connection.close()

    def send(*mail):
        """While the first worker sends, the second comes round."""
        sent.append(mail)
        slower = Thread(target=other_worker)
        slower.start()
        slower.join(60)  # one that waits for the first would wait for ever

    monkeypatch.setattr("stewardship.notices.mails.send_mail", send)

    assert tasks.mail() == 1
    assert meanwhile == [0]
    assert len(sent) == 1
