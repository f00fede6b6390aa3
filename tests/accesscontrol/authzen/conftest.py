"""Enforcement points, and the world of the certification scenario."""

import pytest

from tests.accesscontrol.authzen.world import RECORDS, Pep, widen
from tests.build import make_asset, make_policy, make_user

RECORD = {"resource_types": ["record"]}


@pytest.fixture
def pep(client):
    return Pep(client, "pep", "evaluate_decision")


@pytest.fixture
def believed(client):
    return Pep(client, "gateway", "evaluate_decision", "assert_properties")


@pytest.fixture
def plain(client):
    """Somebody with a token and no permission about decisions."""
    return Pep(client, "plain")


@pytest.fixture
def orders():
    return make_asset("shop.public.orders", sensitivity=1)


def when(attribute, value, operator="=="):
    return {"attribute": attribute, "operator": operator, "value": value}


@pytest.fixture
def certified(client, monkeypatch):
    widen(monkeypatch, RECORDS)
    for name in ("alice", "bob"):
        make_user(name)
    make_policy("records-are-read", actions=["read"], **RECORD)
    make_policy(
        "alice-writes",
        when("user.username", "alice"),
        {"not": when("resource.status", "archived")},
        actions=["write"],
        **RECORD,
    )
    make_policy(
        "admins-write-the-archive",
        when("user.role", "admin"),
        when("resource.status", "archived"),
        actions=["write"],
        **RECORD,
    )
    make_policy(
        "soft-deletes", when("user.username", "alice"), when("env.soft", True), actions=["delete"], **RECORD
    )
    return Pep(client, "pep", "evaluate_decision", "assert_properties", is_service=True)
