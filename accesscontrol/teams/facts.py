from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class TeamFact(Fact):
    object_type = "team"
    team: str


@dataclass(frozen=True, kw_only=True)
class TeamCreated(TeamFact):
    name = "teams.created"


@dataclass(frozen=True, kw_only=True)
class TeamRenamed(TeamFact):
    name = "teams.renamed"
    before: str


@dataclass(frozen=True, kw_only=True)
class TeamDeleted(TeamFact):
    name = "teams.deleted"


@dataclass(frozen=True, kw_only=True)
class MemberAdded(TeamFact):
    """`left` is the team that the member was in before, if any."""

    name = "teams.member_added"
    member: str
    left: str


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(TeamFact):
    name = "teams.member_removed"
    member: str
