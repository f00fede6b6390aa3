from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AnnouncementFact(Fact):
    """The subject is the announcement's code; `about` is "<kind>:<code>", or empty for everybody."""

    object_type = "announcement"
    about: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementMade(AnnouncementFact):
    name = "announcements.made"
    severity: str
    begins_at: str
    until: str | None
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementEnded(AnnouncementFact):
    name = "announcements.ended"
