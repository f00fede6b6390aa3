from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.grants.limits import LIMITS
from accesscontrol.grants.models import Grant
from accesscontrol.grants.services import extend_grant, grant_access, revoke_grant
from accesscontrol.policy.querysets import decide
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from tests.build import make_asset, make_grant, make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return make_user("bob", "viewer")


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


@pytest.fixture
def orders():
    return make_asset()


def soon(**span):
    return timezone.now() + timedelta(**(span or {"days": 1}))


def sees(user, asset, action="view"):
    """Both answers, which must be one."""
    listed = Asset.objects.visible_to(user, action).filter(pk=asset.pk).exists()
    assert listed == decide(user, asset, action).allowed
    return listed


def give(asset, actor, **changes):
    said = {"action": "view", "reason": "month end", "ends_at": soon(), **changes}
    return grant_access(obj=asset, actor=actor, **said)


def test_a_grant_permits_one_action_on_one_object(bob, ada, orders):
    other = make_asset("shop.public.customers")

    give(orders, ada, user=bob)

    assert sees(bob, orders)
    assert decide(bob, orders, "view").reason == "granted"
    assert not sees(bob, orders, "change")
    assert not sees(bob, other)


def test_a_role_holds_a_grant_for_its_people(bob, ada, orders):
    give(orders, ada, group=Group.objects.get(name="viewer"), action="discover")

    assert sees(bob, orders, "discover")
    assert not sees(bob, orders)
    assert not sees(make_user("eve", "analyst"), orders, "discover")


@pytest.mark.parametrize(
    "window",
    [
        {"starts_at": timedelta(minutes=1), "ends_at": timedelta(days=1)},
        {"starts_at": timedelta(days=-2), "ends_at": timedelta(seconds=-1)},
        {"revoked_at": timedelta(0), "revoke_reason": "enough"},
    ],
)
def test_only_what_is_live_permits(bob, orders, window):
    now = timezone.now()
    moved = {key: value if isinstance(value, str) else now + value for key, value in window.items()}

    make_grant(bob, orders, **moved)

    assert not sees(bob, orders)


def test_a_grant_never_goes_past_a_forbid(bob, orders):
    make_grant(bob, orders)
    make_policy(
        "no-tables", {"attribute": "resource.kind", "operator": "==", "value": "table"}, effect="forbid"
    )

    assert not sees(bob, orders)
    assert decide(bob, orders, "view").reason == "forbidden"


def test_the_moment_that_is_asked_about_decides(bob, orders):
    make_grant(bob, orders, days=2)

    assert decide(bob, orders, "view", {"time": soon(days=1)}).allowed
    assert not decide(bob, orders, "view", {"time": soon(days=3)}).allowed


def test_it_is_in_the_audit_log_with_its_reason(bob, ada, orders):
    grant = give(orders, ada, user=bob)
    extend_grant(grant=grant, actor=ada, ends_at=soon(days=3), reason="not done yet")
    revoke_grant(grant=grant, actor=ada, reason="done")

    rows = Entry.objects.about("grant", str(grant.code)).order_by("pk")
    assert [row.action for row in rows] == [
        "grants.access_granted",
        "grants.grant_extended",
        "grants.grant_revoked",
    ]
    assert '"holder":"bob"' in rows[0].body
    assert '"reason":"month end"' in rows[0].body
    assert not sees(bob, orders)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends_at", {"ends_at": None}),
        ("ends_at", {"ends_at": timedelta(seconds=-1)}),
        ("ends_at", {"ends_at": LIMITS.longest + timedelta(days=1)}),
        ("ends_at", {"starts_at": timedelta(days=2), "ends_at": timedelta(days=1)}),
        ("reason", {"reason": "  "}),
        ("action", {"action": "own"}),
        ("user", {"user": None}),
    ],
)
def test_a_bad_grant_is_refused_by_field(bob, ada, orders, field, changes):
    now = timezone.now()
    moved = {key: now + value if isinstance(value, timedelta) else value for key, value in changes.items()}

    with pytest.raises(ValidationError) as refusal:
        give(orders, ada, **{"user": bob, **moved})

    assert list(refusal.value.message_dict) == [field]
    assert not Grant.objects.exists()


def test_only_the_owner_may_hold_one_without_an_end(bob, ada):
    mine = make_asset("shop.public.mine", owner=bob)

    assert give(mine, ada, user=bob, ends_at=None).state == "live"
    assert sees(bob, mine)


def test_nobody_gives_or_prolongs_their_own(bob, ada, orders):
    with pytest.raises(Refused):
        give(orders, ada, user=ada)
    with pytest.raises(Refused):
        extend_grant(grant=make_grant(ada, orders), actor=ada, ends_at=soon(days=9), reason="mine")


def test_what_has_ended_is_neither_revoked_nor_prolonged(bob, ada, orders):
    ended = make_grant(bob, orders, starts_at=soon(days=-2), ends_at=soon(days=-1))

    with pytest.raises(Refused, match="ended"):
        revoke_grant(grant=ended, actor=ada, reason="late")
    with pytest.raises(Refused, match="ended"):
        extend_grant(grant=ended, actor=ada, ends_at=soon(days=9), reason="late")


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("grant_has_a_reason", {"reason": ""}),
        ("grant_ends_unless_to_the_owner", {"ends_at": None}),
        ("grant_ends_after_start", {"starts_at": timedelta(days=900)}),
        ("grant_to_a_person_or_a_role", {"user": None}),
        ("grant_revoked_for_a_reason", {"revoked_at": timedelta(0)}),
        ("grant_four_eyes", {"granted_by": "bob"}),
    ],
)
def test_the_database_keeps_the_rules_too(bob, orders, rule, columns):
    now = timezone.now()
    moved = {key: now + value if isinstance(value, timedelta) else value for key, value in columns.items()}
    moved = {key: bob if value == "bob" else value for key, value in moved.items()}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make_grant(bob, orders, **moved)


def test_who_may_know_of_a_grant(bob, ada, orders):
    olga, sam = make_user("olga"), make_user("sam")
    domain = Domain.objects.create(slug="sales", name="Sales", steward=sam)
    Asset.objects.filter(pk=orders.pk).update(owner=olga, domain=domain)
    make_grant(bob, orders)
    auditor, eve = make_user("aud", "auditor"), make_user("eve", "steward", "viewer")

    def may(action):
        people = (bob, ada, olga, sam, auditor, eve)
        return {user.username for user in people if Grant.objects.visible_to(user, action).exists()}

    assert may("view") == {"bob", "ada", "olga", "sam", "aud"}
    assert may("change") == {"bob", "ada", "olga", "sam"}
    assert may("decide") == {"ada", "olga", "sam"}


def test_visibility_costs_the_same_with_many_grants(bob, django_assert_num_queries):
    assets = [make_asset(f"shop.public.t{number}") for number in range(12)]
    make_grant(bob, assets[0])
    list(Asset.objects.visible_to(bob))  # content types are remembered
    with django_assert_num_queries(3):
        assert len(Asset.objects.visible_to(bob)) == 1

    for asset in assets[1:]:
        make_grant(bob, asset)

    with django_assert_num_queries(3):
        assert len(Asset.objects.visible_to(bob)) == 12
