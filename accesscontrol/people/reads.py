from typing import Any

from django.db.models import Q, QuerySet

from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import ApiToken, User


def people(*, reader: User, **asked: Any) -> QuerySet[User]:
    """Return the accounts that fit: words, role, team, department, state, kind."""
    rows = User.objects.visible_to(reader).select_related("team").prefetch_related("groups")
    words = asked.get("words", "")
    if words:
        rows = rows.filter(
            Q(username__icontains=words)
            | Q(first_name__icontains=words)
            | Q(last_name__icontains=words)
            | Q(email__icontains=words)
        )
    exact = {
        "groups__name": asked.get("role"),
        "team__name": asked.get("team"),
        "department": asked.get("department"),
        "is_active": {"active": True, "closed": False}.get(asked.get("state", "")),
        "is_service": {"person": False, "service": True}.get(asked.get("kind", "")),
    }
    return rows.filter(**{key: value for key, value in exact.items() if value not in (None, "")})


def departments() -> list[str]:
    """Return the departments that accounts have, in order."""
    rows = User.objects.exclude(department="").order_by("department").values_list("department", flat=True)
    return list(rows.distinct())


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """Return the account's tokens that are not revoked; of each only its beginning is known."""
    return ApiToken.objects.filter(user=person, revoked_at__isnull=True)


def grants_of(person: User, *, reader: User) -> QuerySet[Grant]:
    """Return what the account, or a role of it, was given by exception, as far as `reader` may know it."""
    mine = Q(user=person) | Q(group__in=person.groups.values("pk"))
    return Grant.objects.visible_to(reader).live().filter(mine).for_list()


def count_of_all_powerful() -> int:
    """Return how many active accounts have Django's superuser flag."""
    return User.objects.filter(is_superuser=True, is_active=True).count()
