from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ChainSaved(Fact):
    """Who decides about what from now on; what is on its way keeps the chain that it began with."""

    name = "chains.saved"
    object_type = "chain"
    before: dict[str, Any] | None
    after: dict[str, Any]
