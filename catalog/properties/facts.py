from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PropertySaved(Fact):
    """A property was defined (`before` is None) or changed."""

    name = "catalog.property_saved"
    object_type = "property"
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PropertyDeleted(Fact):
    name = "catalog.property_deleted"
    object_type = "property"
    before: dict[str, Any]
