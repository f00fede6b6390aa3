"""What is enforced in the database of a source, and the plans that bring it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from accesscontrol.enforcement.masking import UNMASK
from accesscontrol.enforcement.steps import Ledger, Remembered, Step
from accesscontrol.identity.models import Team
from accesscontrol.secrets import cipher
from catalog.assets.models import Asset
from catalog.sources.models import Source

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

APPLY, REVERSE, VERIFY, DRIFT = (
    f"catalog.enforcement_{verb}" for verb in ("apply", "reverse", "verify", "drift")
)
PERSON = settings.AUTH_USER_MODEL


class EnforcedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All of them, for who holds "catalog.<action>_enforcement"."""
        return self if user.has_perm(f"catalog.{action}_enforcement") else self.none()


class Enforcement(models.Model):
    """That the policies are enforced in a source's database, where, and as whom; the secret is encrypted."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.OneToOneField(Source, models.CASCADE, related_name="enforcement")
    is_on = models.BooleanField(default=True)
    database = models.CharField(max_length=200)
    schema = models.CharField(max_length=60, default="gov")  # where the views go
    owner_role = models.CharField(max_length=60, default="gov_owner")
    unmask_prefix = models.CharField(max_length=30, default=UNMASK)
    include = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    trusted_roles = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    user = models.CharField(max_length=200, blank=True)  # "" is the source's own login
    secret_token = models.TextField(blank=True, editable=False)
    sealed_for = models.CharField(
        max_length=300, blank=True, editable=False
    )  # host and port it was given for
    ledger = models.JSONField(default=dict, blank=True)  # see accesscontrol/enforcement/steps.py
    wanted_mark = models.CharField(max_length=64, blank=True)  # of what was applied last
    checks = models.JSONField(default=list, blank=True)  # of the last verification
    verified_at = models.DateTimeField(null=True, blank=True)
    drift = models.JSONField(default=list, blank=True)  # the objects that differ
    drift_cause = models.CharField(max_length=300, blank=True)
    drift_checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EnforcedQuerySet.as_manager()

    class Meta:
        ordering = ["source__name"]
        permissions = [
            ("approve_enforcement", "Can approve what a colleague plans to enforce"),
            ("apply_enforcement", "Can apply, reverse and verify what is enforced"),
        ]
        constraints = [
            CheckConstraint(
                condition=~Q(database="") & ~Q(schema="") & ~Q(owner_role="") & ~Q(unmask_prefix=""),
                name="enforcement_has_its_names",
            ),
            CheckConstraint(
                condition=Q(user="") | ~Q(secret_token=""), name="enforcement_login_has_a_secret"
            ),
        ]

    def __str__(self) -> str:
        return f"Enforcement in {self.source}"

    def get_absolute_url(self) -> str:
        address: str = reverse("sources:enforcement", args=[self.source.code])
        return address

    @property
    def subject(self) -> str:
        """What jobs name as their subject."""
        return f"enforcement:{self.code}"

    @property
    def remembered(self) -> Ledger:
        return {key: Remembered(*both) for key, both in self.ledger.items()}

    @property
    def failed_checks(self) -> int:
        return sum(1 for each in self.checks if each["passed"] is False)

    @property
    def address(self) -> str:
        """Where the login would be sent."""
        known = self.source.settings
        return f"{known.get('host')}:{known.get('port') or 'usual'}"

    def seal(self, secret: str) -> None:
        """Keep `secret` encrypted, for the server that the source leads to now."""
        self.secret_token = cipher.encrypt(secret, settings.ENCRYPTION_KEYS)
        self.sealed_for = self.address

    def open_secret(self) -> str:
        """Return the password of `user`, or the source's; raises `cipher.WrongKey`."""
        if not self.user:
            return self.source.open_secret()
        return cipher.decrypt(self.secret_token, settings.ENCRYPTION_KEYS)


class RoleMapping(models.Model):
    """Who in the portal holds a role of the database: a role, a team or one person of ours."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    enforcement = models.ForeignKey(Enforcement, models.CASCADE, related_name="mappings")
    database_role = models.CharField(max_length=63)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True)
    unmask = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # tags
    entitlements = models.JSONField(default=dict, blank=True)  # attribute -> values

    objects = EnforcedQuerySet.as_manager()

    class Meta:
        ordering = ["database_role", "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(group__isnull=False, team__isnull=True, person__isnull=True)
                | Q(group__isnull=True, team__isnull=False, person__isnull=True)
                | Q(group__isnull=True, team__isnull=True, person__isnull=False),
                name="mapping_names_one_of_ours",
            ),
            CheckConstraint(condition=~Q(database_role=""), name="mapping_names_a_role"),
            models.UniqueConstraint(
                fields=["enforcement", "database_role", "group", "team", "person"],
                nulls_distinct=False,
                name="mapping_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} as {self.database_role}"

    @property
    def holder(self) -> str:
        if self.person:
            return self.person.username
        return f"team {self.team.name}" if self.team else f"role {self.group}"


class RowRule(models.Model):
    """Rows of a table are shown to whom their entitlements give the row's own `column` as `attribute`."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    enforcement = models.ForeignKey(Enforcement, models.CASCADE, related_name="row_rules")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="row_rules")
    column = models.CharField(max_length=500)
    attribute = models.CharField(max_length=60)

    objects = EnforcedQuerySet.as_manager()

    class Meta:
        ordering = ["asset__name", "column"]
        constraints = [
            models.UniqueConstraint(fields=["enforcement", "asset", "column"], name="row_rule_once"),
            CheckConstraint(condition=~Q(column="") & ~Q(attribute=""), name="row_rule_is_complete"),
        ]

    def __str__(self) -> str:
        return f"{self.asset}: {self.column} is one of their {self.attribute}"


class Plan(models.Model):
    """What would be changed in a database, and how it is taken back. A trigger keeps its steps."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "Waiting for approval"
        APPROVED = "approved", "Approved"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"
        REVERSED = "reversed", "Taken back"
        SUPERSEDED = "superseded", "Superseded"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    enforcement = models.ForeignKey(Enforcement, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    steps = models.JSONField(editable=False)
    notes = models.JSONField(default=list, editable=False)
    verdicts = models.JSONField(default=list, editable=False)
    wanted_mark = models.CharField(max_length=64, editable=False)
    ledger_before = models.JSONField(default=dict, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="enforcement_plans")
    created_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=150, blank=True)
    applied_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=1000, blank=True)

    objects = EnforcedQuerySet.as_manager()
    OPEN: ClassVar[set[str]] = {State.DRAFT, State.REVIEW, State.APPROVED}

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["enforcement", "number"], name="plan_numbered"),
            CheckConstraint(condition=~Q(approved_by=F("author")), name="plan_approved_by_another"),
            CheckConstraint(
                condition=Q(state__in=["draft", "review", "superseded"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="plan_beyond_review_is_approved",
            ),
            CheckConstraint(
                condition=~Q(state__in=["applied", "reversed"]) | Q(applied_at__isnull=False),
                name="plan_applied_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("sources:enforcement-plan", args=[self.enforcement.source.code, self.number])

    @property
    def as_steps(self) -> list[Step]:
        return [Step(**{**each, "do": tuple(each["do"]), "undo": tuple(each["undo"])}) for each in self.steps]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
