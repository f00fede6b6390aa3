"""With any grants in any windows, the list, the single decision and plain reasoning give one answer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.grants.models import Grant
from accesscontrol.policy.querysets import decide
from catalog.assets.models import Asset
from tests.build import make_asset, make_grant, make_policy, make_user

HOURS = st.integers(-3, 3)
WINDOWS = st.tuples(
    st.integers(0, 3),  # which asset
    st.sampled_from(["view", "change", "discover"]),
    HOURS,
    st.one_of(st.none(), HOURS),
    st.one_of(st.none(), HOURS),
    st.booleans(),
)


class Undone(Exception):
    """Ends one example, and takes back what it wrote."""


@pytest.fixture
def world(db):
    bob = make_user("bob", "viewer")
    assets = [make_asset(f"shop.public.t{number}", kind=kind) for number, kind in enumerate("aabb")]
    of_b = {"attribute": "resource.kind", "operator": "==", "value": "b"}
    make_policy("no-b", of_b, effect="forbid", actions=["*"])
    return bob, assets


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WINDOWS, max_size=5))
def test_list_and_decision_agree(world, drawn):
    bob, assets = world
    now = timezone.now() + timedelta(minutes=5)  # drawn in whole hours: never on the edge
    try:
        with transaction.atomic():
            expected = {expected_of(bob, assets, now, each) for each in drawn} - {None}
            for action in ("view", "change", "discover"):
                listed = set(Asset.objects.visible_to(bob, action))
                assert listed == {each for each in assets if decide(bob, each, action).allowed}
                assert listed == {asset for asset, granted in expected if granted == action}
            raise Undone
    except Undone:
        pass


def expected_of(bob, assets, now, drawn):
    """Store one grant, and say what it should permit: (asset, action), or None."""
    which, action, start, end, revoked, by_role = drawn
    begins = now + timedelta(hours=start)
    ends = None if end is None else max(now + timedelta(hours=end), begins + timedelta(minutes=1))
    columns = {"starts_at": begins, "ends_at": ends, "to_owner": ends is None}
    if by_role:
        columns |= {"user": None, "group": Group.objects.get(name="viewer")}
    if revoked is not None:
        columns |= {"revoked_at": now + timedelta(hours=revoked), "revoke_reason": "over"}
    make_grant(bob, assets[which], action, **columns)
    real = timezone.now()
    live = begins <= real and (ends is None or ends > real) and revoked is None
    return (assets[which], action) if live and which < 2 else None


def test_the_clock_alone_ends_it(world):
    bob, assets = world
    grant = make_grant(bob, assets[0])
    assert set(Asset.objects.visible_to(bob)) == {assets[0]}

    moved = timezone.now() - timedelta(days=2)
    Grant.objects.filter(pk=grant.pk).update(starts_at=moved, ends_at=moved + timedelta(days=1))

    assert not Asset.objects.visible_to(bob).exists()
