"""Policies come in force together; each keeps its code and its history."""

import json

import pytest
from django.db import IntegrityError, transaction

from accesscontrol.audit.models import Entry
from accesscontrol.policy.models import Policy
from accesscontrol.policy.services import enforce
from accesscontrol.policy.values import PolicyError
from tests.build import drop_policy, make_policy

pytestmark = pytest.mark.django_db

TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}


def facts_of(policy):
    entries = Entry.objects.filter(object_type="policy", object_id=str(policy.code)).order_by("pk")
    return [json.loads(entry.body) for entry in entries]


def test_a_policy_in_force_is_recorded_with_before_and_after():
    policy = make_policy("tables", TABLES)
    before = policy.document
    changed = make_policy("tables", TABLES, effect="forbid")

    first, second = facts_of(policy)
    assert (first["action"], first["details"]["before"], first["details"]["after"]) == (
        "policy.enforced",
        None,
        before,
    )
    assert (changed.code, changed.version) == (policy.code, 2)
    assert second["details"]["before"] == before
    assert second["details"]["after"] == changed.document == {**before, "effect": "forbid"}


def test_what_does_not_change_is_not_recorded_again():
    policy = make_policy("tables", TABLES)

    make_policy("other")

    assert len(facts_of(policy)) == 1
    policy.refresh_from_db()
    assert policy.version == 1


def test_a_policy_that_leaves_stays_readable_and_may_come_back():
    policy = make_policy("tables", TABLES)

    drop_policy(policy)

    policy.refresh_from_db()
    assert (policy.is_active, policy.version) == (False, 2)
    assert facts_of(policy)[-1]["action"] == "policy.retired"
    again = make_policy("tables", TABLES)
    assert (again.code, again.version, again.is_active) == (policy.code, 3, True)
    assert facts_of(policy)[-1]["details"]["before"] is None


def test_a_policy_that_does_not_read_takes_nothing_in_force():
    before = list(Policy.objects.active().values_list("name", flat=True))
    bad = {**make_policy("tables", TABLES).document, "name": "bad", "actions": ["fly"]}

    with pytest.raises(PolicyError):
        enforce(documents=[bad], actor="tests")

    assert list(Policy.objects.active().values_list("name", flat=True)) == [*before, "tables"]


def test_a_stored_form_reads_back_as_it_was_written():
    given = {
        "description": "Tables <b>.",
        "actions": ["read"],
        "valid_from": "2026-01-01T01:00:00+01:00",
        "on_missing": "skip",
        "obligations": [{"id": "o", "type": "custom"}],
    }
    policy = make_policy("tables", TABLES, **given)

    policy.refresh_from_db()

    assert list(policy.document["conditions"][0]) == ["attribute", "operator", "value"]
    assert policy.document == {
        **given,
        "name": "tables",
        "conditions": [TABLES],
        "valid_from": "2026-01-01T00:00:00+00:00",
        "valid_until": None,
        "effect": "permit",
        "resource_types": ["asset"],
        "overridable_by_break_glass": False,
    }


@pytest.mark.parametrize(
    "changes", [{"effect": "allow"}, {"actions": []}, {"name": ""}, {"on_missing": "x"}, {"version": 0}]
)
def test_the_database_refuses_what_no_service_writes(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(**{"name": "p", "actions": ["view"], **changes})
