"""People who train and review models, and one policy that hides what lies in the vault."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.build import make_policy, make_token, make_user

SEE = {"name": "see", "effect": "permit", "actions": ["view"]}
VAULT = {
    "name": "vault",
    "effect": "forbid",
    "on_missing": "skip",
    "actions": ["*"],
    "conditions": [{"attribute": "resource.location", "operator": "==", "value": "vault"}],
}


@pytest.fixture(autouse=True)
def policies(db):
    for document in (SEE, VAULT):
        make_policy(**document)


@pytest.fixture
def mia(db):
    """Trains models."""
    return make_user("mia", "ml_engineer")


@pytest.fixture
def otto(db):
    """May review them."""
    return make_user("otto", "ml_engineer")


@pytest.fixture
def bob(db):
    return make_user("bob", "viewer")


@pytest.fixture
def call(client) -> Callable[..., Any]:
    """Call the API as somebody: `call(mia, "post", "models/", {...})`."""
    tokens: dict[str, str] = {}

    def call(user, method: str, path: str, body: Any = None) -> Any:
        token = tokens.setdefault(user.username, make_token(user))
        return getattr(client, method)(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return call
