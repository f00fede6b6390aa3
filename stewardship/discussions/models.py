from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Count, Q
from django.urls import reverse

from stewardship.subjects.models import About, AboutQuerySet

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

LETTERS = 5000


class ThreadQuerySet(AboutQuerySet["Thread"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """About what you may see; `change`: yours, about what you answer for, or with the right to all."""
        rows = self.seen_by(user)
        if action == "view" or user.has_perm("stewardship.change_thread"):
            return rows
        answered = Thread.objects.answered_by(user).order_by().values("pk")
        return rows.filter(Q(author=user) | Q(pk__in=answered))

    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def questions(self) -> Self:
        return self.filter(kind=Thread.Kind.QUESTION)

    def with_part_of(self, user: User) -> Self:
        """In which this person wrote."""
        return self.filter(pk__in=Post.objects.filter(author=user).order_by().values("thread"))

    def mentioning(self, user: User) -> Self:
        return self.filter(pk__in=Post.objects.filter(mentioned=user).order_by().values("thread"))

    def for_list(self) -> Self:
        """With its first text, and how many posts follow it: `replies`."""
        written = Count("posts", filter=Q(posts__deleted_at__isnull=True, posts__number__gt=1))
        first = models.Prefetch("posts", Post.objects.filter(number=1), to_attr="first")
        return self.select_related("author").annotate(replies=written).prefetch_related(first)

    def for_page(self) -> Self:
        """With everything that was written in it."""
        posts = Post.objects.select_related("author").order_by("number")
        written = models.Prefetch("posts", posts, to_attr="written")
        return self.select_related("author", "resolved_by").prefetch_related(written)


class Thread(About):
    """A question or a comment about something, and what was said to it."""

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        COMMENT = "comment", "Comment"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="threads")
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(condition=Q(kind__in=["question", "comment"]), name="thread_kind_known"),
            CheckConstraint(condition=~Q(about_type=""), name="thread_is_about_something"),
            CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="thread_resolved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_code", "-id"], name="thread_about"),
            models.Index(fields=["-id"], condition=Q(resolved_at__isnull=True), name="thread_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.author}"  # its words are for who may see the subject

    def get_absolute_url(self) -> str:
        return reverse("discussions:thread", args=[self.code])

    @property
    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def named(self) -> str:
        """What it is about, as facts name it."""
        return f"{self.about_type}:{self.about_code}"


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Those of the threads that you see; `change`: your own; `delete`: with the right to it, any."""
        rows = self.filter(thread__in=Thread.objects.visible_to(user).order_by().values("pk"))
        if action == "view":
            return rows
        anybodys = action == "delete" and user.has_perm("stewardship.delete_post")
        return rows.filter(deleted_at__isnull=True, **({} if anybodys else {"author": user}))


class Post(models.Model):
    """One text of a thread: number 1 opened it. Of a deleted one nothing is left but that it was there."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    text = models.TextField(max_length=LETTERS, blank=True)
    is_accepted = models.BooleanField(default=False)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["thread", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(is_accepted=True), name="post_one_accepted"
            ),
            CheckConstraint(
                condition=Q(is_accepted=False) | Q(number__gt=1, deleted_at__isnull=True),
                name="post_accepted_is_an_answer",
            ),
            CheckConstraint(condition=Q(number__gte=1), name="post_counts_from_one"),
            CheckConstraint(
                condition=Q(deleted_at__isnull=True) & ~Q(text="") | Q(deleted_at__isnull=False, text=""),
                name="post_says_something_or_is_deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"Post {self.number} of {self.author}"

    def get_absolute_url(self) -> str:
        return f"{self.thread.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Where it stands on a page."""
        return f"post-{self.code}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None
