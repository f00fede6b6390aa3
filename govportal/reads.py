"""What the home page shows, part by part, each as far as the reader may see it; see `govportal.home`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from compliance.requests.models import SubjectRequest
from mlgovernance.registry.models import ModelVersion
from quality.runs.models import Violation
from stewardship.announcements import reads as announcing
from stewardship.announcements.models import Announcement
from stewardship.discussions import reads as discussing
from stewardship.discussions.models import Thread
from stewardship.inbox.reads import waits
from stewardship.jobs.models import Job
from stewardship.notices.models import Notice
from stewardship.subjects.reads import Subject
from stewardship.visits.reads import recently_viewed

SHOWN = 6
ANNOUNCED = 3
A_WEEK = timedelta(days=7)
# Topics of notices that tell of a change, and what they are called when they are counted.
CHANGES = {
    "schema_change": "Schema",
    "metadata": "Description and facts",
    "lifecycle": "Lifecycle",
    "certification": "Certificates",
    "certificate": "Certificates",
    "glossary": "Glossary",
}


@dataclass(frozen=True)
class Some:
    """The first of many, and how many they are."""

    rows: list[Any]
    count: int


@dataclass(frozen=True)
class Week:
    """What others changed within a week in what the reader follows or answers for."""

    rows: list[Notice]
    counts: list[tuple[str, int]]


def announced(reader: User) -> list[tuple[Announcement, Subject | None]]:
    """What is announced now, the gravest first: for everybody, or about what `reader` may see."""
    rows = sorted(
        announcing.announcements(reader=reader),
        key=lambda one: announcing.WORST_FIRST.index(one.severity),
    )
    return announcing.with_subjects(reader, rows[:ANNOUNCED])


def counts(reader: User) -> dict[str, int]:
    """How much there is in the portal of what `reader` may see."""
    assets = Asset.objects.visible_to(reader).present()
    found: dict[str, int] = assets.aggregate(
        assets=Count("pk"),
        described=Count("pk", filter=~Q(description="") | ~Q(harvested_description="")),
        owned=Count("pk", filter=Q(owner__isnull=False)),
        classified=Count("pk", filter=Q(sensitivity__isnull=False)),
    )
    found["broken"] = Violation.objects.visible_to(reader).unresolved().count()
    found["models"] = ModelVersion.objects.visible_to(reader).count()
    return found


def waiting(reader: User) -> Some:
    """What waits for a decision of `reader`, the most urgent first; where nothing does, it says so."""
    found = waits(reader=reader).everything
    return Some(found[:SHOWN], len(found))


def mine(reader: User) -> Some:
    rows = Asset.objects.visible_to(reader).present().filter(Q(owner=reader) | Q(business_owner=reader))
    return Some(list(rows.for_list().order_by("name")[:SHOWN]), rows.count())


def week(reader: User) -> Week | None:
    since = timezone.now() - A_WEEK
    rows = (
        Notice.objects.visible_to(reader)
        .filter(created_at__gte=since, topic__in=CHANGES)
        .exclude(about_type="")
    )
    numbers: Counter[str] = Counter()
    for topic, number in rows.order_by().values_list("topic").annotate(Count("pk")):
        numbers[CHANGES[topic]] += number
    return Week(list(rows[:SHOWN]), sorted(numbers.items())) if numbers else None


def questions(reader: User) -> list[tuple[Thread, Subject]]:
    """Open questions of others about what `reader` answers for, the oldest first: they wait longest."""
    return discussing.lines(reader, discussing.waiting(reader).for_list().order_by("pk")[:SHOWN])


def viewed(reader: User) -> list[Any]:
    return recently_viewed(reader=reader, number=SHOWN)


def domains(reader: User) -> list[dict[str, Any]]:
    """How well the domains are kept whose assets `reader` sees; `broken` are rules."""
    broken = dict(
        Violation.objects.visible_to(reader)
        .unresolved()
        .order_by()
        .values_list("rule__asset__domain")
        .annotate(Count("pk"))
    )
    rows = (
        Asset.objects.visible_to(reader)
        .present()
        .filter(domain__isnull=False)
        .order_by("domain__name")
        .values("domain", "domain__name", "domain__slug")
        .annotate(
            assets=Count("pk"),
            described=Count("pk", filter=~Q(description="") | ~Q(harvested_description="")),
        )
    )
    return [{**row, "broken": broken.get(row["domain"], 0)} for row in rows]


def violations(reader: User) -> dict[str, list[Violation]]:
    rows = Violation.objects.visible_to(reader).unresolved().worst_first().for_list()
    return {"rows": list(rows[:SHOWN])}


def requests(reader: User) -> dict[str, list[SubjectRequest]]:
    return {"rows": list(SubjectRequest.objects.visible_to(reader).open()[:SHOWN])}


def jobs(reader: User) -> list[Job]:
    return list(Job.objects.visible_to(reader)[:SHOWN])
