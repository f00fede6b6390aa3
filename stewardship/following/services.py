from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.following.facts import Followed, Unfollowed
from stewardship.following.models import Follow
from stewardship.following.reads import followers
from stewardship.following.words import Said
from stewardship.notices.models import Notice
from stewardship.notices.services import notify
from stewardship.subjects.reads import Subject, seers

MOST_AN_HOUR = 50  # notices of one topic to one person; the rest is one more


@dataclass(frozen=True)
class Event:
    """What happened, in words that everybody may read who may see the thing; `key` names it once."""

    key: str
    topic: str
    title: str
    text: str = ""
    url: str = ""
    severity: str = Notice.Severity.INFO
    actor: str = "system"


@transaction.atomic
def follow(*, subject: Subject, actor: User) -> None:
    """Be told what happens to a thing that `actor` sees; again changes nothing."""
    if not subject.kind.is_followed:
        raise Refused(f"A {subject.kind.label} is not followed.")
    name, code = subject.about
    _, new = Follow.objects.get_or_create(user=actor, about_type=name, about_code=code)
    if new:
        record(Followed(subject=f"{name}:{code}", actor=actor.username))


@transaction.atomic
def unfollow(*, subject: Subject, actor: User) -> None:
    """Be told no longer; again changes nothing."""
    name, code = subject.about
    gone, _ = Follow.objects.about(name, code).filter(user=actor).delete()
    if gone:
        record(Unfollowed(subject=f"{name}:{code}", actor=actor.username))


def event_of(*, subject: Subject, said: Said, version: int, actor: str) -> Event:
    """What people made of a thing; `version` is the one that it has now."""
    person = User.objects.filter(username=actor).first()
    return Event(
        key=f"{said.topic}:{subject.row.code}:{version}",
        topic=said.topic,
        title=f"{subject.title} {said.words}",
        text=f"By {person.label}." if person else "",
        severity=said.severity,
        actor=actor,
    )


@transaction.atomic
def tell(*, subject: Subject, event: Event) -> int:
    """Tell who follows a thing and who answers for it, once, as far as they may see it.

    Whoever did it is not told, and nobody of more than MOST_AN_HOUR things of one topic.
    """
    return _tell(subject, event, followers(subject) | subject.kind.answering(subject.row))


@transaction.atomic
def tell_followers(*, subject: Subject, event: Event) -> int:
    """The same for those who only follow it: who answers for it hears of it in another way."""
    return _tell(subject, event, followers(subject) - subject.kind.answering(subject.row))


def _tell(subject: Subject, event: Event, concerned: set[int]) -> int:
    people = User.objects.filter(pk__in=concerned).exclude(username=event.actor)
    if not concerned or not (allowed := seers(subject=subject, people=people)):
        return 0
    tired = _told_enough(allowed, event.topic)
    told = notify(
        recipients=User.objects.filter(pk__in=allowed - tired),
        key=event.key,
        topic=event.topic,
        title=event.title,
        text=event.text,
        url=event.url or subject.url,
        about=subject.about,
        severity=event.severity,
        actor=event.actor,
    )
    return told + (_tell_more(tired, event.topic) if tired else 0)


def _told_enough(people: set[int], topic: str) -> set[int]:
    recent = timezone.now() - timedelta(hours=1)
    rows = Notice.objects.filter(recipient__in=people, topic=topic, created_at__gte=recent).order_by()
    counted = rows.values("recipient").annotate(number=Count("pk")).filter(number__gte=MOST_AN_HOUR)
    return set(counted.values_list("recipient", flat=True))


def _tell_more(people: set[int], topic: str) -> int:
    return notify(
        recipients=User.objects.filter(pk__in=people),
        key=f"more:{topic}:{timezone.now():%Y-%m-%dT%H}",
        topic=topic,
        title=f"More than {MOST_AN_HOUR} things happened within an hour",
        text="You are not told of each of them. The list of what you follow leads to the things themselves.",
        url="/following/",
    )
