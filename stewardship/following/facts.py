from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class FollowFact(Fact):
    """The subject is "<kind>:<code>" of what is followed."""

    object_type = "follow"


@dataclass(frozen=True, kw_only=True)
class Followed(FollowFact):
    name = "following.followed"


@dataclass(frozen=True, kw_only=True)
class Unfollowed(FollowFact):
    name = "following.unfollowed"
