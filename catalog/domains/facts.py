from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DomainSaved(Fact):
    """A domain was added (`before` is None) or changed."""

    name = "domains.saved"
    object_type = "domain"
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DomainDeleted(Fact):
    """A domain is gone; the assets that it had belong to none now."""

    name = "domains.deleted"
    object_type = "domain"
    before: dict[str, Any]
    assets: int
