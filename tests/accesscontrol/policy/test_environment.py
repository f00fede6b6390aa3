"""What policies know of the moment: the clock, the connection, the session; and what JSON columns hold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from accesscontrol.audit import context
from accesscontrol.identity.models import User
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.querysets import (
    decide,
    may,
)
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.to_q import predicate
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import COLUMNS, WIDER
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return make_user("bob", "viewer", department="sales", location="DE", clearance=1, team="blue")


def sees(user, asset, action="view"):
    """Ask for the object and for the list; they must say the same."""
    listed = Asset.objects.visible_to(user, action).filter(pk=asset.pk).exists()
    assert listed is may(user, asset, action)
    return listed


@pytest.mark.parametrize(("hour", "allowed"), [(6, False), (7, True), (17, True), (18, False)])
def test_office_hours_follow_their_zone(bob, hour, allowed):
    hours = {"attribute": "env.time", "operator": "between", "value": ["08:00", "18:00"]}
    make_policy("office", {**hours, "timezone": "Europe/Berlin"})

    winter = {"time": datetime(2026, 11, 21, hour, 0, tzinfo=UTC)}

    assert decide(bob, make_asset(), "view", winter).allowed is allowed


@pytest.fixture
def request_from():
    """Let what follows happen in a request with this context."""

    def enter(**known):
        context.enter(context.Context(request_id=str(uuid4()), **known))

    yield enter
    context.enter(context.Context())


def env(name, operator, value, **more):
    return {"attribute": f"env.{name}", "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (None, False),
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        ("a socket", False),
    ],
)
def test_the_network_of_the_request_is_known(bob, request_from, address, allowed):
    make_policy("inside", env("network", "in", ["10.0.0.0/8", "2001:db8::/32"]))
    make_policy("anywhere", actions=["change"])
    make_policy("outside", env("network", "not_in", ["10.0.0.0/8"]), actions=["change"], effect="forbid")

    request_from(ip=address)

    assert sees(bob, make_asset()) is allowed
    assert sees(bob, make_asset("b"), "change") is (address in {"10.1.2.3", "::ffff:10.1.2.3"})


@pytest.mark.parametrize(("hour", "allowed"), [(22, False), (23, True)])
def test_a_day_of_the_week_begins_in_its_zone(bob, hour, allowed):
    make_policy("sunday", env("weekday", "==", "sunday", timezone="Europe/Berlin"))

    saturday_in_london = {"time": datetime(2026, 11, 21, hour, 0, tzinfo=UTC)}

    assert decide(bob, make_asset(), "view", saturday_in_london).allowed is allowed
    assert decide(bob, make_asset("b"), "view", {}).allowed is False


def test_what_a_session_proves_grows_old(bob, request_from):
    make_policy("fresh", env("auth_age", "<=", 300))
    make_policy("strong", env("mfa_age", "<=", 300), actions=["change"])
    asset, now = make_asset(), timezone.now().timestamp()
    assert sees(bob, asset) is False  # no session

    request_from(session={context.SIGNED_IN_AT: now - 299})
    assert (sees(bob, asset), sees(bob, asset, "change")) == (True, False)
    request_from(session={context.SIGNED_IN_AT: now - 302, context.SECOND_FACTOR_AT: now})
    assert (sees(bob, asset), sees(bob, asset, "change")) == (False, True)
    request_from(session={context.SIGNED_IN_AT: now + 60, context.SECOND_FACTOR_AT: "now"})
    assert (sees(bob, asset), sees(bob, asset, "change")) == (False, False)


def test_an_emergency_is_not_declared_unless_somebody_did(bob):
    make_policy("everything")
    make_policy("calm", env("break_glass", "==", False), effect="forbid")

    assert sees(bob, make_asset()) is False
    assert decide(bob, make_asset("b"), "view", {"break_glass": True}).allowed is True


def test_the_client_is_a_browser_or_a_token(client, bob):
    make_policy("browsers", env("client", "==", "browser"))
    make_policy("fresh", env("auth_age", ">=", 0))
    asset = make_asset()
    headers = {"Authorization": f"Bearer {make_token(bob)}"}

    client.force_login(bob)
    assert client.get(f"/api/v1/assets/{asset.code}/").status_code == 200
    assert client.get(f"/api/v1/assets/{asset.code}/", headers=headers).status_code == 404
    assert client.get("/api/v1/assets/").json()["count"] == 1
    assert client.get("/api/v1/assets/", headers=headers).json()["count"] == 0


def test_a_custom_attribute_of_the_wrong_type_is_unknown():
    """What a JSON column holds is never converted: "2", true and 2.0 are no whole numbers."""
    facts = [{}, {"number": None}, *({"number": value} for value in (2, "2", True, 2.0, 2.5, [2], {"a": 2}))]
    for at, held in enumerate(facts):
        make_asset(f"a{at}", facts=held)
    document = {
        "name": "p",
        "actions": ["view"],
        "conditions": [{"attribute": "resource.number", "operator": ">", "value": 1}],
    }
    rules = RuleSet([read_policy(document, vocabulary=WIDER)])

    left = rules.residual("asset", "view", {"user": {}, "env": {}})

    found = Asset.objects.filter(predicate(left, COLUMNS))
    assert [asset.facts for asset in found] == [{"number": 2}]
