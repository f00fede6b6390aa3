from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import Team, User
from accesscontrol.policy.reads import forget
from accesscontrol.refusal import Refused
from accesscontrol.roles.reads import policies_naming
from accesscontrol.roles.services import refuse_taking
from accesscontrol.teams.facts import MemberAdded, MemberRemoved, TeamCreated, TeamDeleted, TeamRenamed

LONGEST = 100


@transaction.atomic
def create_team(*, name: str, actor: str) -> Team:
    """Make a team. Raises `ValidationError` for a name that is empty or taken."""
    team = _named(Team(), name)
    record(TeamCreated(subject=str(team.code), actor=actor, team=team.name))
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, actor: str) -> Team:
    """Give the team another name; refused while a policy in force knows it by the old one, or the new."""
    row = _locked(team)
    before, name = row.name, name.strip()
    if name == before:
        return row
    _refuse_named(before, "renamed")
    refuse_taking(name, "user.team")
    _named(row, name)
    forget()
    record(TeamRenamed(subject=str(row.code), actor=actor, team=row.name, before=before))
    return row


@transaction.atomic
def delete_team(*, team: Team, actor: str) -> None:
    """Remove a team that has no members and that no policy in force names."""
    row = _locked(team)
    if row.members.exists():
        raise Refused(f"{row.name} has members. Take them out of it first.")
    _refuse_named(row.name, "deleted")
    row.delete()
    record(TeamDeleted(subject=str(team.code), actor=actor, team=row.name))


@transaction.atomic
def add_member(*, team: Team, person: User, actor: User) -> None:
    """Move an account into the team, out of the one that it is in."""
    row, member = _locked(team), _member(person, actor)
    if member.team_id == row.pk:
        return
    left = member.team.name if member.team else ""
    _move(member, row)
    named = {"team": row.name, "member": member.username, "left": left}
    record(MemberAdded(subject=str(row.code), actor=actor.username, **named))


@transaction.atomic
def remove_member(*, team: Team, person: User, actor: User) -> None:
    """Take an account out of the team; one that is not in it stays where it is."""
    row, member = _locked(team), _member(person, actor)
    if member.team_id != row.pk:
        return
    _move(member, None)
    record(MemberRemoved(subject=str(row.code), actor=actor.username, team=row.name, member=member.username))


def _locked(team: Team) -> Team:
    return Team.objects.select_for_update().get(pk=team.pk)


def _member(person: User, actor: User) -> User:
    if person.pk == actor.pk:
        raise Refused("Policies read the team: a colleague moves you, not you yourself.")
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _move(member: User, team: Team | None) -> None:
    member.team = team
    member.save(update_fields=["team"])
    forget()


def _named(team: Team, name: str) -> Team:
    team.name = name.strip()
    if not team.name or len(team.name) > LONGEST:
        raise ValidationError({"name": f"A team needs a name of at most {LONGEST} letters."})
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise ValidationError({"name": f"There is a team called {team.name} already."}) from error
    return team


def _refuse_named(name: str, what: str) -> None:
    naming = policies_naming("user.team", name)
    if naming:
        raise Refused(f"{name} cannot be {what}: it is named by policies in force ({', '.join(naming)}).")
