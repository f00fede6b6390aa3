"""What people talk about and follow, of this room: domains."""

from typing import Any

from django.db.models import QuerySet

from accesscontrol.identity.models import User
from accesscontrol.roles.reads import holders_of
from catalog.domains import tree
from catalog.domains.models import Domain, DomainQuerySet
from stewardship.subjects.registry import Kind, add_subject


def changeable(user: User) -> DomainQuerySet:
    """What a person is steward of, or may change by role."""
    if user.has_perm("catalog.change_domain"):
        return Domain.objects.visible_to(user)
    return Domain.objects.visible_to(user).filter(answering=user)


def seers(domain: Domain, people: QuerySet[User]) -> set[int]:
    return set(
        people.filter(pk__in=holders_of("catalog.view_domain").values("pk")).values_list("pk", flat=True)
    )


def inside(domain: Domain) -> list[tuple[str, Any]]:
    """The assets of the domain and of all domains in it."""
    known = dict(Domain.objects.values_list("pk", "parent"))
    below = tree.below(known, domain.pk)
    assets: Any = Domain._meta.get_field("assets").related_model
    return [("asset", assets.objects.filter(domain__in=below))]


def register() -> None:
    add_subject(
        Kind(
            "domain",
            "domain",
            rows=Domain.objects.visible_to,
            answered_by=lambda user: Domain.objects.filter(answering=user),
            answering=lambda domain: {domain.answering_id} if domain.answering_id else set(),
            announced_by=changeable,
            seers=seers,
            inside=inside,
            is_followed=True,
            is_few=True,
        )
    )
