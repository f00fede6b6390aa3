"""The life of a change: drafted, simulated, approved by a second person, in force, rolled back."""

import json

import pytest
from django.db import IntegrityError, transaction

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from accesscontrol.policy.querysets import may
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import services
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import changes_of, in_force, rule_set
from accesscontrol.refusal import Refused
from tests.accesscontrol.policysets.sets import DOCUMENT, TABLES, drafted, simulated, submitted
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


@pytest.fixture
def eve():
    return make_user("eve", "administrator")


@pytest.fixture
def bob():
    return make_user("bob", "viewer")


def approved(ada, eve, *documents):
    row = submitted(ada, *documents)
    return services.approve(policy_set=row, actor=eve, seen=row.digest, reason="Fine")


def told(row):
    entries = Entry.objects.filter(object_type="policy set", object_id=str(row.code)).order_by("pk")
    return [(entry.action, entry.actor) for entry in entries]


def test_a_new_portal_begins_with_one_set_in_force():
    first = PolicySet.objects.get()

    assert (first.number, first.state, first.author) == (1, "active", None)
    assert [document["name"] for document in first.documents] == ["platform-administrators"]
    assert told(first) == [("policyset.activated", "system")]
    services.ensure_first_set()
    assert PolicySet.objects.count() == 1


def test_policies_from_before_there_were_sets_stay_in_force():
    PolicySet.objects.all().delete()
    Policy.objects.create(name="older", actions=["view"], is_active=True)

    services.ensure_first_set()

    assert {document["name"] for document in in_force().documents} == {"platform-administrators", "older"}


def test_a_change_decides_only_once_it_is_in_force(ada, eve, bob):
    asset = make_asset()
    row = drafted(ada)
    assert may(bob, asset) is False
    row = services.submit(policy_set=simulated(row), actor=ada)
    row = services.approve(policy_set=row, actor=eve, seen=row.digest)
    assert may(bob, asset) is False

    services.activate(policy_set=row, actor=ada)

    assert may(bob, asset) is True
    assert in_force() == row
    assert told(row) == [
        ("policyset.drafted", "ada"),
        ("policyset.rewritten", "ada"),
        ("policyset.simulated", "tests"),
        ("policyset.submitted", "ada"),
        ("policyset.approved", "eve"),
        ("policyset.activated", "ada"),
    ]
    activated = json.loads(Entry.objects.filter(action="policyset.activated").first().body)["details"]
    assert (activated["replaced"], activated["added"], activated["removed"]) == (1, ["tables"], [])


def test_rolling_back_is_one_step_and_says_why(ada, eve, bob):
    asset, first = make_asset(), in_force()
    row = services.activate(policy_set=approved(ada, eve), actor=eve)
    assert may(bob, asset) is True

    with pytest.raises(Refused, match="Say why"):
        services.roll_back(policy_set=first, actor=ada, reason=" ")
    services.roll_back(policy_set=first, actor=ada, reason="Bob saw salaries")

    assert may(bob, asset) is False
    assert (in_force(), PolicySet.objects.get(pk=row.pk).state) == (first, "retired")
    assert "Bob saw salaries" in Entry.objects.filter(action="policyset.rolled_back").get().body
    with pytest.raises(Refused, match="in force before"):
        services.roll_back(policy_set=first, actor=ada, reason="again")


def test_nobody_approves_their_own_change(ada, eve):
    row = submitted(ada)

    with pytest.raises(Refused, match="Nobody approves their own change"):
        services.approve(policy_set=row, actor=ada, seen=row.digest)


def test_where_nobody_else_could_the_author_may_and_it_is_said(ada):
    row = submitted(ada)

    row = services.approve(policy_set=row, actor=ada, seen=row.digest)

    assert (row.state, row.approved_alone) == ("approved", True)
    assert '"alone":true' in Entry.objects.filter(action="policyset.approved").get().body


def test_a_colleague_whose_account_is_closed_does_not_count(ada, eve):
    row = submitted(ada)
    User.objects.filter(pk=eve.pk).update(is_active=False)

    assert services.approve(policy_set=row, actor=ada, seen=row.digest).approved_alone is True


def test_the_database_keeps_the_four_eyes(ada):
    row = submitted(ada)
    with pytest.raises(IntegrityError, match="policyset_four_eyes"), transaction.atomic():
        PolicySet.objects.filter(pk=row.pk).update(approved_by=ada, state="approved")
    with pytest.raises(IntegrityError, match="policyset_in_force_is_approved"), transaction.atomic():
        PolicySet.objects.filter(pk=row.pk).update(state="approved")
    with pytest.raises(IntegrityError, match="policyset_one_in_force"), transaction.atomic():
        PolicySet.objects.filter(pk=row.pk).update(state="active", approved_by=None, author=None)


def test_what_nobody_simulated_is_not_submitted(ada):
    with pytest.raises(Refused, match="Simulate it first"):
        services.submit(policy_set=drafted(ada), actor=ada)


def test_a_simulation_of_another_content_does_not_count(ada):
    row = simulated(drafted(ada))
    row = services.put_policy(policy_set=row, document={**DOCUMENT, "name": "more"}, actor=ada)

    with pytest.raises(Refused, match="Simulate it first"):
        services.submit(policy_set=row, actor=ada)


def test_an_approver_agrees_to_what_they_saw(ada, eve):
    row = submitted(ada)

    with pytest.raises(Refused, match="changed since you looked"):
        services.approve(policy_set=row, actor=eve, seen="another")


def test_a_rejected_change_is_closed_with_its_reason(ada, eve):
    row = submitted(ada)
    with pytest.raises(Refused, match="Say why"):
        services.reject(policy_set=row, actor=eve, reason="")

    row = services.reject(policy_set=row, actor=eve, reason="Too wide")

    assert (row.state, row.decision_reason) == ("rejected", "Too wide")
    for verb in (services.submit, services.withdraw, services.activate):
        with pytest.raises(Refused):
            verb(policy_set=row, actor=ada)


def test_a_change_that_changes_nothing_is_not_submitted(ada):
    row = simulated(services.draft(summary="Nothing", author=ada))

    with pytest.raises(Refused, match="changes nothing"):
        services.submit(policy_set=row, actor=ada)


def test_only_its_author_writes_a_draft(ada, eve):
    row = drafted(ada)

    with pytest.raises(Refused, match="Only its author"):
        services.put_policy(policy_set=row, document=DOCUMENT, actor=eve)
    with pytest.raises(Refused, match="Only its author"):
        services.withdraw(policy_set=row, actor=eve)


def test_what_waits_stands_still_until_it_is_taken_back(ada):
    row = submitted(ada)
    with pytest.raises(Refused, match="Only a draft can be changed"):
        services.drop_policy(policy_set=row, name="tables", actor=ada)

    row = services.withdraw(policy_set=row, actor=ada)
    row = services.drop_policy(policy_set=row, name="tables", actor=ada)

    assert changes_of(row) == []
    assert services.withdraw(policy_set=row, actor=ada).state == "withdrawn"


def test_taking_an_approved_change_back_takes_the_approval_too(ada, eve):
    row = services.withdraw(policy_set=approved(ada, eve), actor=ada)

    assert (row.state, row.approved_by) == ("draft", None)


def test_of_two_changes_the_second_has_to_start_from_the_first(ada, eve):
    late = approved(ada, eve, {**DOCUMENT, "name": "late"})
    services.activate(policy_set=approved(ada, eve, {**DOCUMENT, "name": "early"}), actor=ada)

    with pytest.raises(Refused, match="Other policies were put in force"):
        services.activate(policy_set=late, actor=ada)
    row = services.withdraw(policy_set=late, actor=ada)
    row, conflicts = services.rebase(policy_set=row, actor=ada)

    assert conflicts == ()
    assert [(change.name, change.kind) for change in changes_of(row)] == [("late", "added")]
    services.submit(policy_set=simulated(row), actor=ada)


def test_an_update_names_what_both_changed_and_keeps_the_drafts(ada):
    row = drafted(ada, {**DOCUMENT, "effect": "forbid"})
    make_policy("tables", TABLES)

    row, conflicts = services.rebase(policy_set=row, actor=ada)

    assert conflicts == ("tables",)
    assert [(change.name, change.after["effect"]) for change in changes_of(row)] == [("tables", "forbid")]


def test_the_second_of_two_windows_is_told(ada):
    row = drafted(ada)
    services.put_policy(policy_set=row, document={**DOCUMENT, "name": "x"}, actor=ada, seen=row.digest)

    with pytest.raises(PolicyError, match=r"^digest: is another by now"):
        services.put_policy(policy_set=row, document={**DOCUMENT, "name": "y"}, actor=ada, seen=row.digest)


def test_a_policy_is_renamed_in_its_place_and_no_name_is_taken_twice(ada):
    row = drafted(ada)
    renamed = {**DOCUMENT, "name": "all-tables"}
    row = services.put_policy(policy_set=row, document=renamed, actor=ada, replaces="tables")
    assert [document["name"] for document in row.documents] == ["all-tables", "platform-administrators"]

    with pytest.raises(PolicyError, match="is the name of another policy"):
        services.put_policy(policy_set=row, document=renamed, actor=ada)
    with pytest.raises(PolicyError, match="there is no policy"):
        services.drop_policy(policy_set=row, name="tables", actor=ada)


def test_a_set_decides_as_it_will_before_it_is_in_force(ada, bob):
    rules = rule_set(drafted(ada))
    situation = {"user": {"roles": ("viewer",)}, "resource": {"kind": "table"}, "env": {}}

    assert rules.decide("asset", "view", situation).policies == ("tables",)


def test_a_program_is_no_second_person(ada, eve):
    row = submitted(ada)
    robot = make_user("robot", "privacy_officer", is_service=True)

    with pytest.raises(Refused, match="person"):
        services.approve(policy_set=row, actor=robot, seen=row.digest)
