"""What a rule set comes to for one person and one action, in a form that can be compared. Knows no Django."""

from dataclasses import dataclass

from accesscontrol.policy.nodes import UNKNOWN, Known, Node
from accesscontrol.policy.rules import Residual

TRUE, FALSE = Known(True), Known(False)
Nodes = frozenset[Node]


@dataclass(frozen=True)
class Stance:
    """A residual without what decides nothing; two equal stances allow the same resources.

    The meaning of the three is that of `Residual`.
    """

    permits: Nodes = frozenset()
    strict: Nodes = frozenset()
    lenient: Nodes = frozenset()


BARRED = Stance(strict=frozenset({TRUE}))
NOTHING = Stance()


def stance(residual: Residual, *, has_grants: bool) -> Stance:
    """Return the stance; `has_grants` says that some resources are permitted without any policy."""
    strict = frozenset(residual.strict) - {FALSE}
    lenient = frozenset(residual.lenient) - {FALSE, UNKNOWN}
    permits = frozenset(residual.permits) - {FALSE, UNKNOWN}
    if not permits and not has_grants:
        return NOTHING
    if strict & {TRUE, UNKNOWN} or TRUE in lenient:
        return BARRED if has_grants else NOTHING
    return Stance(frozenset({TRUE}) if TRUE in permits else permits, strict, lenient)
