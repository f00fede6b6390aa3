"""Every table of this floor, so that Django finds them."""

from catalog.assets.models import Asset, Field, ForeignKey
from catalog.bulk.models import BulkEdit, BulkItem
from catalog.certification.models import Certificate
from catalog.ddl.models import DdlFeed
from catalog.domains.models import Domain
from catalog.enforcement.models import Enforcement, Plan, RoleMapping, RowRule
from catalog.exchange.models import ImportRow, MetadataImport
from catalog.glossary.models import Term, TermLink, TermRelation
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.products.models import Product, ProductPort
from catalog.properties.models import Property
from catalog.renames.models import RenameProposal
from catalog.savedviews.models import SavedView
from catalog.search.models import AssetDocument, FieldDocument, OtherDocument, Word
from catalog.sources.models import Source
from catalog.tags.models import Classification, Tag, TagUse
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
    "AssetDocument",
    "BulkEdit",
    "BulkItem",
    "Certificate",
    "Classification",
    "DdlFeed",
    "Domain",
    "Enforcement",
    "Field",
    "FieldDocument",
    "ForeignKey",
    "Harvest",
    "ImportRow",
    "MetadataImport",
    "OtherDocument",
    "Plan",
    "Product",
    "ProductPort",
    "Property",
    "QueryAsset",
    "QueryBatch",
    "QueryDay",
    "QueryJoin",
    "QueryKind",
    "RenameProposal",
    "RoleMapping",
    "RowRule",
    "SavedView",
    "SchemaVersion",
    "Source",
    "Tag",
    "TagUse",
    "Term",
    "TermLink",
    "TermRelation",
    "UsageCounter",
    "UsageFeed",
    "Word",
]
