from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AssetsRegistered(Fact):
    """Assets became known; `subject` is the first one's code."""

    name = "catalog.assets_registered"
    object_type = "asset"
    count: int
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class AssetChanged(Fact):
    name = "catalog.asset_changed"
    object_type = "asset"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FieldChanged(Fact):
    name = "catalog.field_changed"
    object_type = "asset"
    field: str
    before: dict[str, Any]
    after: dict[str, Any]
