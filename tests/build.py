"""Plain builders; nothing surprising happens in them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accesscontrol.grants.models import Grant
from accesscontrol.grants.services import grant_access
from accesscontrol.identity.models import User
from accesscontrol.identity.services import issue_token, save_user
from accesscontrol.policy.models import Policy
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.policysets.services import install
from catalog.assets.models import Asset, Field

PASSWORD = "correct horse battery"


def make_user(username: str, *roles: str, **attributes: Any) -> User:
    """A person who may sign in with PASSWORD and holds `roles` (see govportal/roles.yaml)."""
    return save_user(username=username, actor="tests", password=PASSWORD, roles=roles, **attributes)


def make_token(user: User, *scopes: str) -> str:
    """Return the secret of a new API token of `user`; scopes default to read and write."""
    return issue_token(user=user, name="test", scopes=scopes or ["write"], actor="tests")[1]


def make_policy(name: str = "everybody", *conditions: dict[str, Any], **document: Any) -> Policy:
    """A policy in force; without conditions it lets everybody view everything."""
    stored = {"name": name, "actions": ["view"], "conditions": list(conditions), **document}
    put_in_force([*_others(stored["name"]), stored])
    return Policy.objects.get(name=stored["name"])


def drop_policy(policy: Policy) -> None:
    """Take a policy out of force."""
    put_in_force(_others(policy.name))


def put_in_force(documents: list[dict[str, Any]]) -> None:
    """Let exactly these policies decide."""
    install(documents=documents, summary="For a test", actor="tests")


def _others(name: str) -> list[dict[str, Any]]:
    return [document for document in documents_in_force() if document["name"] != name]


def make_asset(name: str = "shop.public.orders", columns: str = "", **attributes: Any) -> Asset:
    """An asset, with a field for each word of `columns`."""
    values = {"kind": "table", "namespace": "postgres://localhost:5432", "name": name}
    asset = Asset.objects.create(**{**values, "field_names": columns, **attributes})
    Field.objects.bulk_create(
        Field(asset=asset, name=column, position=at, data_type="text")
        for at, column in enumerate(columns.split(), start=1)
    )
    return asset


def make_grant(user: User, obj: Any, action: str = "view", /, *, days: float = 1, **changes: Any) -> Grant:
    """A live grant by "giver" that ends in `days`; `changes` move its columns, into the past for example."""
    giver = User.objects.filter(username="giver").first() or make_user("giver", "administrator")
    end = timezone.now() + timedelta(days=days)
    grant = grant_access(obj=obj, action=action, user=user, actor=giver, reason="a test", ends_at=end)
    Grant.objects.filter(pk=grant.pk).update(**changes)
    grant.refresh_from_db()
    return grant
