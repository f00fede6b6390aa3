"""A two-valued question as a piece of SQL over the columns of its attributes. Knows no Django.

The text never holds a value: it is a list of SQL fragments, columns and parameters, in their order.
Each comparison first asks that its columns hold something, so none is ever NULL and the whole may be
negated. An empty text counts as missing, as in `semantics`; texts are ordered by code point, as Python
does, whatever the locale of the database; nothing is a pattern, so % and _ mean themselves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import Compare, Literal, Operand
from accesscontrol.policy.sides import Both, Constant, Either, Other, Side, Sure


@dataclass(frozen=True)
class Parameter:
    value: Any


Piece = str | Attribute | Parameter
SQL = list[Piece]

FLIPPED: Mapping[str, str] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
SIGNS: Mapping[str, str] = {"==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# Inside a JSON column: the value when it has the type that is declared, else NULL. CASE fixes the order
# in which PostgreSQL asks, so no cast ever meets a value of another type.
WHOLE_NUMBER = "^-?[0-9]+$"
JSON_TYPES: Mapping[str, str] = {
    "string": "string",
    "integer": "number",
    "boolean": "boolean",
    "list": "array",
}


def to_sql(side: Side) -> SQL:
    match side:
        case Constant(value):
            return ["TRUE" if value else "FALSE"]
        case Both(items):
            return _between_brackets(" AND ", map(to_sql, items))
        case Either(items):
            return _between_brackets(" OR ", map(to_sql, items))
        case Other(item):
            return ["(NOT ", *to_sql(item), ")"]
        case Sure(node, wanted):
            return _sure(node, wanted)


def _between_brackets(word: str, parts: Iterable[SQL]) -> SQL:
    joined: SQL = []
    for part in parts:
        joined += [word if joined else "(", *part]
    return [*joined, ")"]


def _sure(node: Compare, wanted: bool) -> SQL:
    if node.operator == "exists":
        present = isinstance(node.right, Literal) and node.right.value is wanted
        return _holds(node.left) if present else ["(NOT ", *_holds(node.left), ")"]
    hit = _hit(node)
    asked = [_holds(operand) for operand in (node.left, node.right) if isinstance(operand, Attribute)]
    return _between_brackets(" AND ", [*asked, hit if wanted else ["(NOT ", *hit, ")"]])


def _holds(operand: Operand) -> SQL:
    """Return whether an attribute holds something."""
    column = _operand(operand)
    if isinstance(operand, Attribute) and operand.type == "string":
        return ["(", *column, " IS NOT NULL AND ", *column, " <> '')"]
    return ["(", *column, " IS NOT NULL)"]


def _operand(operand: Operand) -> SQL:
    if isinstance(operand, Attribute):
        return _from_json(operand) if operand.json else [operand]
    value = operand.value
    return [Parameter(value), "::text"] if isinstance(value, str) else [Parameter(value)]


def _from_json(attribute: Attribute) -> SQL:
    text: SQL = ["(", attribute, " #>> '{}')"]
    values: Mapping[str, SQL] = {
        "string": text,
        "integer": ["CASE WHEN ", *text, f" ~ '{WHOLE_NUMBER}' THEN ", *text, "::numeric END"],
        "boolean": ["(", attribute, ")::boolean"],
        "list": [attribute],
    }
    typed = f") = '{JSON_TYPES[attribute.type]}' THEN "
    return ["(CASE WHEN jsonb_typeof(", attribute, typed, *values[attribute.type], " END)"]


def _hit(node: Compare) -> SQL:
    """Return the bare comparison; it counts only where its columns hold something."""
    operator, left, right = node.operator, node.left, node.right
    if operator == "contains" and _is_list(left):
        operator, left, right = "in", right, left  # a list that contains it is one that it is in
    if operator == "in":
        return _member(left, right)
    if operator in TEXTUAL:
        return TEXTUAL[operator](_operand(left), _operand(right))
    if isinstance(left, Literal):
        operator, left, right = FLIPPED[operator], right, left
    if isinstance(left, Attribute) and left.type == "string" and operator != "==":
        return [*_operand(left), f' COLLATE "C" {SIGNS[operator]} ', *_operand(right)]
    return [*_operand(left), f" {SIGNS[operator]} ", *_operand(right)]


def _is_list(operand: Operand) -> bool:
    if isinstance(operand, Attribute):
        return operand.type == "list"
    return isinstance(operand.value, tuple)


def _member(item: Operand, of: Operand) -> SQL:
    if isinstance(of, Attribute):
        inside: SQL = [*_operand(of), " @> to_jsonb(", *_operand(item), ")"]
        return inside if of.json else [*_operand(item), " = ANY(", *_operand(of), ")"]
    values = of.value if isinstance(of.value, tuple) else ()
    if not values:
        return ["FALSE"]
    listed: SQL = [", " if at % 2 else Parameter(values[at // 2]) for at in range(2 * len(values) - 1)]
    return [*_operand(item), " IN (", *listed, ")"]


def _contains(whole: SQL, part: SQL) -> SQL:
    return ["strpos(", *whole, ", ", *part, ") > 0"]


def _starts_with(whole: SQL, part: SQL) -> SQL:
    return [*whole, " ^@ ", *part]


TEXTUAL: Mapping[str, Callable[[SQL, SQL], SQL]] = {
    "contains": _contains,
    "starts_with": _starts_with,
}
