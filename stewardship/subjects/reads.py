from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accesscontrol.audit.context import somebody_elses
from accesscontrol.identity.models import User
from stewardship.subjects.registry import KINDS, Kind


@dataclass(frozen=True)
class Subject:
    """One thing, seen by whoever asked for it."""

    kind: Kind
    row: Any

    @property
    def about(self) -> tuple[str, UUID]:
        return self.kind.name, self.row.code

    @property
    def followed_as(self) -> tuple[str, UUID]:
        """Whose followers are told of it: its own, or those of what it is a part of."""
        return self.kind.part_of(self.row) if self.kind.part_of else self.about

    @property
    def title(self) -> str:
        return self.kind.title(self.row)

    @property
    def url(self) -> str:
        return self.kind.address(self.row)

    @property
    def talked_at(self) -> str:
        return self.kind.talked_at(self.row) if self.kind.talked_at else self.url

    @property
    def parts(self) -> list[Subject]:
        """What belongs to it and is talked about with it."""
        return [Subject(KINDS[name], row) for name, rows in self.kind.parts(self.row) for row in rows]


def find(*, reader: User, kind: str, code: UUID) -> Subject | None:
    """Return the thing if `reader` may see it; None as well where there is nothing of that kind."""
    known = KINDS.get(kind)
    row = known.rows(reader).filter(code=code).first() if known else None
    return Subject(known, row) if known and row is not None else None


def found(*, reader: User, about: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Subject]:
    """Return those of many things that `reader` may see; one query for each kind among them."""
    wanted: dict[str, set[UUID]] = {}
    for name, code in about:
        wanted.setdefault(name, set()).add(code)
    return {
        (name, row.code): Subject(KINDS[name], row)
        for name, codes in wanted.items()
        if name in KINDS
        for row in KINDS[name].rows(reader).filter(code__in=codes)
    }


def seers(*, subject: Subject, people: QuerySet[User]) -> set[int]:
    """Return which of the active `people` may see the thing, by primary key, wherever they are."""
    active = people.filter(is_active=True)
    with somebody_elses():
        if subject.kind.seers:
            return subject.kind.seers(subject.row, active)
        rows, code = subject.kind.rows, subject.row.code
        return {one.pk for one in active if rows(one).filter(code=code).exists()}
