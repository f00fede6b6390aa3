from __future__ import annotations

from typing import ClassVar, Self, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Func, GeneratedField, Q, Value
from django.db.models.expressions import Expression
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Upper
from django.urls import reverse

from accesscontrol.identity.models import Clearance, User
from accesscontrol.policy.querysets import ByPolicy, GuardedQuerySet, PartOf
from catalog.assets.text import text_query
from catalog.domains.models import Domain
from catalog.sources.models import Source


def _words(column: str) -> Func:
    """Names are searched by their parts: `shop.v_open_orders` is found by "open orders"."""
    return Func(
        F(column), Value("._-/:"), Value("     "), function="translate", output_field=models.TextField()
    )


def _search_vector() -> Expression:
    names = SearchVector(_words("name"), weight="A", config="english")
    fields = SearchVector("field_names", weight="B", config="english")
    said = SearchVector("description", weight="C", config="english")
    harvested = SearchVector("harvested_description", weight="D", config="english")
    return cast(Expression, names + fields + said + harvested)


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
        return self if query is None else self.filter(search=query)

    def of_kinds(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def for_list(self) -> Self:
        return self.select_related("domain", "owner", "source").defer("search")

    def for_page(self) -> Self:
        """With everything that an asset's own page says about it."""
        return self.select_related("domain__steward", "owner", "source", "parent__parent").defer("search")


class Asset(models.Model):
    """Anything governed: a table, a file, a job, a feature, a model. Named as OpenLineage names it."""

    class Kind(models.TextChoices):
        DATABASE = "database", "Database"
        SCHEMA = "schema", "Schema"
        TABLE = "table", "Table"
        VIEW = "view", "View"
        FOLDER = "folder", "Folder"
        FILE = "file", "File"
        TOPIC = "topic", "Topic"
        JOB = "job", "Job"
        DASHBOARD = "dashboard", "Dashboard"
        FEATURE = "feature", "Feature"
        TRAINING_SET = "training_set", "Training set"
        MODEL = "model", "Model"
        DEPLOYMENT = "deployment", "Deployment"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        DEPRECATED = "deprecated", "Deprecated"
        ARCHIVED = "archived", "Archived"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    namespace = models.CharField(max_length=500)
    name = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    harvested_description = models.TextField(blank=True)  # the source's own comment
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="owned_assets"
    )
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
    search = GeneratedField(expression=_search_vector(), output_field=SearchVectorField(), db_persist=True)

    objects = AssetQuerySet.as_manager()
    guard: ClassVar[ByPolicy] = ByPolicy("asset")

    class Meta:
        ordering = ["name"]
        permissions = [("discover_asset", "Can discover asset")]
        constraints = [
            models.UniqueConstraint(
                fields=["namespace", "name"], condition=~Q(kind="job"), name="asset_dataset_once"
            ),
            models.UniqueConstraint(
                fields=["namespace", "name"], condition=Q(kind="job"), name="asset_job_once"
            ),
            CheckConstraint(condition=~Q(name="") & ~Q(namespace=""), name="asset_has_a_name"),
            CheckConstraint(
                condition=Q(sensitivity__isnull=True) | Q(sensitivity__lte=3),
                name="asset_sensitivity_is_a_level",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="asset_search"),
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
    def said(self) -> str:
        """What people say about it, else what the source says."""
        return self.description or self.harvested_description


class FieldQuerySet(GuardedQuerySet["Field"]):
    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def personal(self) -> Self:
        """What says who a person is, or something sensitive about them."""
        return self.filter(Q(sensitive=True) | ~Q(identity="") | ~Q(gdpr_sensitivity=""))


def are_rules(value: object) -> None:
    """Validation rules are a list of objects, such as [{"rule": "range", "min": 0}]."""
    if not (isinstance(value, list) and all(isinstance(rule, dict) and rule for rule in value)):
        raise ValidationError('Write a JSON list of objects, for example [{"rule": "range", "min": 0}].')


is_identity_kind = RegexValidator(
    r"^[a-z][a-z0-9_]*\Z", "Write one word in small letters, for example email, phone or customer_id."
)


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
