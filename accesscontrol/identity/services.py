from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity import tokens
from accesscontrol.identity.facts import TokenIssued, TokenRevoked, UserSaved
from accesscontrol.identity.models import ApiToken, Team, User


@transaction.atomic
def save_user(
    *,
    username: str,
    actor: str,
    password: str | None = None,
    full_name: str = "",
    email: str = "",
    roles: Sequence[str] = (),
    department: str = "",
    clearance: int = 1,
    location: str = "",
    team: str = "",
    is_service: bool = False,
    is_superuser: bool = False,
) -> User:
    """Create or change the account `username`, give it its roles, and say so.

    Raises `ValidationError` when the password is too weak or a role is unknown.
    """
    user = User.objects.filter(username=username).first() or User(username=username)
    user.first_name, _, user.last_name = full_name.partition(" ")
    user.email, user.department, user.location = email, department, location
    user.clearance, user.is_service = clearance, is_service
    user.is_superuser = user.is_staff = is_superuser
    user.team = Team.objects.get_or_create(name=team)[0] if team else None
    _set_password(user, password)
    user.full_clean(exclude=["password"])
    user.save()
    user.groups.set(_roles(roles))
    record(_user_saved(user, roles, actor))
    return user


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        validate_password(password, user)
        user.set_password(password)
    elif not user.pk:
        user.set_unusable_password()


def _roles(names: Sequence[str]) -> list[Group]:
    groups = {group.name: group for group in Group.objects.filter(name__in=names)}
    unknown = sorted(set(names) - groups.keys())
    if unknown:
        raise ValidationError({"roles": f"There is no role called {', '.join(unknown)}."})
    return list(groups.values())


def _user_saved(user: User, roles: Sequence[str], actor: str) -> UserSaved:
    return UserSaved(
        subject=str(user.code),
        actor=actor,
        username=user.username,
        roles=sorted(roles),
        department=user.department,
        clearance=user.clearance,
        location=user.location,
        is_active=user.is_active,
    )


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Sequence[str], actor: str, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Return a new token's row and the token itself, which is not kept anywhere."""
    secret = tokens.new_token()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=tokens.shown_prefix(secret),
        digest=tokens.digest(secret),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    expiry = expires_at.isoformat() if expires_at else None
    record(
        TokenIssued(
            subject=str(token.code),
            actor=actor,
            username=user.username,
            scopes=list(scopes),
            expires_at=expiry,
        )
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: str) -> None:
    """End the token's life; a second call changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if changed:
        record(TokenRevoked(subject=str(token.code), actor=actor, username=token.user.username))
