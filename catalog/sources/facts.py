from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SourceSaved(Fact):
    """A source was added or changed. Of its secret only whether it is a new one, never what it is."""

    name = "sources.saved"
    object_type = "source"
    before: dict[str, Any] | None
    after: dict[str, Any]
    new_secret: bool


@dataclass(frozen=True, kw_only=True)
class SourceRemoved(Fact):
    """A source is read no more. What it brought into the catalog stays."""

    name = "sources.removed"
    object_type = "source"
    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SourceTested(Fact):
    """The portal signed in at the source with the stored secret, or tried to."""

    name = "sources.tested"
    object_type = "source"
    reached: bool
    error: str
