from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SimulationRequested(Fact):
    """`proposed` and `against` are digests of lists of policies; `policy_set` is a code or nothing."""

    name = "access.simulation_requested"
    object_type = "simulation"
    proposed: str
    against: str
    policy_set: str


@dataclass(frozen=True, kw_only=True)
class SimulationFinished(Fact):
    """The pairs of a user and a resource that would be gained and lost, by action."""

    name = "access.simulation_finished"
    object_type = "simulation"
    gained: dict[str, int]
    lost: dict[str, int]
