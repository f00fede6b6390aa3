"""People, policies and events for the tests of lineage."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.build import make_policy, make_token, make_user
from tests.lineage.events import DOOR


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    """Everybody sees everything, but what lies in the vault."""
    make_policy("see")
    vault = {"attribute": "resource.location", "operator": "==", "value": "vault"}
    make_policy("vault", vault, effect="forbid", on_missing="skip", actions=["*"])


@pytest.fixture
def alice(db: None):
    return make_user("alice", "platform_engineer")


@pytest.fixture
def bob(db: None):
    return make_user("bob", "viewer")


@pytest.fixture
def alice_client(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def send(alice) -> Callable[..., Any]:
    """`send(body)` posts an event, or raw bytes, with alice's token; headers as keyword arguments."""
    token = make_token(alice, "lineage")

    def post(body: Any, path: str = DOOR, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"Authorization": f"Bearer {token}", **headers}
        return Client().post(path, raw, content_type="application/json", headers=sent)

    return post
