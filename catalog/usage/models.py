from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import uuid4

from django.db import connection, models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q

from catalog.assets.models import Asset
from catalog.sources.models import Source

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


M = TypeVar("M", bound=models.Model)
NOTED = (
    *("source_id", "key", "database", "text", "verb", "understood"),
    *("unresolved", "first_seen", "last_seen"),
)


class OfSource(models.QuerySet[M]):
    """Rows about how a source is read: for whoever may see the sources."""

    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_source") else self.none()


class QueryKindQuerySet(models.QuerySet["QueryKind"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """The statements of which `user` may see everything that they name.

        What could not be read may name anything: it is for whoever may see the sources.
        """
        seen = Asset.objects.visible_to(user).order_by().values("pk")
        named = QueryAsset.objects.filter(query=OuterRef("pk"))
        rows = self.filter(~Exists(named.filter(asset__isnull=False).exclude(asset__in=seen)))
        if user.has_perm("catalog.view_source"):
            return rows
        rows = rows.filter(understood=True, unresolved=0)
        return rows.filter(~Exists(named.filter(asset__isnull=True)))

    def note(self, kinds: Sequence[QueryKind]) -> None:
        """Add these; of one that is there, or that another writer adds now, keep when it ran last."""
        columns = [[getattr(kind, name) for kind in kinds] for name in NOTED]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO catalog_querykind AS known (source_id, key, database, text, verb, understood,
                                                        unresolved, first_seen, last_seen)
                SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
                                     %s::boolean[], %s::int[], %s::timestamptz[], %s::timestamptz[])
                ON CONFLICT (source_id, key) DO UPDATE
                    SET last_seen = greatest(known.last_seen, excluded.last_seen)
                """,
                columns,
            )


class QueryKind(models.Model):
    """Statements of a source that differ in their literals only; `text` has none.

    `unresolved` counts the tables that it names and that are no assets of the source.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="query_kinds")
    key = models.CharField(max_length=64)
    database = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=4000)
    verb = models.CharField(max_length=30, blank=True)
    understood = models.BooleanField()
    unresolved = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(null=True, blank=True)  # none where it ran before the first reading

    objects = QueryKindQuerySet.as_manager()

    class Meta:
        ordering = ["source", "key"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="query_kind_once")]
        indexes = [models.Index(fields=["last_seen"], name="query_kind_last_seen")]

    def __str__(self) -> str:
        return self.text[:60]


class OfQuery(models.QuerySet[M]):
    """What is known of a statement is for who may see the statement."""

    def visible_to(self, user: User, action: str = "view") -> Self:
        return self.filter(query__in=QueryKind.objects.visible_to(user, action))


class QueryAssetQuerySet(OfQuery["QueryAsset"]):
    pass


class QueryAsset(models.Model):
    """An asset that a statement names. An asset that is deleted for good stays as nothing: it is not told."""

    class Role(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Written"

    query = models.ForeignKey(QueryKind, models.CASCADE, related_name="links")
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="query_links")
    role = models.CharField(max_length=5, choices=Role)

    objects = QueryAssetQuerySet.as_manager()

    class Meta:
        ordering = ["query", "role", "asset"]
        constraints = [
            models.UniqueConstraint(fields=["query", "asset", "role"], name="query_asset_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.asset_id}"


class QueryJoinQuerySet(OfQuery["QueryJoin"]):
    pass


class QueryJoin(models.Model):
    """Two assets that a statement joins by equal columns: [[column of left, column of right], …]."""

    query = models.ForeignKey(QueryKind, models.CASCADE, related_name="joins")
    left = models.ForeignKey(Asset, models.CASCADE, related_name="joined_right")
    right = models.ForeignKey(Asset, models.CASCADE, related_name="joined_left")
    columns = models.JSONField()

    objects = QueryJoinQuerySet.as_manager()

    class Meta:
        ordering = ["query", "left", "right"]
        constraints = [
            models.UniqueConstraint(fields=["query", "left", "right", "columns"], name="query_join_once"),
            CheckConstraint(condition=Q(left__lt=F("right")), name="query_join_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} and {self.right_id}"


@dataclass(frozen=True)
class Runs:
    """What one user ran of one statement on one day."""

    query: int
    day: date
    user_name: str
    calls: int
    total_ms: float
    rows: int


class QueryDayQuerySet(OfQuery["QueryDay"]):
    def add(self, runs: Iterable[Runs]) -> None:
        """Count these on top of what is known; each statement, day and user at most once."""
        columns = list(zip(*map(astuple, runs), strict=True))
        if not columns:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO catalog_queryday AS known (query_id, day, user_name, calls, total_ms, rows)
                SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::bigint[], %s::float8[],
                                     %s::bigint[])
                ON CONFLICT (query_id, day, user_name) DO UPDATE SET
                    calls = known.calls + excluded.calls,
                    total_ms = known.total_ms + excluded.total_ms,
                    rows = known.rows + excluded.rows
                """,
                [list(each) for each in columns],
            )


class QueryDay(models.Model):
    """How often a user of the source ran a statement on a day (UTC), and what that took."""

    query = models.ForeignKey(QueryKind, models.CASCADE, related_name="days")
    day = models.DateField()
    user_name = models.CharField(max_length=200, blank=True)  # of the source; empty where it does not tell
    calls = models.BigIntegerField()
    total_ms = models.FloatField()
    rows = models.BigIntegerField()

    objects = QueryDayQuerySet.as_manager()

    class Meta:
        ordering = ["query", "day", "user_name"]
        constraints = [
            models.UniqueConstraint(fields=["query", "day", "user_name"], name="query_day_once"),
            CheckConstraint(
                condition=Q(calls__gt=0, total_ms__gte=0, rows__gte=0), name="query_day_counts_up"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="query_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.calls}"


class UsageFeedQuerySet(OfSource["UsageFeed"]):
    pass


class UsageFeed(models.Model):
    """How far the usage of a source was read: the moment at its clock, and what it handed over.

    `error` says why nothing could be read the last time, and `remedy` what would help.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="usage_feed")
    at = models.DateTimeField(null=True, blank=True)
    whole = models.JSONField(default=list)  # the databases of which all counters were told
    cursor = models.CharField(max_length=200, blank=True)
    hidden = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)

    objects = UsageFeedQuerySet.as_manager()

    class Meta:
        ordering = ["source"]

    def __str__(self) -> str:
        return self.source.name


class UsageCounterQuerySet(OfSource["UsageCounter"]):
    pass


class UsageCounter(models.Model):
    """How far a counter of a source was at the last reading."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="usage_counters")
    key = models.CharField(max_length=200)
    database = models.CharField(max_length=200)
    mark = models.CharField(max_length=100)
    calls = models.BigIntegerField()
    total_ms = models.FloatField()
    rows = models.BigIntegerField()

    objects = UsageCounterQuerySet.as_manager()

    class Meta:
        ordering = ["source", "key"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="usage_counter_once")]

    def __str__(self) -> str:
        return self.key


class QueryBatchQuerySet(OfSource["QueryBatch"]):
    pass


class QueryBatch(models.Model):
    """A log that somebody sent, perhaps under a name, until it is counted; then what came of it."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="query_batches")
    name = models.CharField(max_length=100, blank=True)
    log = models.JSONField(null=True)  # of catalog.usage.ran.stored: without literals
    rejected = models.JSONField(default=list)  # [{"line", "reason"}]
    answer = models.JSONField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)

    objects = QueryBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "name"], condition=~Q(name=""), name="query_batch_named_once"
            ),
            CheckConstraint(
                condition=Q(log__isnull=True, answer__isnull=False)
                | Q(log__isnull=False, answer__isnull=True),
                name="query_batch_is_counted_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.code)

    @property
    def subject(self) -> str:
        """What its job names as its subject."""
        return f"queries:{self.code}"
