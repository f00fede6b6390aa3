from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from accesscontrol.audit.facts import Fact, announced
from accesscontrol.audit.models import Entry
from accesscontrol.audit.services import record
from tests.build import PASSWORD, make_user


@dataclass(frozen=True, kw_only=True)
class TeaMade(Fact):
    name = "kitchen.tea_made"
    object_type = "tea"
    sugar: int


TEA = TeaMade(subject="cup-1", actor="alice", sugar=2)


@pytest.fixture
def heard():
    facts = []

    def listen(sender, fact, **kwargs):
        facts.append(fact)

    announced.connect(listen, sender=TeaMade)
    yield facts
    announced.disconnect(listen, sender=TeaMade)


def test_a_fact_becomes_a_line_with_derived_columns(db):
    entry = record(TEA)

    entry.refresh_from_db()
    assert (entry.actor, entry.action, entry.object_type, entry.object_id, entry.outcome) == (
        "alice",
        "kitchen.tea_made",
        "tea",
        "cup-1",
        "success",
    )


def test_a_fact_is_announced_only_after_commit(db, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record(TEA)
        assert heard == []

    assert heard == [TEA]


@pytest.mark.django_db(transaction=True)
def test_a_fact_dies_with_its_change(heard):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(TEA)
        raise RuntimeError

    assert (Entry.objects.filter(object_type="tea").count(), heard) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        record(TEA)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accesscontrol_entry SET body = '{}'",
        "DELETE FROM accesscontrol_entry",
        "TRUNCATE accesscontrol_entry",
    ],
)
def test_the_database_refuses_to_change_the_log(db, statement):
    record(TEA)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_request_leaves_its_address_and_id(client, db):
    make_user("alice")

    client.post(
        "/account/login/",
        {"username": "alice", "password": PASSWORD},
        headers={"X-Request-ID": "req-7"},
        REMOTE_ADDR="203.0.113.9",
    )

    entry = Entry.objects.get(action="identity.signed_in")
    assert '"ip":"203.0.113.9"' in entry.body
    assert '"request_id":"req-7"' in entry.body


def test_a_failed_sign_in_is_a_fact_without_the_password(client, db):
    make_user("alice")

    client.post("/account/login/", {"username": "alice", "password": "guess-guess-guess"})

    entry = Entry.objects.get(action="identity.sign_in_failed")
    assert (entry.actor, entry.outcome) == ("alice", "failure")
    assert "guess-guess" not in entry.body
