from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.discussions.facts import (
    AnswerAccepted,
    PostAdded,
    PostDeleted,
    PostEdited,
    ThreadOpened,
    ThreadReopened,
    ThreadResolved,
)
from stewardship.discussions.mentions import names_in
from stewardship.discussions.models import LETTERS, Post, Thread
from stewardship.discussions.telling import mentioned_in, tell_accepted, tell_mentioned, tell_of_post
from stewardship.subjects.reads import Subject, find

MOST_NAMED = 20


@transaction.atomic
def open_thread(*, subject: Subject, kind: str, text: str, author: User) -> Thread:
    """Ask or comment about what `author` sees, and tell who is concerned.

    Raises `ValidationError` by field.
    """
    if kind not in Thread.Kind.values:
        raise ValidationError({"kind": f"Known: {', '.join(Thread.Kind.values)}."})
    words = _checked(text)
    name, code = subject.about
    thread = Thread.objects.create(about_type=name, about_code=code, kind=kind, author=author)
    post = _write(thread, 1, words, author)
    record(ThreadOpened(**_said(post, _mention(post, subject)), actor=author.username, kind=kind))
    tell_of_post(post=post, subject=subject, mentioned=list(post.mentioned.all()))
    return thread


@transaction.atomic
def answer(*, thread: Thread, text: str, author: User) -> Post:
    """Add a text to a thread about what `author` sees, and tell who is concerned."""
    words, row = _checked(text), _locked(thread)
    subject = _subject(row, author)
    number = (row.posts.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    post = _write(row, number, words, author)
    record(PostAdded(**_said(post, _mention(post, subject)), actor=author.username))
    tell_of_post(post=post, subject=subject, mentioned=list(post.mentioned.all()))
    return post


@transaction.atomic
def edit_post(*, post: Post, text: str, actor: User) -> Post:
    """Change one's own text; who is named in it for the first time is told."""
    words, row = _checked(text), _own(post, actor)
    if words == row.text:
        return row
    row.text, row.edited_at = words, timezone.now()
    row.save(update_fields=["text", "edited_at"])
    subject = _subject(row.thread, actor)
    mentioned = _mention(row, subject)
    record(PostEdited(**_said(row, mentioned), actor=actor.username))
    tell_mentioned(post=row, subject=subject, people=mentioned)
    return row


@transaction.atomic
def delete_post(*, post: Post, actor: User) -> None:
    """Forget a text of one's own, or with the right to it anybody's; a thread of nothing else goes too."""
    _locked(post.thread)
    row = Post.objects.select_for_update(of=("self",)).select_related("thread", "author").get(pk=post.pk)
    if not Post.objects.visible_to(actor, "delete").filter(pk=row.pk).exists():
        raise Refused("This is not yours to delete.")
    said: dict[str, Any] = {"subject": str(row.thread.code), "about": row.thread.named, "number": row.number}
    row.text, row.is_accepted, row.deleted_at = "", False, timezone.now()
    row.save(update_fields=["text", "is_accepted", "deleted_at"])
    row.mentioned.clear()
    record(PostDeleted(**said, author=row.author.username, actor=actor.username))
    if not row.thread.posts.filter(deleted_at__isnull=True).exists():
        row.thread.delete()


@transaction.atomic
def accept_answer(*, post: Post, actor: User) -> Post:
    """Say that this answers the question; it is resolved then, and another answer no longer accepted."""
    thread = _closable(post.thread, actor)
    row = thread.posts.select_related("author").get(pk=post.pk)
    if not thread.is_question or row.number == 1 or row.is_deleted:
        raise Refused("Only an answer to a question is accepted.")
    if row.is_accepted:
        return row
    thread.posts.filter(is_accepted=True).update(is_accepted=False)
    row.thread, row.is_accepted = thread, True
    row.save(update_fields=["is_accepted"])
    _close(thread, actor)
    said: dict[str, Any] = {"subject": str(thread.code), "about": thread.named, "number": row.number}
    record(AnswerAccepted(**said, author=row.author.username, actor=actor.username))
    tell_accepted(post=row, subject=_subject(thread, actor), actor=actor)
    return row


@transaction.atomic
def resolve(*, thread: Thread, actor: User) -> None:
    """Say that nothing is left to do; again changes nothing."""
    row = _closable(thread, actor)
    if row.is_open:
        _close(row, actor)
        record(ThreadResolved(subject=str(row.code), about=row.named, actor=actor.username))


@transaction.atomic
def reopen(*, thread: Thread, actor: User) -> None:
    """Take that back; the accepted answer is one no longer."""
    row = _closable(thread, actor)
    if not row.is_open:
        row.posts.filter(is_accepted=True).update(is_accepted=False)
        row.resolved_at = row.resolved_by = None
        row.save(update_fields=["resolved_at", "resolved_by"])
        record(ThreadReopened(subject=str(row.code), about=row.named, actor=actor.username))


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LETTERS:
        raise ValidationError({"text": f"Write something, of at most {LETTERS:,} letters."})
    if len(names_in(words)) > MOST_NAMED:
        raise ValidationError({"text": f"Name at most {MOST_NAMED} people."})
    return words


def _write(thread: Thread, number: int, text: str, author: User) -> Post:
    return Post.objects.create(thread=thread, number=number, text=text, author=author)


def _mention(post: Post, subject: Subject) -> list[User]:
    """Remember whom the text names, of those who may know of the thing; return who is new."""
    before = set(post.mentioned.values_list("pk", flat=True))
    people = mentioned_in(post.text, subject=subject, author=post.author)
    post.mentioned.set(people)
    return [each for each in people if each.pk not in before]


def _said(post: Post, mentioned: list[User]) -> dict[str, Any]:
    return {
        "subject": str(post.thread.code),
        "about": post.thread.named,
        "number": post.number,
        "letters": len(post.text),
        "mentioned": sorted(each.username for each in mentioned),
    }


def _locked(thread: Thread) -> Thread:
    return Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)


def _own(post: Post, actor: User) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related("thread", "author")
    row = rows.get(pk=post.pk)
    if row.author_id != actor.pk or row.is_deleted:
        raise Refused("Only its author changes a text.")
    return row


def _closable(thread: Thread, actor: User) -> Thread:
    row = _locked(thread)
    if not Thread.objects.visible_to(actor, "change").filter(pk=row.pk).exists():
        raise Refused("Who asked, or who answers for what it is about, decides this.")
    return row


def _close(thread: Thread, actor: User) -> None:
    if thread.is_open:
        thread.resolved_at, thread.resolved_by = timezone.now(), actor
        thread.save(update_fields=["resolved_at", "resolved_by"])


def _subject(thread: Thread, reader: User) -> Subject:
    found = find(reader=reader, kind=thread.about_type, code=thread.about_code)
    if found is None:
        raise Refused("What this is about is no longer there for you.")
    return found
