from collections import defaultdict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accesscontrol.audit.context import Context, current
from accesscontrol.identity.models import User
from accesscontrol.policy.reads import forget as forget_person
from accesscontrol.policy.reads import has_mark
from stewardship.delegations.items import ITEMS
from stewardship.delegations.models import Delegation


@dataclass(frozen=True)
class Mandate:
    """Somebody for whom a deputy stands in: in everything, or in these things only."""

    person: User
    items: frozenset[UUID]  # empty: everything

    def covers(self, field: str = "code") -> Q:
        """Return the rows in which it holds."""
        return Q(**{f"{field}__in": self.items}) if self.items else Q()


_memo: ContextVar[tuple[Context, dict[int, list[Delegation]]] | None] = ContextVar(
    "govportal_delegations", default=None
)


def mandates(deputy: User, kind: str) -> list[Mandate]:
    """Return for whom `deputy` stands in now, in things of this kind. There is no chain of deputies."""
    people: dict[int, User] = {}
    items: dict[int, set[UUID | None]] = defaultdict(set)
    for row in _live(deputy):
        if row.deputy_id == deputy.pk and row.kind in {"", kind}:
            people[row.person_id] = row.person
            items[row.person_id].add(row.item)
    return [
        Mandate(person, frozenset() if None in items[pk] else frozenset(each for each in items[pk] if each))
        for pk, person in people.items()
    ]


def handed_over(person: User, kind: str) -> dict[UUID, User]:
    """Return what `person` handed over one by one, and to whom."""
    rows = (row for row in _live(person) if row.person_id == person.pk and row.kind == kind)
    return {row.item: row.deputy for row in rows if row.item}


def concern(person: Any) -> Q:
    return Q(deputy=person) | Q(person=person)


def any_live() -> Exists:
    """Whether a live one concerns the person of the outer query."""
    there = Delegation.objects.live(Now()).filter(concern(OuterRef("pk")))
    return Exists(there.order_by())


def _live(user: User) -> list[Delegation]:
    """Return the live ones that concern `user`: one query for each request, and none for most people."""
    if not has_mark(user, "delegations"):
        return []
    memo, here = _memo.get(), current()
    if memo is None or memo[0] is not here or here.request_id is None:
        memo = (here, {})
        _memo.set(memo)
    if user.pk not in memo[1]:
        rows = Delegation.objects.live().filter(concern(user))
        memo[1][user.pk] = list(rows.select_related("person", "deputy").order_by("person_id", "pk"))
    return memo[1][user.pk]


def forget() -> None:
    """Drop what this request has read, after it named a deputy or ended a delegation."""
    _memo.set(None)
    forget_person()


def with_items(rows: Iterable[Delegation], reader: User) -> list[Delegation]:
    """Return the delegations, those of one thing with its name as far as `reader` may see it."""
    found = list(rows)
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for row in found:
        if row.item:
            wanted[row.kind].add(row.item)
    known = {
        (kind, each.code): each
        for kind, codes in wanted.items()
        if kind in ITEMS
        for each in ITEMS[kind](reader).filter(code__in=codes)
    }
    for row in found:
        seen = known.get((row.kind, row.item))
        row.title = str(seen) if seen else "One thing that you may not see now"
        row.url = seen.get_absolute_url() if seen else ""
    return found


def possible_deputies(person: User) -> list[User]:
    """Return the colleagues who could stand in: of the same team, or with a role that decides."""
    colleagues = User.objects.filter(is_active=True, is_service=False).exclude(pk=person.pk)
    decides = Q(
        groups__permissions__codename="change_proposal",
        groups__permissions__content_type__app_label="stewardship",
    )
    same_team = Q(team=person.team_id) if person.team_id else Q(pk__in=())
    return list(colleagues.filter(decides | same_team).distinct())


def colleague(person: User, username: str) -> User:
    """Return the colleague of this user name who could stand in; raises `ValidationError`."""
    found = next((each for each in possible_deputies(person) if each.username == username), None)
    if found is None:
        raise ValidationError({"deputy": "No colleague of this name could stand in for you."})
    return found
