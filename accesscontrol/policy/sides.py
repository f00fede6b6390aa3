"""A residual as one two-valued question, folded as far as logic alone can. Knows no Django.

Three-valued logic has two sides: what is definitely true, and what is definitely not. A row is allowed
when a permit is true, every strict forbid is false, and no lenient forbid is true. What is unknown is on
neither side. Of two values, the usual laws hold: equal parts are asked once, constants vanish, and
equalities with one attribute under an "or" become one list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from accesscontrol.policy.attributes import OF_THE_MOMENT, Attribute
from accesscontrol.policy.nodes import All, AnyOf, Compare, Known, Literal, Node, Not
from accesscontrol.policy.rules import Residual


@dataclass(frozen=True)
class Sure:
    """A comparison that is definitely `wanted`; both of its operands hold something."""

    node: Compare
    wanted: bool


@dataclass(frozen=True)
class Both:
    items: tuple["Side", ...]


@dataclass(frozen=True)
class Either:
    items: tuple["Side", ...]


@dataclass(frozen=True)
class Other:
    """The opposite: neither side of a two-valued question is unknown."""

    item: "Side"


@dataclass(frozen=True)
class Constant:
    value: bool


Side = Sure | Both | Either | Other | Constant
YES, NO = Constant(True), Constant(False)
JOINED = 6  # how many parts an "and" may have to be compared with others


def permitted(residual: Residual) -> Side:
    """Return which rows a permit allows."""
    return either(map(true, residual.permits))


def unbarred(residual: Residual) -> Side:
    """Return which rows no forbid bars."""
    lenient = either(map(true, residual.lenient))
    return both([*map(false, residual.strict), opposite(lenient)])


def true(node: Node) -> Side:
    match node:
        case Known(truth):
            return Constant(truth is True)
        case Not(item):
            return false(item)
        case All(items):
            return both(map(true, items))
        case AnyOf(items):
            return either(map(true, items))
        case Compare():
            return Sure(node, wanted=True)


def false(node: Node) -> Side:
    match node:
        case Known(truth):
            return Constant(truth is False)
        case Not(item):
            return true(item)
        case All(items):
            return either(map(false, items))
        case AnyOf(items):
            return both(map(false, items))
        case Compare():
            return Sure(node, wanted=False)


def both(sides: Iterable[Side]) -> Side:
    asked = _flat(sides, Both)
    if NO in asked:
        return NO
    kept = _listed([side for side in asked if side != YES], wanted=False)
    return (kept[0] if len(kept) == 1 else Both(tuple(kept))) if kept else YES


def either(sides: Iterable[Side]) -> Side:
    asked = _flat(sides, Either)
    if YES in asked:
        return YES
    kept = _listed(_joined([side for side in asked if side != NO]), wanted=True)
    return (kept[0] if len(kept) == 1 else Either(tuple(kept))) if kept else NO


def opposite(side: Side) -> Side:
    if isinstance(side, Constant):
        return Constant(not side.value)
    return side.item if isinstance(side, Other) else Other(side)


def _flat(sides: Iterable[Side], kind: type[Both] | type[Either]) -> dict[Side, None]:
    """Return the parts in their order, each once."""
    parts = (side.items if isinstance(side, kind) else (side,) for side in sides)
    return dict.fromkeys(chain.from_iterable(parts))


def _listed(sides: list[Side], *, wanted: bool) -> list[Side]:
    """Return `a == 1 or a == 2` as `a in [1, 2]`; on the other side, "a is neither" of an "and"."""
    kept: list[Side] = []
    lists: dict[Attribute, dict[Any, None]] = {}
    for side in sides:
        attribute, values = _equality(side, wanted)
        if attribute is None:
            kept.append(side)
        else:
            lists.setdefault(attribute, {}).update(dict.fromkeys(values))
    return [*kept, *(_member(attribute, tuple(values), wanted) for attribute, values in lists.items())]


def _equality(side: Side, wanted: bool) -> tuple[Attribute | None, tuple[Any, ...]]:
    """Return an attribute and the values that it is one of; to lie in a network is no equality."""
    match side:
        case Sure(Compare("==", Attribute() as left, Literal(value)), said) if said is wanted:
            return (None, ()) if left.type in OF_THE_MOMENT else (left, (value,))
        case Sure(Compare("==", Literal(value), Attribute() as right), said) if said is wanted:
            return right, (value,)
        case Sure(Compare("in", Attribute() as left, Literal(tuple(values))), said) if said is wanted:
            return left, values
    return None, ()


def _member(attribute: Attribute, values: tuple[Any, ...], wanted: bool) -> Side:
    if len(values) == 1:
        return Sure(Compare("==", attribute, Literal(values[0])), wanted)
    return Sure(Compare("in", attribute, Literal(values)), wanted)


def _joined(sides: list[Side]) -> list[Side]:
    """Return `(x and a == 1) or (x and a == 2)` as `x and a in [1, 2]`, where x is the same in both."""
    kept: list[Side] = []
    groups: dict[tuple[Attribute, frozenset[Side]], tuple[list[Side], dict[Any, None]]] = {}
    for side in sides:
        found = _one_equality(side)
        if found is None:
            kept.append(side)
        else:
            attribute, values, rest = found
            group = groups.setdefault((attribute, frozenset(rest)), (rest, {}))
            group[1].update(dict.fromkeys(values))
    for (attribute, _), (rest, several) in groups.items():
        kept.append(both([*rest, _member(attribute, tuple(several), wanted=True)]))
    return kept


def _one_equality(side: Side) -> tuple[Attribute, tuple[Any, ...], list[Side]] | None:
    """Return the only equality of a short "and", and what stands beside it."""
    if not isinstance(side, Both) or len(side.items) > JOINED:
        return None
    equal = [part for part in side.items if _equality(part, wanted=True)[0]]
    if len(equal) != 1:
        return None
    attribute, values = _equality(equal[0], wanted=True)
    rest = [other for other in side.items if other is not equal[0]]
    return (attribute, values, rest) if attribute else None
