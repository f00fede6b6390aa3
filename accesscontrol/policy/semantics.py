"""What a condition means: Kleene's three-valued logic, as closures and as a residual. Knows no Django.

A missing value, an empty text and a value of another type than declared are unknown, and so is
every comparison with them; only `exists` always has an answer.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from accesscontrol.policy.attributes import OF_THE_MOMENT, Attribute
from accesscontrol.policy.nodes import (
    UNKNOWN,
    All,
    AnyOf,
    Clock,
    Compare,
    Known,
    Literal,
    Network,
    Node,
    Not,
    Operand,
    Truth,
    Weekday,
)
from accesscontrol.policy.values import address

Values = Mapping[str, Any]
Situation = Mapping[str, Values]  # "user", "resource" and "env", each with its values
Test = Callable[[Situation], Truth]

NEGATED: Mapping[str, str] = {"!=": "==", "not_in": "in"}
PRIMITIVES: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, known: value in known,
    "contains": operator.contains,
    "starts_with": str.startswith,
}
CLASSES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "datetime": (datetime,),
    "list": (tuple, list),
    "address": (str,),
    "weekday": (datetime,),
}


LATER: Values = {}  # stands for values that are asked for later: see `partial`


def negate(truth: Truth) -> Truth:
    return None if truth is None else not truth


def typed(value: Any, attribute: Attribute) -> Any:
    """Return `value`, or None when it is missing, empty or of another type than the attribute's."""
    if value.__class__ not in CLASSES[attribute.type] or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    return address(value) if attribute.type == "address" else value


def found(attribute: Attribute, situation: Situation) -> Any:
    """Return what the situation holds of the attribute, typed."""
    return typed(situation[attribute.root].get(attribute.key), attribute)


def compare(name: str, left: Any, right: Any) -> Truth:
    """Return the answer of a primitive operator for two typed values."""
    if name == "exists":
        return (left is not None) is right
    if left is None or right is None:
        return None
    if isinstance(right, Clock):
        left, right = right.of(left), right.time
    if isinstance(right, Network | Weekday):
        return right.holds(left)
    return PRIMITIVES[name](left, right)


def lower(node: Node) -> Node:
    """Return the same condition in primitive operators only; what is done for these is done for all."""
    match node:
        case Compare():
            return _lower_comparison(node)
        case All():
            return All(tuple(map(lower, node.items)))
        case AnyOf():
            return AnyOf(tuple(map(lower, node.items)))
        case Not():
            return Not(lower(node.item))
    return node


def _lower_comparison(node: Compare) -> Node:
    """What is lowered forgets its place: equal conditions of several policies become one."""
    operator, left = node.operator, node.left
    if operator in NEGATED:
        return Not(_lower_comparison(Compare(NEGATED[operator], left, node.right)))
    match node:
        case Compare("between", _, Literal((low, high))):
            return All((Compare(">=", left, Literal(low)), Compare("<=", left, Literal(high))))
        case Compare("in", Attribute(type=kind), Literal(tuple(items))) if kind in OF_THE_MOMENT:
            return AnyOf(tuple(Compare("==", left, Literal(item)) for item in items))
    return Compare(operator, left, node.right)


def closure(node: Node) -> Test:
    """Return a lowered condition as a function of the situation."""
    match node:
        case Known(truth):
            return lambda situation: truth
        case Not(item):
            inner = closure(item)
            return lambda situation: negate(inner(situation))
        case All(items):
            return _combined(items, absorbing=False)
        case AnyOf(items):
            return _combined(items, absorbing=True)
        case Compare():
            return _comparison(node)


def _combined(items: tuple[Node, ...], *, absorbing: bool) -> Test:
    """One FALSE decides `all`, one TRUE decides `any`; else one unknown makes the whole unknown."""
    tests = tuple(map(closure, items))

    def test(situation: Situation) -> Truth:
        result: Truth = not absorbing
        for inner in tests:
            truth = inner(situation)
            if truth is absorbing:
                return absorbing
            if truth is None:
                result = None
        return result

    return test


def _comparison(node: Compare) -> Test:
    match node:
        case Compare(operator, Attribute(type="string" | "integer" | "boolean") as plain, Literal(value)):
            if operator != "exists" and value is not None:
                return _with_value(operator, plain, value)
    name, left, right = node.operator, _getter(node.left), _getter(node.right)
    return lambda situation: compare(name, left(situation), right(situation))


def _with_value(name: str, left: Attribute, value: Any) -> Test:
    """Return what `compare` does of a plain attribute and a value: nearly every condition is one."""
    root, key, (wanted,), primitive = left.root, left.key, CLASSES[left.type], PRIMITIVES[name]
    if name == "in":
        value = frozenset(value)

    def test(situation: Situation) -> Truth:
        here = situation[root].get(key)
        return primitive(here, value) if here.__class__ is wanted and here != "" else None

    return test


def _getter(operand: Operand) -> Callable[[Situation], Any]:
    if isinstance(operand, Literal):
        value = operand.value
        return lambda situation: value
    attribute, root, key = operand, operand.root, operand.key
    return lambda situation: typed(situation[root].get(key), attribute)


def partial(node: Node, situation: Situation) -> Node:
    """Return what is left to ask of a resource, once `user` and `env` of the situation are known.

    An `env` that is `LATER` is left to ask, too.
    """
    match node:
        case Not(item):
            rest = partial(item, situation)
            return Known(negate(rest.truth)) if isinstance(rest, Known) else Not(rest)
        case All(items):
            return _partly_combined(items, situation, absorbing=False)
        case AnyOf(items):
            return _partly_combined(items, situation, absorbing=True)
        case Compare():
            return _partly_compared(node, situation)
    return node


def _partly_combined(items: tuple[Node, ...], situation: Situation, *, absorbing: bool) -> Node:
    kept: list[Node] = []
    unknown = False
    for item in items:
        rest = partial(item, situation)
        if not isinstance(rest, Known):
            kept.append(rest)
        elif rest.truth is absorbing:
            return rest
        elif rest.truth is None:
            unknown = True
    if not kept:
        return UNKNOWN if unknown else Known(not absorbing)
    if unknown:
        kept.append(UNKNOWN)
    if len(kept) == 1:
        return kept[0]
    return AnyOf(tuple(kept)) if absorbing else All(tuple(kept))


def _partly_compared(node: Compare, situation: Situation) -> Node:
    left, right = _bound(node.left, situation), _bound(node.right, situation)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Known(compare(node.operator, left.value, right.value))
    if Literal(None) in (left, right):
        return UNKNOWN
    return Compare(node.operator, left, right)


def _bound(operand: Operand, situation: Situation) -> Operand:
    if isinstance(operand, Literal) or operand.root == "resource":
        return operand
    if situation[operand.root] is LATER:
        return operand
    value = found(operand, situation)
    return Literal(tuple(value) if isinstance(value, list) else value)
