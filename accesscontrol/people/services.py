"""Accounts and what is known of them. What decides about yourself, somebody else changes."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accesscontrol.audit.services import record
from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.people.facts import (
    PasswordLinkMade,
    PersonChanged,
    PersonCreated,
    PersonDeactivated,
    PersonReactivated,
)
from accesscontrol.policy.reads import forget
from accesscontrol.refusal import Refused
from accesscontrol.roles.reads import our_permissions
from accesscontrol.roles.services import somebody_may_change_roles

PLAIN = ("email", "department", "clearance", "location")
FOUR_EYES = frozenset({"clearance", "department", "location", "roles", "team"})  # what policies read


@transaction.atomic
def create_person(*, username: str, actor: User, is_service: bool = False, **values: Any) -> User:
    """Make an account that cannot sign in yet: a person by `password_link`, a service by a token.

    `values` are full_name, email, department, clearance, location, team and roles.
    Raises `ValidationError` naming the field, and `Refused` for a role that may what the actor may not.
    """
    person = User(username=username.strip(), is_service=is_service)
    person.set_unusable_password()
    if User.objects.filter(username__iexact=person.username).exists():
        raise ValidationError({"username": "There is an account of this name already."})
    roles = _roles(values.get("roles", ()))
    _refuse_beyond(actor, roles)
    _fill(person, values)
    person.groups.set(roles)
    record(PersonCreated(**_about(person, actor), is_service=is_service, after=described(person)))
    return person


@transaction.atomic
def change_person(*, person: User, actor: User, **values: Any) -> User:
    """Change some of full_name, email, department, clearance, location, team and roles, and say what.

    Raises `ValidationError` naming the field, and `Refused` for what policies read of oneself, and for a
    role that may what the actor may not.
    """
    with somebody_may_change_roles():
        row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        before = described(row)
        _fill(row, values)
        if "roles" in values:
            roles = _roles(values["roles"])
            _refuse_beyond(actor, set(roles) - set(row.groups.all()))
            row.groups.set(roles)
        after = described(row)
    changed = {key for key in after if before[key] != after[key]}
    if row.pk == actor.pk:
        _refuse_own(changed)
    if changed:
        forget()
        sides = ({key: side[key] for key in sorted(changed)} for side in (before, after))
        record(PersonChanged(**_about(row, actor), before=next(sides), after=next(sides)))
    return row


@transaction.atomic
def deactivate_person(*, person: User, actor: User) -> User:
    """Close the account: it has no password, no session and no token any more, and may nothing."""
    if person.pk == actor.pk:
        raise Refused("Nobody closes their own account.")
    with somebody_may_change_roles():
        row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not row.is_active:
            return row
        row.is_active = False
        row.set_unusable_password()  # sessions are bound to the password: they end for good
        row.save(update_fields=["is_active", "password"])
    revoked = ApiToken.objects.filter(user=row, revoked_at__isnull=True).update(revoked_at=timezone.now())
    forget()
    record(PersonDeactivated(**_about(row, actor), tokens_revoked=revoked))
    return row


@transaction.atomic
def reactivate_person(*, person: User, actor: User) -> User:
    """Open the account again; it signs in by a new password link, or with new tokens."""
    row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        forget()
        record(PersonReactivated(**_about(row, actor)))
    return row


@transaction.atomic
def password_link(*, person: User, actor: User) -> str:
    """Return the address at which the person chooses a password, once and for three days.

    Raises `Refused` for an account that may what the actor may not: who has the address could become it.
    """
    if person.is_service:
        raise Refused("A service account has tokens, and no password.")
    if not person.is_active:
        raise Refused("The account is closed. Open it again first.")
    if person.is_superuser and not actor.is_superuser:
        raise Refused("This account has all rights: only the machine's own commands change its password.")
    refuse_stronger(person=person, actor=actor)
    row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    code = urlsafe_base64_encode(force_bytes(row.pk))
    record(PasswordLinkMade(**_about(row, actor)))
    return reverse("password-choose", args=[code, default_token_generator.make_token(row)])


def refuse_stronger(*, person: User, actor: User) -> None:
    """Refuse the keys of an account that may what `actor` may not."""
    _refuse_beyond(actor, person.groups.all())


def described(person: User) -> dict[str, Any]:
    """Return what the audit log says of an account's attributes."""
    return {
        "full_name": person.get_full_name(),
        **{name: getattr(person, name) for name in PLAIN},
        "team": person.team.name if person.team else "",
        "roles": sorted(person.groups.values_list("name", flat=True)),
    }


def _fill(row: User, values: dict[str, Any]) -> None:
    if "full_name" in values:
        row.first_name, _, row.last_name = values["full_name"].strip().partition(" ")
    for name in PLAIN:
        setattr(row, name, values.get(name, getattr(row, name)))
    if "team" in values:
        row.team = _team(values["team"])
    row.full_clean(exclude=["password"])
    row.save()


def _team(name: str) -> Team | None:
    team = Team.objects.filter(name=name).first() if name else None
    if name and team is None:
        raise ValidationError({"team": f"There is no team called {name}."})
    return team


def _roles(names: Collection[str]) -> list[Group]:
    found = list(Group.objects.filter(name__in=names))
    unknown = sorted(set(names) - {role.name for role in found})
    if unknown:
        raise ValidationError({"roles": f"There is no role called {', '.join(unknown)}."})
    return found


def _refuse_beyond(actor: User, roles: Iterable[Group]) -> None:
    """Nobody gives others, or an account that they could use, more than they may themselves."""
    included = our_permissions().filter(group__in=list(roles)).values_list("key", flat=True)
    beyond = sorted({key for key in included if not actor.has_perm(key)})
    if beyond:
        raise Refused(f"You may not do all that its roles include ({beyond[0]}): ask a colleague who may.")


def _refuse_own(changed: Collection[str]) -> None:
    own = sorted(FOUR_EYES & set(changed))
    if own:
        raise Refused(f"Nobody changes their own {' or '.join(own)}: ask a colleague who may.")


def _about(person: User, actor: User) -> dict[str, str]:
    return {"subject": str(person.code), "actor": actor.username, "username": person.username}
