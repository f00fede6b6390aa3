"""The index of the search: a row for whatever can be found, written by triggers of the database.

Nobody else writes these tables: what changes an asset, a field or a term changes its row here in the same
transaction (see the migration `search`). `words` holds the text with its weights, and marks such as
"=kind:table" (see marks.py); `level` says how much something is used, and spreads what nobody uses.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from accesscontrol.identity.models import Clearance, Team, User
from accesscontrol.policy.querysets import GuardedQuerySet
from catalog.assets import choices
from catalog.assets.models import Asset, Field
from catalog.domains.models import Domain
from catalog.glossary.models import Term
from catalog.products.models import Product
from catalog.search.guard import AsAsset
from catalog.sources.models import Source

TITLE = 200  # letters of a title that are compared


def repeated(to: Any) -> Any:
    """A foreign key as it stands in the asset, where the database checks it."""
    return models.ForeignKey(
        to, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )


class AssetDocumentQuerySet(GuardedQuerySet["AssetDocument"]):
    pass


class AssetDocument(models.Model):
    """What the search knows of an asset."""

    asset = models.OneToOneField(
        Asset, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="document"
    )
    level = models.SmallIntegerField()
    usage = models.BigIntegerField(default=0)  # runs of queries that named it, in the last 30 days
    title = models.CharField(max_length=TITLE, db_collation="C")  # in small letters
    kind = models.CharField(max_length=20, choices=choices.Kind)
    status = models.CharField(max_length=12, choices=choices.Status)
    is_removed = models.BooleanField()
    domain = repeated(Domain)
    source = repeated(Source)
    owner = repeated(User)
    business_owner = repeated(User)
    steward = repeated(User)  # its own, else who answers for its domain
    team = repeated(Team)
    location = models.CharField(max_length=100)
    sensitivity = models.PositiveSmallIntegerField(choices=Clearance, null=True)
    has_personal_data = models.BooleanField()
    tier = models.PositiveSmallIntegerField(choices=choices.Tier, null=True)
    certification = models.CharField(max_length=10, choices=choices.Certification)
    certified_until = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    fresh_at = models.DateTimeField(null=True)  # when its data last changed, as far as the source knows
    tags = ArrayField(
        models.TextField(), default=list
    )  # paths of its own and of its fields, and of those above
    terms = ArrayField(models.BigIntegerField(), default=list)
    marks = SearchVectorField()  # of those in `words`, the ones that its fields bear too
    words = SearchVectorField()

    objects = AssetDocumentQuerySet.as_manager()
    guard: ClassVar[AsAsset] = AsAsset()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="asset_document_words"),
            models.Index(fields=["-level", "asset"], name="asset_document_level"),
            models.Index(fields=["title"], name="asset_document_title"),
            models.Index(fields=["-updated_at"], name="asset_document_updated"),
        ]

    def __str__(self) -> str:
        return self.title


class FieldDocumentQuerySet(GuardedQuerySet["FieldDocument"]):
    pass


class FieldDocument(models.Model):
    """What the search knows of a field that its source still has; its marks are those of its asset."""

    field = models.OneToOneField(
        Field, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="document"
    )
    document = models.ForeignKey(
        AssetDocument,
        models.DO_NOTHING,
        db_column="asset_id",
        db_constraint=False,
        related_name="field_documents",
    )
    level = models.SmallIntegerField()
    title = models.CharField(max_length=TITLE, db_collation="C")
    words = SearchVectorField()

    objects = FieldDocumentQuerySet.as_manager()
    guard: ClassVar[AsAsset] = AsAsset("document")

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="field_document_words"),
            models.Index(fields=["title"], name="field_document_title"),
            models.Index(fields=["-level", "field"], name="field_document_level"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asset_id(self) -> int:
        return int(self.document_id)


class OtherDocumentQuerySet(models.QuerySet["OtherDocument"]):
    def visible_to(self, user: User) -> Self:
        """What tells of something that `user` may see; of people and teams, that they may know of."""
        seen: dict[str, Any] = {
            "term": Term.objects.visible_to(user),
            "product": Product.objects.visible_to(user),
            "domain": Domain.objects.visible_to(user),
            "person": User.objects.visible_to(user, "discover"),
            "team": Team.objects.visible_to(user, "discover"),
        }
        return self.filter(
            reduce(
                or_, [Q(kind=kind, number__in=rows.order_by().values("pk")) for kind, rows in seen.items()]
            )
        )


class OtherDocument(models.Model):
    """What the search knows of a term, a product, a domain, a tag, a person or a team."""

    kind = models.CharField(max_length=20)
    number = models.BigIntegerField()  # its primary key
    title = models.CharField(max_length=TITLE, db_collation="C")
    words = SearchVectorField()

    objects = OtherDocumentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="other_document_once")]
        indexes = [GinIndex(fields=["words"], name="other_document_words")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class Word(models.Model):
    """A word of a name, for those who write it nearly so.

    It may stand here twice, and after its last asset is gone: nobody waits for anybody to write it, and
    whoever reads it asks whether its reader may see something that holds it.
    """

    word = models.CharField(max_length=40, db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="search_word"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word
