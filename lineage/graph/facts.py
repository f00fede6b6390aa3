from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EdgesDrawn(Fact):
    """The graph grew. `subject` is the code of the first edge's target; `targets` are codes too."""

    name = "lineage.edges_drawn"
    object_type = "asset"
    count: int
    targets: list[str]


@dataclass(frozen=True, kw_only=True)
class EdgesClosed(Fact):
    """What flowed flows no more; the closed edges stay for the question how it was."""

    name = "lineage.edges_closed"
    object_type = "asset"
    count: int
    targets: list[str]
