from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class _AboutSet(Fact):
    """`digest` names exactly which policies it was about."""

    object_type = "policy set"
    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class PolicySetDrafted(_AboutSet):
    name = "policyset.drafted"
    summary: str
    policies: int


@dataclass(frozen=True, kw_only=True)
class PolicySetRewritten(_AboutSet):
    """The draft says something else now; the lists hold names of policies."""

    name = "policyset.rewritten"
    before: str
    added: list[str]
    changed: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class PolicySetSimulated(_AboutSet):
    """Its effect against the policies in force (`against`, a digest) is known."""

    name = "policyset.simulated"
    against: str


@dataclass(frozen=True, kw_only=True)
class PolicySetSubmitted(_AboutSet):
    name = "policyset.submitted"


@dataclass(frozen=True, kw_only=True)
class PolicySetWithdrawn(_AboutSet):
    name = "policyset.withdrawn"


@dataclass(frozen=True, kw_only=True)
class PolicySetApproved(_AboutSet):
    """`alone` means that nobody else could approve it."""

    name = "policyset.approved"
    author: str
    reason: str
    alone: bool


@dataclass(frozen=True, kw_only=True)
class PolicySetRejected(_AboutSet):
    name = "policyset.rejected"
    author: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicySetActivated(_AboutSet):
    """These are the policies in force from now on, instead of those of set `replaced`."""

    name = "policyset.activated"
    replaced: int | None
    added: list[str]
    changed: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class PolicySetRolledBack(PolicySetActivated):
    name = "policyset.rolled_back"
    reason: str
