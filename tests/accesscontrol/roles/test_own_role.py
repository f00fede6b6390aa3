"""What decides about oneself, somebody else changes: also by way of a role that one holds."""

import pytest

from accesscontrol.refusal import Refused
from accesscontrol.roles import services
from accesscontrol.roles.models import Role
from tests.build import make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

VIEW, EDIT = "accesscontrol.view_role", "accesscontrol.change_role"
APPROVE = "accesscontrol.approve_policyset"


@pytest.fixture
def helpdesk():
    services.create_role(name="helpdesk", actor="tests", permissions=[VIEW, EDIT])
    return make_user("hal", "helpdesk")


def change(client, user, role, /, **said):
    return client.patch(
        f"/api/v1/roles/{Role.objects.get(name=role).pk}/",
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(user)}"},
    )


def test_nobody_gives_their_own_role_what_they_may_not(client, helpdesk):
    answer = change(client, helpdesk, "helpdesk", permissions=[VIEW, EDIT, APPROVE])

    assert answer.status_code == 409
    assert "your own role" in answer.json()["detail"]
    assert not type(helpdesk).objects.get(pk=helpdesk.pk).has_perm(APPROVE)


def test_a_colleague_may_and_what_one_may_already_is_no_gain(client, helpdesk):
    ada = make_user("ada", "administrator")
    assert change(client, ada, "helpdesk", permissions=[VIEW, EDIT, APPROVE]).status_code == 200
    assert change(client, helpdesk, "helpdesk", permissions=[VIEW, EDIT]).status_code == 200
    assert change(client, ada, "administrator", permissions=[VIEW, EDIT]).status_code == 200


def test_no_role_takes_a_name_that_policies_in_force_let_in(client, helpdesk):
    make_policy("fraud", {"attribute": "user.roles", "operator": "contains", "value": "fraud team"})

    answer = change(client, helpdesk, "helpdesk", name="fraud team")

    assert answer.status_code == 409
    assert Role.objects.filter(name="helpdesk").exists()
    with pytest.raises(Refused, match="named by policies in force"):
        services.rename_role(role=Role.objects.get(name="viewer"), name="fraud team", actor="ada")
