from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ThreadFact(Fact):
    """The subject is the thread's code; `about` is "<kind>:<code>". What was written is never in the log."""

    object_type = "thread"
    about: str


@dataclass(frozen=True, kw_only=True)
class PostFact(ThreadFact):
    """`number` counts from 1 in the thread; `letters` is how long the text is, `mentioned` who was told."""

    number: int
    letters: int
    mentioned: list[str]


@dataclass(frozen=True, kw_only=True)
class ThreadOpened(PostFact):
    name = "discussions.thread_opened"
    kind: str


@dataclass(frozen=True, kw_only=True)
class PostAdded(PostFact):
    name = "discussions.post_added"


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostFact):
    name = "discussions.post_edited"


@dataclass(frozen=True, kw_only=True)
class PostDeleted(ThreadFact):
    name = "discussions.post_deleted"
    number: int
    author: str


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(ThreadFact):
    name = "discussions.answer_accepted"
    number: int
    author: str


@dataclass(frozen=True, kw_only=True)
class ThreadResolved(ThreadFact):
    name = "discussions.thread_resolved"


@dataclass(frozen=True, kw_only=True)
class ThreadReopened(ThreadFact):
    name = "discussions.thread_reopened"
