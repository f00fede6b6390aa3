from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Now, Upper
from django.urls import reverse
from django.utils import timezone

from accesscontrol.identity.models import Clearance, Team, User
from accesscontrol.policy.querysets import ByPolicy, GuardedQuerySet, PartOf
from catalog.assets import choices
from catalog.assets.invariants import INVARIANTS
from catalog.assets.text import text_query
from catalog.assets.values import are_rules, is_identity_kind, tag_paths
from catalog.domains.models import Domain
from catalog.sources.models import Source


def _certified() -> Q:
    live = Q(certified_until__isnull=True) | Q(certified_until__gt=Now())
    return live & ~Q(certification="")


PEOPLE = ("owner", "business_owner", "steward", "acting_steward", "team")


class AssetQuerySet(GuardedQuerySet["Asset"]):
    def hidden_from(self, user: User) -> Self:
        """What `user` may not see: for questions whether something names it, never to be shown."""
        return self.exclude(pk__in=Asset.objects.visible_to(user).order_by().values("pk"))

    def present(self) -> Self:
        """What its source still has."""
        return self.filter(removed_at__isnull=True)

    def active(self) -> Self:
        return self.present().filter(status=Asset.Status.ACTIVE)

    def matching(self, typed: str) -> Self:
        """What holds all the words that somebody typed; everything when nothing was typed."""
        query = text_query(typed)
        return self if query is None else self.filter(document__words=query)

    def of_kinds(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def certified(self) -> Self:
        """What bears a certificate that has not run out."""
        return self.filter(_certified())

    def uncertified(self) -> Self:
        return self.exclude(_certified())

    def stewarded_by(self, user: User) -> Self:
        """What `user` is the steward of; where an asset names nobody, the steward of its domain is."""
        return self.filter(acting_steward=user)

    def for_list(self) -> Self:
        return self.select_related(*PEOPLE, "domain", "source")

    def for_page(self) -> Self:
        """With everything that an asset's own page says about it."""
        return self.for_list().select_related("parent__parent")


class Asset(models.Model):
    """Anything governed: a table, a file, a job, a feature, a model. Named as OpenLineage names it."""

    Kind = choices.Kind
    Status = choices.Status
    Tier = choices.Tier
    Certification = choices.Certification

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    namespace = models.CharField(max_length=500)
    name = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    harvested_description = models.TextField(blank=True)  # the source's own comment
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    replacement = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    retires_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name="technical owner",
        null=True,
        blank=True,
        related_name="owned_assets",
    )
    business_owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="business_owned_assets"
    )
    steward = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # its steward, else who answers for its domain: kept by the database, see the migration `acting_steward`
    acting_steward = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="stewarded_assets"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="assets")
    tier = models.PositiveSmallIntegerField(choices=Tier, null=True, blank=True)  # 1 matters most
    certification = models.CharField(max_length=10, choices=Certification, blank=True)
    certified_until = models.DateTimeField(null=True, blank=True)
    properties = models.JSONField(default=dict, blank=True)  # what this company wants to know besides
    tags = tag_paths()
    all_tags = tag_paths()  # with those of its fields, and with those above each
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True, blank=True, related_name="assets")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="assets")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    location = models.CharField(max_length=100, blank=True)
    sensitivity = models.PositiveSmallIntegerField(choices=Clearance, null=True, blank=True)
    has_personal_data = models.BooleanField(default=False)
    gdpr_category = models.CharField(max_length=100, blank=True)
    row_estimate = models.BigIntegerField(null=True, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # what the source says; see catalog/harvest/compare.py
    fingerprint = models.CharField(max_length=64, blank=True)  # of the last harvest
    version = models.PositiveIntegerField(default=1)  # grows with each change by people
    field_names = models.TextField(blank=True)  # kept by services, for the search
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    modified_at = models.DateTimeField(null=True, blank=True)  # its data, as far as the source knows
    missed_at = models.DateTimeField(null=True, blank=True)  # a whole listing was without it; not yet removed
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AssetQuerySet.as_manager()
    guard: ClassVar[ByPolicy] = ByPolicy("asset")

    class Meta:
        ordering = ["name"]
        permissions = [
            ("discover_asset", "Can discover asset"),
            ("certify_asset", "Can certify asset"),
        ]
        constraints = INVARIANTS
        indexes = [
            GinIndex(fields=["all_tags"], name="asset_all_tags"),
            GinIndex(fields=["properties"], name="asset_properties"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="asset_name_trigrams"),
            models.Index(fields=["source", "removed_at"], name="asset_source"),
            models.Index(fields=["name"], name="asset_name"),
            models.Index("source", KeyTransform("stable_id", "facts"), name="asset_stable_id"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:asset", args=[self.code])

    @property
    def title(self) -> str:
        """The last part of the name: `orders` of `shop.public.orders`; dots in a path part nothing."""
        last = self.name if "/" in self.name else self.name.rsplit(".", 1)[-1]
        return str(self.facts.get("title") or last)

    @property
    def container(self) -> str:
        """What the title stands in: `shop.public` of `shop.public.orders`."""
        said = [str(self.facts[key]) for key in ("database", "schema") if self.facts.get(key)]
        inside = ".".join(said) if said else self.name.rpartition(f".{self.title}")[0]
        return inside or self.namespace

    @property
    def is_container(self) -> bool:
        return self.kind in {self.Kind.DATABASE, self.Kind.SCHEMA, self.Kind.FOLDER}

    @property
    def is_certified(self) -> bool:
        """Whether it bears a certificate that has not run out."""
        live = self.certified_until is None or self.certified_until > timezone.now()
        return bool(self.certification) and live

    @property
    def said(self) -> str:
        """What people say about it, else what the source says."""
        return self.description or self.harvested_description


class FieldQuerySet(GuardedQuerySet["Field"]):
    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def personal(self) -> Self:
        """What says who a person is, or something sensitive about them."""
        return self.filter(Q(sensitive=True) | ~Q(identity="") | ~Q(gdpr_sensitivity=""))


class Field(models.Model):
    """A column of a table, a property of a file, an input of a model."""

    class Sensitivity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="fields")
    name = models.CharField(max_length=500)
    data_type = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()
    nullable = models.BooleanField(default=True)
    required = models.BooleanField(default=False)
    default = models.TextField(blank=True)
    description = models.TextField(blank=True)
    harvested_description = models.TextField(blank=True)
    is_key = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    gdpr_sensitivity = models.CharField(max_length=10, choices=Sensitivity, blank=True)
    # "email": this field says who a person is
    identity = models.CharField(max_length=40, blank=True, validators=[is_identity_kind])
    validation_rules = models.JSONField(default=list, blank=True, validators=[are_rules])
    tags = tag_paths()
    version = models.PositiveIntegerField(default=1)  # grows with each change by people
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = FieldQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["asset", "position"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "name"], name="field_once"),
            CheckConstraint(condition=~Q(name=""), name="field_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["identity"], condition=~Q(identity=""), name="field_identity"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:field", args=[self.code])

    @property
    def said(self) -> str:
        return self.description or self.harvested_description

    @property
    def is_personal(self) -> bool:
        return bool(self.sensitive or self.identity or self.gdpr_sensitivity)


class ForeignKeyQuerySet(GuardedQuerySet["ForeignKey"]):
    def telling_seen(self, user: User) -> Self:
        """Each row knows whether `user` may know its target by name: `target_seen`."""
        return self.annotate(target_seen=Q(target__in=Asset.objects.visible_to(user)))


class ForeignKey(models.Model):
    """A reference between two tables of a source, by column names in order."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="foreign_keys")
    target = models.ForeignKey(Asset, models.CASCADE, related_name="referenced_by")
    name = models.CharField(max_length=200)
    columns = models.JSONField()
    target_columns = models.JSONField()

    objects = ForeignKeyQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["asset", "name"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "name"], name="foreign_key_once"),
        ]

    def __str__(self) -> str:
        return self.name
