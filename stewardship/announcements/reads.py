from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from accesscontrol.identity.models import User
from stewardship.announcements.models import Announcement, AnnouncementQuerySet
from stewardship.following.reads import is_followed
from stewardship.subjects.models import seen
from stewardship.subjects.reads import Subject, found
from stewardship.subjects.registry import KINDS

EVERYBODY = "everybody"
STATES = {"live": "Now", "to_come": "To come", "over": "Over"}
WORST_FIRST = ("critical", "warning", "info")


def announcements(*, reader: User, state: str = "live") -> AnnouncementQuerySet:
    """Return those that `reader` may see, by their state."""
    rows = Announcement.objects.visible_to(reader).select_related("author")
    chosen: AnnouncementQuerySet = getattr(rows, state if state in STATES else "live")()
    return chosen


def banners(*, reader: User, about: Sequence[tuple[str, UUID]]) -> list[Announcement]:
    """Return what is announced now about some things, of what `reader` may see, the gravest first."""
    rows = Announcement.objects.live().on(*about).filter(seen(reader, {name for name, _ in about}))
    return sorted(rows.select_related("author"), key=lambda one: WORST_FIRST.index(one.severity))


def above(*, reader: User, kind: str, code: UUID) -> dict[str, Any]:
    """What the page of a thing shows above its content: the button to follow it, and what is announced."""
    followed = {"kind": kind, "code": code}
    followed["is_followed"] = is_followed(reader=reader, kind=kind, code=code)
    return {"followed": followed, "announced": banners(reader=reader, about=[(kind, code)])}


def with_subjects(reader: User, rows: Iterable[Announcement]) -> list[tuple[Announcement, Subject | None]]:
    """Return announcements with what each is about: None stands for everybody."""
    wanted = list(rows)
    about = {(each.about_type, each.about_code) for each in wanted if each.about_code}
    subjects = found(reader=reader, about=about)
    lines = [(each, subjects.get((each.about_type, each.about_code))) for each in wanted]  # type: ignore[arg-type]
    return [(each, subject) for each, subject in lines if subject or not each.about_type]


def endable(reader: User, rows: Iterable[Announcement]) -> set[int]:
    """Return which of them `reader` may end, by primary key."""
    keys = [each.pk for each in rows]
    mine = Announcement.objects.visible_to(reader, "change").filter(pk__in=keys)
    return set(mine.order_by().values_list("pk", flat=True)) if keys else set()


def places(reader: User, subject: Subject | None = None) -> list[tuple[str, str, Subject | None]]:
    """Return where `reader` may announce, as (value, label, thing): `subject`, everybody, domains.

    Of what there are many, only the one is offered from whose page one came.
    """
    found: list[tuple[str, str, Subject | None]] = []
    if subject and may_announce(reader, subject):
        found.append(_place(subject))
    if reader.has_perm("stewardship.add_announcement"):
        found.append((EVERYBODY, "For everybody", None))
    few = [kind for kind in KINDS.values() if kind.announced_by and kind.is_few]
    rows = [Subject(kind, row) for kind in few for row in kind.announced_by(reader)]  # type: ignore[misc]
    return [*found, *(_place(each) for each in rows if not subject or each.about != subject.about)]


def _place(subject: Subject) -> tuple[str, str, Subject]:
    kind, code = subject.about
    return f"{kind}:{code}", f"{subject.title} ({subject.kind.label})", subject


def may_announce(actor: User, subject: Subject | None) -> bool:
    if subject is None:
        return actor.has_perm("stewardship.add_announcement")
    rows = subject.kind.announced_by(actor) if subject.kind.announced_by else None
    return rows is not None and rows.filter(code=subject.row.code).exists()
