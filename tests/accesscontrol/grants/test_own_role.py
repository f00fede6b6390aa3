"""A role that one holds is oneself: nobody gives it access, and nobody prolongs what it has."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accesscontrol.grants.models import Grant
from catalog.assets.models import Asset
from tests.accesscontrol.grants.test_grant import give, soon
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


@pytest.fixture
def hidden():
    """An asset that administrators know of, and that no policy shows to them."""
    administrators = {"attribute": "user.roles", "operator": "contains", "value": "administrator"}
    make_policy("platform-administrators", administrators, actions=["discover"])
    return make_asset("hr.public.salaries")


def ask(client, asset, **said):
    return client.post(
        reverse("grants:create"),
        {"asset": str(asset.code), "action": "view", "days": 3, "reason": "curious", **said},
    )


def test_nobody_gives_access_to_a_role_that_they_hold(client, ada, hidden):
    client.force_login(ada)

    assert ask(client, hidden, group="administrator").status_code == 409
    assert not Asset.objects.visible_to(ada).exists()
    assert not Grant.objects.exists()
    assert ask(client, hidden, group="viewer").status_code == 302


def test_nor_through_the_api(client, ada, hidden):
    sent = {"asset": str(hidden.code), "action": "view", "role": "administrator", "reason": "curious"}
    answer = client.post(
        "/api/v1/grants/",
        {**sent, "ends_at": soon().isoformat()},
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(ada)}"},
    )

    assert answer.status_code == 409
    assert not Grant.objects.exists()


def test_nobody_prolongs_what_a_role_of_theirs_holds(client, ada, hidden):
    owner = make_user("olga", "viewer")
    Asset.objects.filter(pk=hidden.pk).update(owner=owner)
    grant = give(hidden, ada, group=Group.objects.get(name="viewer"))
    client.force_login(owner)

    answer = client.post(reverse("grants:extend", args=[grant.code]), {"days": 60, "reason": "more"})

    assert answer.status_code in {403, 409}
    assert Grant.objects.get().ends_at == grant.ends_at
