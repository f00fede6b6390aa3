"""Every table of this floor, so that Django finds them."""

from catalog.assets.models import Asset, Field, ForeignKey
from catalog.ddl.models import DdlFeed
from catalog.domains.models import Domain
from catalog.enforcement.models import Enforcement, Plan, RoleMapping, RowRule
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.renames.models import RenameProposal
from catalog.sources.models import Source
from catalog.usage.models import (
    QueryAsset,
    QueryBatch,
    QueryDay,
    QueryJoin,
    QueryKind,
    UsageCounter,
    UsageFeed,
)

__all__ = [
    "Asset",
    "DdlFeed",
    "Domain",
    "Enforcement",
    "Field",
    "ForeignKey",
    "Harvest",
    "Plan",
    "QueryAsset",
    "QueryBatch",
    "QueryDay",
    "QueryJoin",
    "QueryKind",
    "RenameProposal",
    "RoleMapping",
    "RowRule",
    "SchemaVersion",
    "Source",
    "UsageCounter",
    "UsageFeed",
]
