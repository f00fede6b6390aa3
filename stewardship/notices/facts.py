from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeFact(Fact):
    """`number` of people told, or of notices read or deleted."""

    object_type = "notice"
    number: int


@dataclass(frozen=True, kw_only=True)
class NoticesSent(NoticeFact):
    """The subject is the key; `about` is "<type>:<code>" of what it is about, or empty."""

    name = "notices.sent"
    topic: str
    severity: str
    about: str


@dataclass(frozen=True, kw_only=True)
class NoticesRead(NoticeFact):
    """The subject is the notice's code, or "all"."""

    name = "notices.read"


@dataclass(frozen=True, kw_only=True)
class NoticesDeleted(NoticeFact):
    """Read long ago: the subject is the moment before which they were read."""

    name = "notices.deleted"


@dataclass(frozen=True, kw_only=True)
class NoticesMailed(NoticeFact):
    """The subject is the code of the person who was mailed."""

    name = "notices.mailed"
