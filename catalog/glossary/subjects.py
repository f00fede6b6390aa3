"""What people talk about and follow, of this room: terms."""

from django.db.models import Q, QuerySet

from accesscontrol.identity.models import User
from accesscontrol.roles.reads import holders_of
from catalog.glossary.models import Term, TermQuerySet
from stewardship.subjects.registry import Kind, add_subject


def answered(user: User) -> TermQuerySet:
    """What a person owns, or reviews, or answers for with its domain."""
    mine = Q(owner=user) | Q(domain__answering=user) | Q(reviewers=user)
    return Term.objects.filter(pk__in=Term.objects.filter(mine).order_by().values("pk"))


def answering(term: Term) -> set[int]:
    steward = term.domain.answering_id if term.domain else None
    reviewers = term.reviewers.values_list("pk", flat=True)
    return {pk for pk in (term.owner_id, steward, *reviewers) if pk}


def seers(term: Term, people: QuerySet[User]) -> set[int]:
    holders = holders_of("catalog.view_term").values("pk")
    return set(people.filter(pk__in=holders).values_list("pk", flat=True))


def register() -> None:
    add_subject(
        Kind(
            "term",
            "term",
            rows=lambda reader: Term.objects.visible_to(reader).select_related("domain"),
            answered_by=answered,
            answering=answering,
            announced_by=lambda user: Term.objects.visible_to(user, "change"),
            seers=seers,
            is_followed=True,
        )
    )
