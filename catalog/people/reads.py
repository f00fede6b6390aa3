from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, UUIDField, When
from django.db.models.functions import Cast

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Team, User
from catalog.assets.models import Asset, AssetQuerySet
from catalog.assets.reads import Act, act_of
from catalog.domains.models import Domain
from catalog.glossary.models import Term
from stewardship.discussions.models import Post, Thread

DISCOVER = "discover"
SHOWN, ACTS = 10, 15
CODE = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@dataclass(frozen=True)
class Some:
    """The first of many assets that the reader may see, and how many they are."""

    rows: list[Asset]
    count: int


@dataclass(frozen=True)
class Answers:
    """What a person answers for and knows about, as far as the reader may see it."""

    owned: Some
    stewarded: Some
    domains: list[Domain]
    terms: list[Term]
    helped: list[Thread]
    acts: list[tuple[Asset, Act]]


def people(*, reader: User, words: str = "", team: str = "", department: str = "") -> QuerySet[User]:
    """Return the people with an account whom `reader` may know of, by name."""
    rows = User.objects.visible_to(reader, DISCOVER).filter(is_active=True, is_service=False)
    for word in words.replace("\0", " ").split()[:5]:
        named = [Q(**{f"{name}__icontains": word}) for name in ("username", "first_name", "last_name")]
        rows = rows.filter(named[0] | named[1] | named[2])
    exact = {"team__name": team, "department": department}
    rows = rows.filter(**{key: value for key, value in exact.items() if value})
    return rows.select_related("team").order_by("first_name", "last_name", "username")


def departments(reader: User) -> list[str]:
    rows = User.objects.visible_to(reader, DISCOVER).filter(is_active=True).exclude(department="")
    return list(rows.order_by("department").values_list("department", flat=True).distinct())


def with_counts(reader: User, rows: Iterable[User]) -> list[tuple[User, int, int]]:
    """Return people with how many assets they own and are steward of, of those that `reader` may see."""
    wanted = list(rows)
    assets = Asset.objects.visible_to(reader).present()
    owned = _counted(assets, "owner", [each.pk for each in wanted])
    stewarded = _counted(assets, "acting_steward", [each.pk for each in wanted])
    return [(each, owned.get(each.pk, 0), stewarded.get(each.pk, 0)) for each in wanted]


def _counted(assets: AssetQuerySet, path: str, keys: Collection[int]) -> dict[int, int]:
    rows = assets.filter(**{f"{path}__in": keys}).order_by().values_list(path).annotate(Count("pk"))
    return dict(rows)


def teams(reader: User) -> list[tuple[Team, int]]:
    """Return the teams whom `reader` may know of, with `size`, and how many of their assets are seen."""
    members = Count("members", filter=Q(members__is_active=True))
    rows = list(Team.objects.visible_to(reader, DISCOVER).annotate(size=members).order_by("name"))
    assets = Asset.objects.visible_to(reader).present()
    counts = _counted(assets, "team", [each.pk for each in rows])
    return [(each, counts.get(each.pk, 0)) for each in rows]


def of_team(reader: User, team: Team) -> AssetQuerySet:
    """The assets of a team, of those that `reader` may see."""
    return Asset.objects.visible_to(reader).present().filter(team=team).for_list().order_by("name")


def answers(*, reader: User, person: User) -> Answers:
    """Return what a person answers for; the number of queries is the same for any person."""
    assets = Asset.objects.visible_to(reader).present()
    return Answers(
        owned=_some(assets.filter(Q(owner=person) | Q(business_owner=person))),
        stewarded=_some(assets.filter(acting_steward=person)),
        domains=list(Domain.objects.visible_to(reader).filter(answering=person)),
        terms=list(
            Term.objects.visible_to(reader).filter(Q(owner=person) | Q(reviewers=person)).distinct()[:SHOWN]
        ),
        helped=_helped(reader, person),
        acts=_acts(reader, person),
    )


def _some(rows: AssetQuerySet) -> Some:
    return Some(list(rows.for_list().order_by("name")[:SHOWN]), rows.count())


def _helped(reader: User, person: User) -> list[Thread]:
    """The questions that a person's answer was accepted for, the latest first."""
    accepted = Post.objects.filter(author=person, is_accepted=True).order_by().values("thread")
    rows = Thread.objects.visible_to(reader).filter(pk__in=accepted)
    return list(rows.for_list().order_by("-pk")[:SHOWN])


def _acts(reader: User, person: User) -> list[tuple[Asset, Act]]:
    """What a person did last to assets that `reader` may see, as the pages of those assets tell it."""
    code: Any = Case(When(object_id__regex=CODE, then=Cast("object_id", UUIDField())), default=None)
    seen = Asset.objects.visible_to(reader).filter(code=OuterRef("of")).order_by()
    rows = Entry.objects.filter(actor=person.username, object_type="asset").annotate(of=code)
    entries: list[Any] = list(rows.filter(Exists(seen)).order_by("-id")[:ACTS])
    assets = Asset.objects.visible_to(reader).in_bulk([each.of for each in entries], field_name="code")
    return [(assets[each.of], act_of(each)) for each in entries if each.of in assets]
