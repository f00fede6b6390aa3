"""Which conditions would have to be otherwise for a policy to hold, or not to hold, in words.

Knows no Django.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.explain import shown
from accesscontrol.policy.nodes import All, AnyOf, Compare, Known, Literal, Node, Not, Operand
from accesscontrol.policy.semantics import Situation, closure, found, lower

NEEDS: Mapping[str, tuple[str, str]] = {  # operator -> what is needed for TRUE, and for FALSE
    "==": ("{}", "something else than {}"),
    "!=": ("something else than {}", "{}"),
    "<": ("< {}", "≥ {}"),
    "<=": ("≤ {}", "> {}"),
    ">": ("> {}", "≤ {}"),
    ">=": ("≥ {}", "< {}"),
    "in": ("one of {}", "none of {}"),
    "not_in": ("none of {}", "one of {}"),
    "contains": ("to contain {}", "not to contain {}"),
    "starts_with": ("to start with {}", "not to start with {}"),
    "between": ("to be between {}", "to be outside of {}"),
    "exists": ("a value", "no value"),
}
WHOSE = {"user": "", "resource": "the resource’s ", "env": "the request’s "}
Hidden = Callable[[Attribute], bool]


@dataclass(frozen=True)
class Gap:
    """One condition, what was found, and what it needs."""

    attribute: Attribute
    other: Attribute | None  # what it is compared with, unless that is a value
    actual: str
    needs: str

    def words(self, hidden: Hidden = lambda attribute: False) -> str:
        """Return a sentence without its full stop; it names no value of what is `hidden`."""
        name = f"{WHOSE[self.attribute.root]}{self.attribute.label.lower()}"
        if hidden(self.attribute) or (self.other and hidden(self.other)):
            return f"{name} does not fit"
        return f"{name} is {self.actual}, needs {self.needs}"


def gaps(node: Node, situation: Situation, *, wanted: bool = True) -> tuple[Gap, ...]:
    """Return the fewest conditions that would have to change for `node` to become `wanted`."""
    match node:
        case Not(item):
            return gaps(item, situation, wanted=not wanted)
        case All(items) | AnyOf(items):
            each = [
                gaps(item, situation, wanted=wanted) for item in items if not _is(item, situation, wanted)
            ]
            if isinstance(node, All) is wanted:
                return tuple(gap for found_here in each for gap in found_here)
            return min(each, key=len, default=()) if len(each) == len(items) else ()
        case Compare():
            return () if _is(node, situation, wanted) else tuple(_gap(node, situation, wanted))
        case Known():
            return ()


def _is(node: Node, situation: Situation, wanted: bool) -> bool:
    return closure(lower(node))(situation) is wanted


def _gap(node: Compare, situation: Situation, wanted: bool) -> Iterator[Gap]:
    """Yield the gap; a comparison always has an attribute on its left."""
    if isinstance(node.left, Attribute):
        value = found(node.left, situation)
        yield Gap(
            attribute=node.left,
            other=node.right if isinstance(node.right, Attribute) else None,
            actual="missing" if value is None else shown(value, node.left),
            needs=_needs(node, situation, wanted),
        )


def _needs(node: Compare, situation: Situation, wanted: bool) -> str:
    operator = node.operator
    if operator == "exists":
        wanted = wanted is (node.right == Literal(True))
    words = NEEDS[operator][0 if wanted else 1]
    return words.format(_expected(node.right, node.left, situation))


def _expected(operand: Operand, beside: Operand, situation: Situation) -> str:
    if isinstance(operand, Literal):
        return shown(operand.value, beside if isinstance(beside, Attribute) else None)
    value = found(operand, situation)
    actual = "missing" if value is None else shown(value, operand)
    return f"{WHOSE[operand.root]}{operand.label.lower()}, which is {actual}"
