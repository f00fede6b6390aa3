from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q

from accesscontrol.identity.models import User
from stewardship.discussions.mentions import names_in
from stewardship.discussions.models import Post, Thread, ThreadQuerySet
from stewardship.subjects.reads import Subject, found, seers

PER_PAGE = 20
SUGGESTED = 8
RESOLVED = ExpressionWrapper(Q(resolved_at__isnull=False), BooleanField())


@dataclass(frozen=True)
class Shown:
    """A thread as its reader may act on it."""

    thread: Thread
    subject: Subject
    posts: list[Post]
    may_close: bool

    @property
    def opening(self) -> Post:
        return self.posts[0]

    @property
    def replies(self) -> list[Post]:
        return self.posts[1:]


@dataclass(frozen=True)
class Discussion:
    """What was said about something and its parts: one page of it, the open threads first."""

    subject: Subject
    page: Page[Thread]
    threads: list[Shown]
    parts: list[Subject]


def discussion(*, reader: User, subject: Subject, number: Any = 1) -> Discussion:
    """Return one page of what was said about a thing that `reader` sees already, and about its parts."""
    parts = subject.parts
    rows = Thread.objects.filter(_about([subject, *parts])).for_page().order_by(RESOLVED, "-pk")
    page = Paginator(rows, PER_PAGE).get_page(number)
    known = {each.about: each for each in [subject, *parts]}
    return Discussion(subject, page, shown(reader, list(page), known), parts)


def _about(subjects: Iterable[Subject]) -> Q:
    """The subjects by their kind: one condition for each kind."""
    codes: dict[str, list[Any]] = {}
    for each in subjects:
        codes.setdefault(each.kind.name, []).append(each.row.code)
    asked = Q(pk__in=())
    for name, some in codes.items():
        asked |= Q(about_type=name, about_code__in=some)
    return asked


def shown(reader: User, threads: list[Thread], known: dict[Any, Subject] | None = None) -> list[Shown]:
    """Threads of `for_page` that `reader` sees already, each with what `reader` may do."""
    wanted = {(each.about_type, each.about_code) for each in threads}
    subjects = found(reader=reader, about=wanted) if known is None else known
    closable = _closable(reader, threads)
    return [
        Shown(each, subjects[about], each.written, each.pk in closable)  # type: ignore[attr-defined]
        for each in threads
        if (about := (each.about_type, each.about_code)) in subjects
    ]


def _closable(reader: User, threads: list[Thread]) -> set[int]:
    """Which of the threads, that `reader` sees already, are `reader`'s to resolve: as `visible_to` has it."""
    if not threads or reader.has_perm("stewardship.change_thread"):
        return {each.pk for each in threads}
    rows = Thread.objects.filter(pk__in=[each.pk for each in threads]).answered_by(reader)
    answered = set(rows.order_by().values_list("pk", flat=True))
    return answered | {each.pk for each in threads if each.author_id == reader.pk}


def threads(*, reader: User, tab: str, **asked: Any) -> ThreadQuerySet:
    """Return a list of threads: "mine" for me to answer, "part" I wrote in, "mentions", or all."""
    rows = Thread.objects.visible_to(reader).filter(**asked)
    if tab == "mine":
        rows = rows.answered_by(reader)
    elif tab == "part":
        rows = rows.with_part_of(reader)
    elif tab == "mentions":
        rows = rows.mentioning(reader)
    return rows.for_list().order_by("-pk")


def lines(reader: User, rows: Iterable[Thread]) -> list[tuple[Thread, Subject]]:
    """Return threads of `for_list` with what each is about, as far as `reader` may see it."""
    wanted = list(rows)
    subjects = found(reader=reader, about={(each.about_type, each.about_code) for each in wanted})
    known = ((each, subjects.get((each.about_type, each.about_code))) for each in wanted)
    return [(each, subject) for each, subject in known if subject]


def waiting(reader: User) -> ThreadQuerySet:
    """Return the open questions of others about what `reader` answers for and may see."""
    rows = Thread.objects.visible_to(reader).questions().open().answered_by(reader)
    return rows.exclude(author=reader)


def to_mention(*, reader: User, subject: Subject, typed: str) -> list[User]:
    """Return a few people who may see the thing and whose name begins so, those who took part first."""
    people = User.objects.filter(is_active=True, is_service=False).exclude(pk=reader.pk)
    if typed and "\0" not in typed:
        begins = [f"{name}__istartswith" for name in ("username", "first_name", "last_name")]
        people = people.filter(Q(*((each, typed) for each in begins), _connector=Q.OR))
    elif typed:
        return []
    allowed = seers(subject=subject, people=people)
    near = subject.kind.answering(subject.row) | _part(subject)
    rows = User.objects.filter(pk__in=allowed).order_by("username")
    return sorted(rows, key=lambda one: (one.pk not in near, one.username))[:SUGGESTED]


def _part(subject: Subject) -> set[int]:
    name, code = subject.about
    threads = Thread.objects.about(name, code).order_by().values("pk")
    return set(Post.objects.filter(thread__in=threads).order_by().values_list("author", flat=True))


def untold(post: Post) -> list[str]:
    """The names in a post that told nobody: there is no such person who may see what it is about."""
    told = {post.author.username, *post.mentioned.values_list("username", flat=True)}
    return [name for name in names_in(post.text) if name not in told]
