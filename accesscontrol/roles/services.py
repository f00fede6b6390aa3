from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accesscontrol.audit.services import record
from accesscontrol.policy.reads import forget
from accesscontrol.refusal import Refused
from accesscontrol.roles import reads
from accesscontrol.roles.facts import RoleChanged, RoleCreated, RoleDeleted, RoleRenamed
from accesscontrol.roles.models import Role

LONGEST = 150  # what Django's table holds


@transaction.atomic
def create_role(*, name: str, actor: str, permissions: Collection[str] = ()) -> Role:
    """Make a role. Raises `ValidationError` for a name that is taken or a permission that is unknown."""
    role = _named(Role(), name)
    given = _known(permissions)
    role.permissions.set(given.values())
    record(RoleCreated(subject=str(role.pk), actor=actor, role=role.name, permissions=sorted(given)))
    return role


@transaction.atomic
def change_role(
    *, role: Role, actor: str, name: str | None = None, permissions: Collection[str] | None = None
) -> None:
    """Rename the role, or change what it includes, or both or nothing."""
    if name is not None:
        rename_role(role=role, name=name, actor=actor)
    if permissions is not None:
        change_permissions(role=role, permissions=permissions, actor=actor)


@transaction.atomic
def change_permissions(*, role: Role, permissions: Collection[str], actor: str) -> Role:
    """Give the role exactly these permissions of ours; those of Django's own pages are left alone.

    Raises `Refused` when nobody could change roles any more, and when the actor would gain by it.
    """
    with somebody_may_change_roles():
        locked = Role.objects.select_for_update().get(pk=role.pk)
        wanted, before = _known(permissions), reads.permissions_of([locked])[locked.pk]
        _refuse_own_gain(locked, actor, wanted.keys() - before)
        gone = [permission for key, permission in _known(before).items() if key not in wanted]
        locked.permissions.remove(*gone)
        locked.permissions.add(*wanted.values())
    if before != wanted.keys():
        lists = {"before": sorted(before), "after": sorted(wanted)}
        record(RoleChanged(subject=str(locked.pk), actor=actor, role=locked.name, **lists))
    return locked


@transaction.atomic
def rename_role(*, role: Role, name: str, actor: str) -> Role:
    """Give the role another name; refused while a policy in force knows it by the old one, or the new."""
    locked = Role.objects.select_for_update().get(pk=role.pk)
    before, name = locked.name, name.strip()
    if name == before:
        return locked
    _refuse_named(before, "renamed")
    refuse_taking(name, "user.roles")
    _named(locked, name)
    forget()
    record(RoleRenamed(subject=str(locked.pk), actor=actor, role=locked.name, before=before))
    return locked


@transaction.atomic
def delete_role(*, role: Role, actor: str) -> None:
    """Remove a role that nobody holds and that no policy in force names."""
    locked = Role.objects.select_for_update().get(pk=role.pk)
    held = reads.holders(locked).count()
    if held:
        people = "1 account holds" if held == 1 else f"{held} accounts hold"
        raise Refused(f"{people} the role {locked.name}. Take it from them first.")
    _refuse_named(locked.name, "deleted")
    included, number = sorted(reads.permissions_of([locked])[locked.pk]), locked.pk
    locked.delete()
    record(RoleDeleted(subject=str(number), actor=actor, role=locked.name, permissions=included))


@contextmanager
def somebody_may_change_roles() -> Iterator[None]:
    """Refuse a change after which no active account could change roles; two changes wait for each other."""
    app, codename = reads.CHANGE_ROLES.split(".")
    Permission.objects.select_for_update(of=("self",)).get(content_type__app_label=app, codename=codename)
    could = reads.may_change_roles().exists()
    yield
    if could and not reads.may_change_roles().exists():
        raise Refused("Nobody could change roles any more. Give this right to somebody else first.")


def _named(role: Role, name: str) -> Role:
    role.name = name.strip()
    if not role.name or len(role.name) > LONGEST:
        raise ValidationError({"name": f"A role needs a name of at most {LONGEST} letters."})
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError as error:
        raise ValidationError({"name": f"There is a role called {role.name} already."}) from error
    return role


def _refuse_named(name: str, what: str) -> None:
    naming = reads.policies_naming("user.roles", name)
    if naming:
        raise Refused(
            f"The role {name} cannot be {what}: it is named by policies in force ({', '.join(naming)})."
        )


def refuse_taking(name: str, attribute: str) -> None:
    """Refuse a new name by which policies in force would let in, or bar, whoever has it already."""
    naming = reads.policies_naming(attribute, name)
    if naming:
        raise Refused(
            f"{name} is named by policies in force ({', '.join(naming)}): make a new one of this name."
        )


def _refuse_own_gain(role: Role, actor: str, added: Collection[str]) -> None:
    """What decides about oneself, somebody else changes: here, what one's own role includes."""
    holder = role.user_set.filter(username=actor).first()
    gained = sorted(key for key in added if holder and not holder.has_perm(key))
    if gained:
        raise Refused(
            f"This is your own role; a colleague gives it what you may not yet: {', '.join(gained)}."
        )


def _known(keys: Collection[str]) -> dict[str, Permission]:
    found = {row.key: row for row in reads.our_permissions().filter(key__in=list(keys))}
    unknown = sorted(set(keys) - found.keys())
    if unknown:
        raise ValidationError({"permissions": f"There is no permission {', '.join(unknown)}."})
    return found
