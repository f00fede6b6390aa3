from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from accesscontrol.identity.models import User
from stewardship.following.models import Follow, FollowQuerySet
from stewardship.subjects.reads import Subject, found


def is_followed(*, reader: User, kind: str, code: UUID) -> bool:
    return Follow.objects.about(kind, code).filter(user=reader).exists()


def followers(subject: Subject) -> set[int]:
    """Return who follows a thing, or what it is a part of, by primary key; not who may see it."""
    return set(Follow.objects.about(*subject.followed_as).order_by().values_list("user", flat=True))


def followers_inside(subject: Subject) -> set[int]:
    """Return who follows a thing or something inside it, by primary key; not who may see what."""
    name, code = subject.about
    asked = Q(about_type=name, about_code=code)
    for kind, rows in subject.kind.inside(subject.row):
        asked |= Q(about_type=kind, about_code__in=rows.order_by().values("code"))
    return set(Follow.objects.filter(asked).order_by().values_list("user", flat=True))


def followed(*, reader: User, kind: str = "") -> FollowQuerySet:
    """Return what `reader` follows and may see, the latest first."""
    rows = Follow.objects.visible_to(reader)
    return rows.filter(about_type=kind) if kind else rows


def with_subjects(reader: User, rows: Iterable[Follow]) -> list[tuple[Any, Subject]]:
    """Return follows with what each is of, as far as `reader` may see it."""
    wanted = list(rows)
    subjects = found(reader=reader, about={(each.about_type, each.about_code) for each in wanted})
    known = ((each, subjects.get((each.about_type, each.about_code))) for each in wanted)
    return [(each, subject) for each, subject in known if subject]
