from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, CheckConstraint, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Least, Lower
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset, Field
from catalog.domains.models import Domain
from catalog.glossary.kinds import KINDS, SYMMETRIC

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


MOST_WORDS = 20
COUNT = models.IntegerField()


class TermQuerySet(models.QuerySet["Term"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All of them by role; a draft may be changed by who wrote it, too."""
        if not user.is_active:
            return self.none()
        if user.has_perm(f"catalog.{action}_term"):
            return self
        if action == "change" and user.has_perm("catalog.view_term"):
            return self.filter(status=Term.Status.DRAFT, authors__contains=[user.pk])
        return self.none()

    def in_review(self) -> Self:
        return self.filter(status=Term.Status.IN_REVIEW)

    def decidable_by(self, user: User) -> Self:
        """What waits for this person's word, who has no part in its text.

        The reviewers decide; where there is none who may, the steward who answers for the domain;
        where there is none who may either, everybody who may change terms.
        """
        if not (user.is_active and user.has_perm("catalog.view_term")):
            return self.none()
        people: Any = Term.reviewers.through.objects.filter(term=OuterRef("pk"), user__is_active=True)
        place = Func(OuterRef("authors"), F("user"), function="array_position", output_field=COUNT)
        reviewed = Exists(people.annotate(place=place).filter(place__isnull=True))
        mine = Exists(people.filter(user=user))
        steward = Q(domain__answering__is_active=True) & ~Q(authors__contains=[F("domain__answering")])
        falls_to = Q(is_stewarded=True, domain__answering=user)
        if user.has_perm("catalog.change_term"):
            falls_to |= Q(is_stewarded=False)
        rows = self.in_review().exclude(authors__contains=[user.pk])
        rows = rows.alias(is_stewarded=Case(When(steward, then=Value(True)), default=Value(False)))
        return rows.filter(Q(mine) | (~Q(reviewed) & falls_to))

    def saying(self, typed: str) -> Self:
        """What holds every word in its name, its definition or its synonyms, or has it as abbreviation."""
        rows = self
        for word in typed.replace("\0", " ").split()[:MOST_WORDS]:
            said = Q(name__icontains=word) | Q(definition__icontains=word)
            rows = rows.filter(said | Q(synonyms__icontains=word) | Q(abbreviation__iexact=word))
        return rows

    def for_list(self) -> Self:
        return self.select_related("domain", "owner", "parent").prefetch_related("reviewers")

    def for_page(self) -> Self:
        return self.for_list().select_related("domain__answering", "approved_by")


class Term(models.Model):
    """A word of the business and what it means, agreed by people who did not write it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        DEPRECATED = "deprecated", "Deprecated"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    synonyms = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    abbreviation = models.CharField(max_length=40, blank=True)
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True, blank=True, related_name="terms")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="owned_terms"
    )
    reviewers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="reviewed_terms")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # the accounts of those who wrote or changed the text since it was last approved
    authors = ArrayField(models.BigIntegerField(), default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="approved_terms"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    rejection = models.TextField(blank=True)  # why it came back from review, until it is sent again
    version = models.PositiveIntegerField(default=1)  # grows with each change
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        permissions = [("restore_approvals", "Can restore from a file who approved a term")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "parent", name="term_once_per_parent", nulls_distinct=False
            ),
            CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="term_has_a_name"),
            CheckConstraint(
                condition=Q(status__in=["draft", "in_review", "approved", "deprecated"]),
                name="term_status_known",
            ),
            CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="term_is_not_its_own_parent"
            ),
            CheckConstraint(
                condition=Q(status="draft") | ~Q(definition=""), name="term_in_use_has_a_definition"
            ),
            CheckConstraint(
                condition=~Q(status="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="term_approved_by_somebody",
            ),
            CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(authors__contains=[F("approved_by")]),
                name="term_four_eyes",
            ),
            CheckConstraint(
                condition=~Q(status="in_review") | Q(submitted_at__isnull=False, approved_by__isnull=True),
                name="term_in_review_since",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(status="in_review"), name="term_waiting"),
            GinIndex(fields=["synonyms"], name="term_synonyms"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("glossary:term", args=[self.code])


class TermRelation(models.Model):
    """How two terms relate: kept once, shown from both sides."""

    kind = models.CharField(max_length=12, choices=[(name, kind.label) for name, kind in KINDS.items()])
    term = models.ForeignKey(Term, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Term, models.CASCADE, related_name="related_by")

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                Least("term", "other"), Greatest("term", "other"), "kind", name="term_relation_once"
            ),
            CheckConstraint(condition=~Q(term=F("other")), name="term_relation_of_two"),
            CheckConstraint(
                condition=~Q(kind__in=SYMMETRIC) | Q(term__lt=F("other")), name="term_relation_in_order"
            ),
            CheckConstraint(condition=Q(kind__in=list(KINDS)), name="term_relation_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.kind} {self.other_id}"


class TermLinkQuerySet(GuardedQuerySet["TermLink"]):
    pass


class TermLink(models.Model):
    """An asset, or one of its fields, is about what a term means."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="links")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="term_links")
    field = models.ForeignKey(Field, models.CASCADE, null=True, blank=True, related_name="term_links")

    objects = TermLinkQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "term", "field"], name="term_link_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} means {self.asset_id}"
