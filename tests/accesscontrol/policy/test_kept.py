"""What is kept between requests is never of policies that were not put in force."""

import pytest
from django.db import transaction

from accesscontrol.policy.querysets import may
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


def kind(value):
    return {"attribute": "resource.kind", "operator": "==", "value": value}


def test_a_change_that_was_rolled_back_is_forgotten():
    bob, orders = make_user("bob"), make_asset(kind="table")
    make_policy("tables", kind("view"))
    with transaction.atomic():
        make_policy("tables", kind("table"))
        assert may(bob, orders)
        transaction.set_rollback(True)

    make_policy("tables", kind("stream"))

    assert not may(bob, orders)
    assert not type(orders).objects.visible_to(bob).exists()
