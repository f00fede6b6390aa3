"""Who may see a row of the index: who may see the asset that it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accesscontrol.identity.models import User
from accesscontrol.policy.guards import guard_of
from accesscontrol.policy.querysets import ByPolicy, granted
from accesscontrol.policy.reads import asker, policy_set
from accesscontrol.policy.rules import Decision, Residual
from accesscontrol.policy.semantics import Values
from accesscontrol.policy.to_q import predicate
from catalog.assets.models import Asset

# What a row repeats of its asset, so that a policy need not look there; all else is compared at the asset.
REPEATED = frozenset(
    {
        *("kind", "status", "domain", "source", "owner", "business_owner", "team", "location"),
        *("sensitivity", "has_personal_data", "tier", "certification"),
    }
)


@dataclass(frozen=True)
class AsAsset:
    """As its asset is; `path` leads from the row to the asset's own row, and is empty there."""

    path: str = ""

    @property
    def columns(self) -> Mapping[str, str]:
        """The path of each attribute, seen from the row."""
        guard: ByPolicy = Asset.guard
        return {name: self._found(path) for name, path in guard.columns.items()}

    def _found(self, path: str) -> str:
        own = path if path.split("__")[0] in REPEATED else f"asset__{path}"
        return f"{self.path}__{own}" if self.path else own

    def rows(self, rows: Any, user: User, action: str) -> Any:
        situation = asker(user)
        exceptions = granted(user, Asset, action, situation["env"]["time"])
        return rows.filter(predicate(residual(user, action), self.columns, self._through(exceptions)))

    def _through(self, exceptions: Q) -> Q:
        """The same exceptions, which name assets, seen from the row."""
        condition: Any = exceptions.children[0]
        return Q(**{f"{self.path or 'pk'}__in": condition[1]})

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        asset = Asset.objects.filter(pk=obj.asset_id).first()
        if asset is None:
            return Decision(False, "no permit")
        return guard_of(Asset).decide(asset, user, action, env)


def residual(user: User, action: str = "view") -> Residual:
    """What the policies in force leave open of each asset."""
    return policy_set().residual("asset", action, asker(user))
