"""Who sees what: for one object and for the list, which never differ."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from accesscontrol.policy.querysets import (
    Decision,
    decide,
    may,
)
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from tests.build import drop_policy, make_asset, make_policy, make_user

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


def test_without_a_policy_nothing_is_visible(bob):
    asset = make_asset()

    assert sees(bob, asset) is False
    assert decide(bob, asset, "view") == Decision(False, "no permit")


def test_a_permit_opens_what_it_names(bob):
    make_policy("tables", TABLES)

    assert sees(bob, make_asset("a")) is True
    assert sees(bob, make_asset("b", kind="view")) is False
    assert decide(bob, make_asset("c"), "view") == Decision(True, "permitted", ("tables",))


def test_a_permit_to_view_is_none_to_change(bob):
    make_policy("tables", TABLES)

    assert sees(bob, make_asset(), "change") is False


def test_a_forbid_wins_in_any_order(bob):
    make_policy("a", SECRET, effect="forbid")
    make_policy("b")
    make_policy("c", SECRET, effect="forbid")
    asset = make_asset(sensitivity=2)

    assert sees(bob, asset) is False
    assert decide(bob, asset, "view") == Decision(False, "forbidden", ("a", "c"))


def test_a_missing_attribute_cannot_open_a_forbid(bob):
    make_policy()
    make_policy("secret", SECRET, effect="forbid")

    assert sees(bob, make_asset("unknown", sensitivity=None)) is False
    assert sees(bob, make_asset("open", sensitivity=0)) is True


def test_a_forbid_skips_the_unknown_only_if_it_says_so(bob):
    make_policy()
    make_policy("secret", SECRET, effect="forbid", on_missing="skip")

    assert sees(bob, make_asset("unknown", sensitivity=None)) is True
    assert sees(bob, make_asset("secret", sensitivity=3)) is False


@pytest.mark.parametrize("operator", ["!=", "not_in"])
def test_unequal_to_a_missing_attribute_does_not_grant(bob, operator):
    value = "DE" if operator == "!=" else ["DE"]
    make_policy("abroad", {"attribute": "resource.location", "operator": operator, "value": value})

    assert sees(bob, make_asset("nowhere", location="")) is False
    assert sees(bob, make_asset("there", location="FR")) is True
    assert sees(bob, make_asset("here", location="DE")) is False


def test_a_missing_attribute_of_the_user_does_not_grant():
    nobody = make_user("nobody", department="", clearance=0)
    make_policy("others", {"attribute": "user.department", "operator": "!=", "value": "hr"})
    make_policy("teams", {"attribute": "user.team", "operator": "!=", "value": "red"})

    assert sees(nobody, make_asset()) is False


def test_attributes_are_compared_with_each_other(bob):
    make_policy("cleared", CLEARED)

    assert sees(bob, make_asset("a", sensitivity=1)) is True
    assert sees(bob, make_asset("b", sensitivity=2)) is False


def test_every_attribute_of_the_user_is_read(bob):
    for at, (name, value) in enumerate(
        [
            ("username", "bob"),
            ("department", "sales"),
            ("location", "DE"),
            ("team", "blue"),
            ("is_service", False),
        ]
    ):
        make_policy(f"p{at}", {"attribute": f"user.{name}", "operator": "==", "value": value})
    make_policy("roles", {"attribute": "user.roles", "operator": "contains", "value": "viewer"})

    assert len(decide(bob, make_asset(), "view").policies) == 6


def test_the_steward_is_an_attribute(bob):
    make_policy("mine", {"attribute": "resource.steward", "operator": "==", "value_from": "user.username"})
    sales = Domain.objects.create(slug="sales", name="Sales", steward=bob)

    assert sees(bob, make_asset("a", domain=sales)) is True
    assert sees(bob, make_asset("b")) is False


def test_a_superuser_has_no_bypass():
    root = make_user("root", is_superuser=True)

    assert sees(root, make_asset()) is False


def test_a_new_portal_lets_administrators_in():
    administrator, asset = make_user("ada", "administrator"), make_asset()

    assert Policy.objects.get().name == "platform-administrators"
    assert sees(administrator, asset) is True
    assert sees(administrator, asset, "change") is True


def test_a_forbid_binds_administrators():
    make_policy("closed", TABLES, effect="forbid")

    assert sees(make_user("ada", "administrator"), make_asset()) is False


def test_strangers_and_closed_accounts_see_nothing(bob):
    make_policy()
    asset = make_asset()
    bob.is_active = False

    assert sees(bob, asset) is False
    assert sees(AnonymousUser(), asset) is False
    assert decide(AnonymousUser(), asset, "view") == Decision(False, "no account")


def test_an_object_that_is_not_stored_is_not_allowed(bob):
    make_policy()

    assert may(bob, Asset(kind="table")) is False


def test_what_is_stored_decides_and_not_what_a_page_changed(bob):
    make_policy("tables", TABLES)
    asset = make_asset(kind="view")
    asset.kind = "table"

    assert may(bob, asset) is False


def test_an_inactive_policy_decides_nothing(bob):
    policy, asset = make_policy(), make_asset()
    assert sees(bob, asset) is True

    drop_policy(policy)

    assert sees(bob, asset) is False


def test_a_changed_policy_decides_at_once(bob):
    make_policy("tables", TABLES)
    asset = make_asset()
    assert sees(bob, asset) is True

    make_policy("tables", SECRET)

    assert sees(bob, asset) is False


def test_a_policy_holds_from_its_beginning_until_its_end(bob):
    asset = make_asset()
    make_policy(valid_from="2020-01-01T00:00Z", valid_until="2021-01-01T00:00Z")
    make_policy("later", valid_from="2999-01-01T00:00Z")
    assert sees(bob, asset) is False

    assert decide(bob, asset, "view", {"time": datetime(2020, 1, 1, tzinfo=UTC)}).allowed is True
    assert decide(bob, asset, "view", {"time": datetime(2021, 1, 1, tzinfo=UTC)}).allowed is False


def test_without_a_clock_only_forbids_with_an_end_hold(bob):
    asset = make_asset()
    make_policy(valid_until="2999-01-01T00:00Z")
    assert decide(bob, asset, "view", {}) == Decision(False, "no permit")

    make_policy("no", effect="forbid", valid_until="2999-01-01T00:00Z")
    assert decide(bob, asset, "view", {}) == Decision(False, "forbidden", ("no",))
