from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ProductSaved(Fact):
    """A data product was added (`before` is None) or changed; of a change only what differs."""

    name = "products.saved"
    object_type = "product"
    before: dict[str, Any] | None
    after: dict[str, Any]
    version: int


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(Fact):
    name = "products.deleted"
    object_type = "product"
    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AssetPortsChanged(Fact):
    """An asset goes into, or comes out of, other products now; by their slugs."""

    name = "products.asset_ports_changed"
    object_type = "asset"
    before: dict[str, list[str]]
    after: dict[str, list[str]]
