"""Grants, parts and roles beside policies; and what a decision costs."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accesscontrol.audit import context
from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.models import Policy
from accesscontrol.policy.querysets import (
    ByPolicy,
    Decision,
    PartOf,
    Through,
    decide,
    explain_decision,
    governed_model,
    may,
)
from catalog.assets.models import Asset, Field
from tests.build import make_asset, make_grant, make_policy, make_user

pytestmark = pytest.mark.django_db

TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}
ABROAD = {"attribute": "resource.location", "operator": "!=", "value": "DE"}
SECRET = {"attribute": "resource.sensitivity", "operator": ">=", "value": "confidential"}
CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}


@pytest.fixture
def bob() -> User:
    return make_user("bob", "viewer", department="sales", location="DE", clearance=1, team="blue")


def sees(user, asset, action="view"):
    """Ask for the object and for the list; they must say the same."""
    listed = Asset.objects.visible_to(user, action).filter(pk=asset.pk).exists()
    assert listed is may(user, asset, action)
    return listed


def test_a_grant_of_one_object_opens_it(bob):
    asset, other = make_asset("a"), make_asset("b")
    make_grant(bob, asset)

    assert decide(bob, asset, "view") == Decision(True, "granted")
    assert sees(bob, asset) is True
    assert sees(bob, asset, "change") is False
    assert sees(bob, other) is False


def test_a_grant_to_a_role_opens_it(bob):
    asset = make_asset()
    make_grant(bob, asset, "change", user=None, group=bob.groups.get())

    assert sees(bob, asset, "change") is True


def test_a_grant_never_passes_a_forbid(bob):
    asset = make_asset(sensitivity=3)
    make_policy("secret", SECRET, effect="forbid")
    make_grant(bob, asset)

    assert sees(bob, asset) is False
    assert decide(bob, asset, "view").reason == "forbidden"


def test_a_policy_that_no_longer_reads_closes(bob, caplog):
    asset = make_asset()
    everything = make_policy("all")
    policy = make_policy("everybody")
    odd = [{"attribute": "resource.colour", "operator": "==", "value": "red"}]
    Policy.objects.filter(pk=policy.pk).update(conditions=odd, version=9)
    Policy.objects.filter(pk=everything.pk).update(is_active=False)
    assert sees(bob, asset) is False
    assert "everybody no longer reads (conditions[0].attribute: there is no attribute" in caplog.text

    Policy.objects.filter(pk=everything.pk).update(is_active=True)
    assert sees(bob, asset) is True
    Policy.objects.filter(pk=policy.pk).update(effect="forbid", version=10)
    assert decide(bob, asset, "view") == Decision(False, "forbidden", ("everybody",))
    assert explain_decision(bob, asset, "view").rules[1].lines[0].operator == "this policy cannot be read"


def test_a_stored_key_that_nobody_knows_closes_too(bob):
    policy, asset = make_policy("tables", TABLES), make_asset()
    Policy.objects.filter(pk=policy.pk).update(conditions=[{**TABLES, "unless": "secret"}], version=9)

    assert sees(bob, asset) is False


def test_fields_follow_their_asset(bob):
    make_policy("tables", TABLES)
    make_asset("a", columns="id name")
    make_asset("b", columns="id", kind="view")

    seen = Field.objects.visible_to(bob)

    assert sorted(seen.values_list("asset__name", "name")) == [("a", "id"), ("a", "name")]
    assert [may(bob, field) for field in Field.objects.order_by("asset__name", "name")] == [True, True, False]


def test_through_takes_the_role_to_change(bob):
    make_policy()
    field = make_asset(columns="id").fields.get()
    through = Through("asset")
    assert through.decide(field, bob, "change", None) == Decision(False, "no role")
    assert list(through.rows(Field.objects.all(), bob, "change")) == []

    steward = make_user("sue", "steward")

    assert through.decide(field, steward, "change", None).allowed is True
    assert list(through.rows(Field.objects.all(), steward, "change")) == [field]


def test_a_part_follows_the_whole_in_every_action():
    make_policy()
    field, steward = make_asset(columns="id").fields.get(), make_user("sue", "steward")
    part = PartOf("asset")
    assert part.decide(field, steward, "change", None).allowed is False
    assert list(part.rows(Field.objects.all(), steward, "change")) == []

    make_policy("writers", actions=["write"])

    assert part.decide(field, steward, "change", None).allowed is True
    assert list(part.rows(Field.objects.all(), steward, "change")) == [field]
    assert part.decide(Field(name="new"), steward, "change", None).allowed is False


def test_policies_are_seen_by_role(bob):
    administrator, auditor = make_user("ada", "administrator"), make_user("eve", "auditor")
    policy = make_policy()

    assert list(Policy.objects.visible_to(bob)) == []
    assert Policy.objects.visible_to(auditor).count() == 2
    assert Policy.objects.visible_to(auditor, "change").count() == 0
    assert decide(administrator, policy, "change") == Decision(True, "role")
    assert decide(auditor, policy, "change") == Decision(False, "no role")


def test_columns_are_those_of_the_vocabulary():
    assert Asset.guard.columns["steward"] == "acting_steward__username"
    assert list(Asset.guard.columns) == list(VOCABULARY.resources["asset"])
    make_asset(sensitivity=2)

    assert 2 in Asset.objects.values_list(*Asset.guard.columns.values()).get()  # each of them exists


def test_a_guard_is_of_a_resource_that_the_vocabulary_knows():
    with pytest.raises(ImproperlyConfigured, match=r"attributes.yaml knows no resource 'assets'"):
        ByPolicy("assets")


def test_a_model_without_a_guard_is_an_error(bob):
    with pytest.raises(ImproperlyConfigured, match="Entry declares no guard"):
        decide(bob, Entry(), "view")


def test_the_model_of_a_resource_type_is_found():
    assert governed_model("asset") is Asset


def test_a_list_takes_three_small_queries_outside_of_a_request(bob, django_assert_num_queries):
    make_policy()
    make_asset()
    list(Asset.objects.visible_to(bob))

    with django_assert_num_queries(3):  # fingerprint, user, rows
        list(Asset.objects.visible_to(bob))


def test_a_request_reads_policies_and_user_once(bob, django_assert_num_queries):
    make_policy()
    make_asset()
    list(Asset.objects.visible_to(bob))
    context.enter(context.Context(request_id="1"))
    try:
        with django_assert_num_queries(5):  # fingerprint, user, three times rows
            for _ in range(3):
                list(Asset.objects.visible_to(bob))
    finally:
        context.enter(context.Context())


def test_a_repeated_request_id_does_not_keep_old_policies(bob):
    policy, asset = make_policy(), make_asset()
    for expected in (True, False):
        context.enter(context.Context(request_id="the caller's own"))
        try:
            assert sees(bob, asset) is expected
        finally:
            context.enter(context.Context())
        Policy.objects.filter(pk=policy.pk).update(is_active=False)
