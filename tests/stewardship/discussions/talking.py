"""Questions and answers with plain words; a test says only what matters to it."""

from typing import Any

from accesscontrol.identity.models import User
from stewardship.discussions import services
from stewardship.discussions.models import Post, Thread
from stewardship.notices.models import Notice
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS


def about(one: Any, kind: str = "asset") -> Subject:
    return Subject(KINDS[kind], one)


def ask(one: Any, author: User, text: str = "What is a status of 7?", kind: str = "question") -> Thread:
    return services.open_thread(subject=about(one), kind=kind, text=text, author=author)


def answer(thread: Thread, author: User, text: str = "Sent back.") -> Post:
    return services.answer(thread=thread, text=text, author=author)


def opening(thread: Thread) -> Post:
    return thread.posts.get(number=1)


def told() -> list[tuple[str, str, str]]:
    """(who, topic, title) of every notice, the oldest first."""
    rows = Notice.objects.order_by("pk").values_list("recipient__username", "topic", "title")
    return list(rows)
