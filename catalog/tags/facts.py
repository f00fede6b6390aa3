from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ClassificationSaved(Fact):
    """A classification was added (`before` is None) or changed."""

    name = "catalog.classification_saved"
    object_type = "classification"
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ClassificationDeleted(Fact):
    name = "catalog.classification_deleted"
    object_type = "classification"
    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TagSaved(Fact):
    """A tag was added (`before` is None) or changed."""

    name = "catalog.tag_saved"
    object_type = "tag"
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TagDeleted(Fact):
    name = "catalog.tag_deleted"
    object_type = "tag"
    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TagsChanged(Fact):
    """What an asset, or one of its fields, bears; `before` and `after` hold paths under "tags"."""

    name = "catalog.tags_changed"
    object_type = "asset"
    field: str
    before: dict[str, Any]
    after: dict[str, Any]
