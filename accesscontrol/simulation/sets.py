"""What a residual says of all resources at once: where it is true and where it is false. Knows no Django."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import All, AnyOf, Compare, Known, Literal, Node, Not, Operand, Truth
from accesscontrol.policy.semantics import compare
from accesscontrol.simulation.stance import Stance
from accesscontrol.simulation.table import NONE, Rows, Table, rows_at

PLAIN = ("string", "integer", "boolean")  # types whose values are equal only to themselves
EQUAL = ("==", "in")


class Truths(NamedTuple):
    """Rows for which a condition is true, and rows for which it is false; it is unknown for the rest."""

    true: Rows
    false: Rows


class Sets:
    """Answers conditions over the rows of a table; each comparison is answered once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._answered: dict[tuple[str, Operand, Operand], Truths] = {}
        self._truths: dict[Node, Truths] = {}

    def truths(self, node: Node) -> Truths:
        found = self._truths.get(node)
        if found is None:
            found = self._truths[node] = self._worked_out(node)
        return found

    def unknown(self, node: Node) -> Rows:
        found = self.truths(node)
        return self.table.every & ~(found.true | found.false)

    def allowed(self, stance: Stance, grants: Rows = NONE) -> Rows:
        """Return what a stance allows; `grants` are permitted too, but never past a forbid."""
        permitted = grants
        for node in stance.permits:
            permitted |= self.truths(node).true
        return permitted & ~self.barred(stance)

    def barred(self, stance: Stance) -> Rows:
        found = NONE
        for node in stance.strict:
            found |= self.table.every ^ self.truths(node).false
        for node in stance.lenient:
            found |= self.truths(node).true
        return found

    def _worked_out(self, node: Node) -> Truths:
        match node:
            case Known(truth):
                return self._everywhere(truth)
            case Not(item):
                true, false = self.truths(item)
                return Truths(false, true)
            case All(items):
                return self._all(map(self.truths, items))
            case AnyOf(items):
                turned = self._all(Truths(each.false, each.true) for each in map(self.truths, items))
                return Truths(turned.false, turned.true)
            case Compare():
                key = (node.operator, node.left, node.right)
                if key not in self._answered:
                    self._answered[key] = self._compared(node)
                return self._answered[key]

    def _everywhere(self, truth: Truth) -> Truths:
        every = self.table.every
        return Truths(every if truth is True else NONE, every if truth is False else NONE)

    def _all(self, each: Iterable[Truths]) -> Truths:
        true, false = self.table.every, NONE
        for one in each:
            true &= one.true
            false |= one.false
        return Truths(true, false)

    def _compared(self, node: Compare) -> Truths:
        match node.left, node.right:
            case Attribute() as left, Attribute() as right:
                return self._by_row(node.operator, left, right)
            case Attribute(type=kind) as left, Literal(value) if kind in PLAIN and node.operator in EQUAL:
                return self._one_of(left, value if node.operator == "in" else [value])
            case Attribute() as left, Literal(value):
                return self._by_value(left, lambda held: compare(node.operator, held, value))
            case Literal(value), Attribute() as right:
                return self._by_value(right, lambda held: compare(node.operator, value, held))
        raise TypeError(f"not a residual: {node}")

    def _one_of(self, attribute: Attribute, wanted: Any) -> Truths:
        true = self.table.holding_any(attribute.name, [value for value in wanted if value is not None])
        return Truths(true, self.table.known(attribute.name) & ~true)

    def _by_value(self, attribute: Attribute, test: Any) -> Truths:
        """Ask about each distinct value once."""
        values: dict[Truth, list[Any]] = {True: [], False: [], None: []}
        for held in self.table.values(attribute.name):
            values[test(held)].append(held)
        true, false = (self.table.holding_any(attribute.name, values[truth]) for truth in (True, False))
        for_missing = test(None)
        missing = self.table.holding(attribute.name, None)
        return Truths(
            true | (missing if for_missing is True else NONE),
            false | (missing if for_missing is False else NONE),
        )

    def _by_row(self, operator: str, left: Attribute, right: Attribute) -> Truths:
        here, there = self.table.column(left.name), self.table.column(right.name)
        answers = [compare(operator, one, other) for one, other in zip(here, there, strict=True)]
        true, false = (
            rows_at((at for at, answer in enumerate(answers) if answer is truth), self.table.size)
            for truth in (True, False)
        )
        return Truths(true, false)
