"""Roles are made, filled, renamed and deleted; nobody locks everybody out, and policies keep their words."""

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from accesscontrol.roles import services
from accesscontrol.roles.models import Role
from accesscontrol.roles.reads import compared_with, permissions_of
from govportal.roles import ensure_roles
from tests.build import make_policy, make_user

pytestmark = pytest.mark.django_db

VIEW, CHANGE = "catalog.view_asset", "catalog.change_asset"
RIGHT = "accesscontrol.change_role"


def role(name):
    return Role.objects.get(name=name)


def held(name):
    found = role(name)
    return permissions_of([found])[found.pk]


def facts(action):

    return [json.loads(entry.body)["details"] for entry in Entry.objects.filter(action=action).order_by("pk")]


def test_a_role_is_made_and_filled():
    made = services.create_role(name=" curators ", actor="ada", permissions=[VIEW])
    services.change_permissions(role=made, permissions=[CHANGE], actor="ada")
    services.change_permissions(role=made, permissions=[CHANGE], actor="ada")  # changes nothing, says nothing

    assert held("curators") == {CHANGE}
    assert facts("roles.created") == [{"role": "curators", "permissions": [VIEW]}]
    assert facts("roles.changed") == [{"role": "curators", "before": [VIEW], "after": [CHANGE]}]
    member = make_user("cy", "curators")
    assert member.has_perm(CHANGE)
    assert not member.has_perm(VIEW)


def test_permissions_of_djangos_own_pages_are_neither_given_nor_taken():
    made = services.create_role(name="curators", actor="ada")
    foreign = Permission.objects.get(codename="add_session")
    made.permissions.add(foreign)

    services.change_permissions(role=made, permissions=[VIEW], actor="ada")

    assert foreign in made.permissions.all()
    with pytest.raises(ValidationError, match=r"sessions\.add_session"):
        services.change_permissions(role=made, permissions=["sessions.add_session"], actor="ada")


@pytest.mark.parametrize("name", ["", "  ", "viewer", "x" * 151])
def test_a_name_must_be_new_and_short(name):
    with pytest.raises(ValidationError) as error:
        services.create_role(name=name, actor="ada")
    assert "name" in error.value.message_dict

    made = services.create_role(name="curators", actor="ada")
    with pytest.raises(ValidationError):
        services.rename_role(role=made, name=name, actor="ada")
    assert role("curators")


def test_an_unknown_permission_is_named_and_nothing_is_made():
    with pytest.raises(ValidationError, match=r"catalog\.fly"):
        services.create_role(name="curators", actor="ada", permissions=[VIEW, "catalog.fly"])

    assert not Role.objects.filter(name="curators").exists()


def test_the_last_role_that_may_change_roles_keeps_that_right():
    make_user("ada", "administrator")
    rest = held("administrator") - {RIGHT}

    with pytest.raises(Refused, match="Nobody could change roles any more"):
        services.change_permissions(role=role("administrator"), permissions=rest, actor="ada")
    assert RIGHT in held("administrator")

    services.create_role(name="keepers", actor="ada", permissions=[RIGHT])
    with pytest.raises(Refused):  # nobody holds it
        services.change_permissions(role=role("administrator"), permissions=rest, actor="ada")
    closed = make_user("kim", "keepers")
    closed.is_active = False
    closed.save()
    with pytest.raises(Refused):  # a closed account may nothing
        services.change_permissions(role=role("administrator"), permissions=rest, actor="ada")
    make_user("kay", "keepers")
    services.change_permissions(role=role("administrator"), permissions=rest, actor="ada")
    assert RIGHT not in held("administrator")


def test_where_nobody_held_the_right_nothing_is_locked():
    services.change_permissions(role=role("administrator"), permissions=[], actor="root")

    assert held("administrator") == set()


def test_a_role_is_deleted_when_nobody_holds_it_and_no_policy_names_it():
    made = services.create_role(name="curators", actor="ada", permissions=[VIEW])
    person = make_user("cy", "curators")
    with pytest.raises(Refused, match="1 account holds the role curators"):
        services.delete_role(role=made, actor="ada")
    person.groups.clear()
    condition = {"attribute": "user.roles", "operator": "contains", "value": "curators"}
    policy = make_policy("curators-see", {"any": [{"not": condition}]})
    for verb in (
        lambda: services.delete_role(role=made, actor="ada"),
        lambda: services.rename_role(role=made, name="keepers", actor="ada"),
    ):
        with pytest.raises(Refused, match=r"named by policies in force \(curators-see\)"):
            verb()

    type(policy).objects.filter(pk=policy.pk).update(is_active=False)
    services.rename_role(role=made, name="keepers", actor="ada")
    services.delete_role(role=made, actor="ada")

    assert not Role.objects.filter(pk=made.pk).exists()
    assert facts("roles.renamed") == [{"role": "keepers", "before": "curators"}]
    assert facts("roles.deleted") == [{"role": "keepers", "permissions": [VIEW]}]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], set()),
        ([{"attribute": "user.roles", "operator": "contains", "value": "a"}], {"a"}),
        ([{"any": [{"all": [{"not": {"attribute": "user.roles", "value": ["a", "b", 7]}}]}]}], {"a", "b"}),
        ([{"attribute": "user.team", "operator": "==", "value": "a"}], set()),
        ([{"attribute": "user.roles", "operator": "exists"}], set()),
    ],
)
def test_the_words_of_conditions_are_found_at_any_depth(conditions, expected):
    assert compared_with(conditions, "user.roles") == expected


def test_what_an_administrator_took_away_does_not_come_back():
    services.change_permissions(role=role("viewer"), permissions=held("viewer") - {VIEW}, actor="ada")
    services.delete_role(role=role("analyst"), actor="ada")
    services.rename_role(role=role("auditor"), name="inspector", actor="ada")
    services.change_permissions(role=role("steward"), permissions=[CHANGE], actor="ada")

    ensure_roles()

    assert VIEW not in held("viewer")
    assert held("steward") == {CHANGE}
    assert set(Group.objects.values_list("name", flat=True)) >= {"viewer", "inspector"}
    assert not Group.objects.filter(name__in=["analyst", "auditor"]).exists()


def test_a_permission_of_a_newer_version_is_given_once(monkeypatch, tmp_path):
    newer = tmp_path / "roles.yaml"
    newer.write_text("viewer: [catalog.view_asset, catalog.change_asset]\nguest: [catalog.view_asset]\n")
    monkeypatch.setattr("govportal.roles.ROLES", newer)

    ensure_roles()
    assert {VIEW, CHANGE} <= held("viewer")
    assert held("guest") == {VIEW}

    services.change_permissions(role=role("guest"), permissions=[], actor="ada")
    ensure_roles()
    assert held("guest") == set()
