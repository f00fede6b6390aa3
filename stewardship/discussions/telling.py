"""Who is told of a post: who is named in it, who took part, who answers for what it is about."""

from accesscontrol.identity.models import User
from stewardship.discussions.mentions import names_in
from stewardship.discussions.models import Post, Thread
from stewardship.following.reads import followers
from stewardship.notices.services import notify
from stewardship.subjects.reads import Subject, seers

DID = {Thread.Kind.QUESTION: "asked about", Thread.Kind.COMMENT: "commented on"}


def mentioned_in(text: str, *, subject: Subject, author: User) -> list[User]:
    """The people whom a text names and who may see what it is about; its author is not among them."""
    people = User.objects.filter(username__in=names_in(text), is_service=False).exclude(pk=author.pk)
    allowed = seers(subject=subject, people=people)
    return list(people.filter(pk__in=allowed))


def tell_of_post(*, post: Post, subject: Subject, mentioned: list[User]) -> None:
    """Tell everybody concerned once, the mentioned that they are; nobody who may not see the thing."""
    concerned = subject.kind.answering(subject.row) | _part(post.thread)
    if post.number == 1 and post.thread.is_question:
        concerned |= followers(subject)
    people = User.objects.filter(pk__in=concerned).exclude(pk__in=[post.author_id, *_keys(mentioned)])
    others = people.filter(pk__in=seers(subject=subject, people=people))
    tell_mentioned(post=post, subject=subject, people=mentioned)
    _tell(post, subject, list(others), _topic(post), _did(post))


def tell_mentioned(*, post: Post, subject: Subject, people: list[User]) -> None:
    _tell(post, subject, people, "mention", "mentioned you on")


def tell_accepted(*, post: Post, subject: Subject, actor: User) -> None:
    """Tell whose answer it is, and who asked."""
    wanted = {post.author_id, post.thread.author_id} - {actor.pk}
    people = User.objects.filter(pk__in=wanted)
    allowed = people.filter(pk__in=seers(subject=subject, people=people))
    notify(
        recipients=list(allowed),
        key=f"accepted:{post.code}",
        topic="answer",
        title=f"An answer about {subject.title} was accepted",
        text="",
        url=post.thread.get_absolute_url(),
        about=subject.about,
        actor=actor.username,
    )


def _tell(post: Post, subject: Subject, people: list[User], topic: str, did: str) -> None:
    """Without a word of what was written: its author may take it back."""
    notify(
        recipients=people,
        key=f"post:{post.code}",
        topic=topic,
        title=f"{post.author.label} {did} {subject.title}",
        text="",
        url=post.get_absolute_url(),
        about=subject.about,
        actor=post.author.username,
    )


def _part(thread: Thread) -> set[int]:
    return set(thread.posts.values_list("author", flat=True))


def _keys(people: list[User]) -> list[int]:
    return [each.pk for each in people]


def _topic(post: Post) -> str:
    if post.number > 1:
        return "answer"
    return str(post.thread.kind)


def _did(post: Post) -> str:
    if post.number == 1:
        return DID[Thread.Kind(post.thread.kind)]
    return "answered about" if post.thread.is_question else "commented on"
