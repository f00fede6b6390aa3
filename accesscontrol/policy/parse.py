"""Stored JSON conditions -> tree, or the place where they go wrong. Data only: nothing is evaluated.

A list means all of its conditions. A condition is {"attribute", "operator", "value" or
"value_from"}, or one of {"all": […]}, {"any": […]}, {"not": {…}}. Knows no Django.
"""

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from accesscontrol.policy import values
from accesscontrol.policy.attributes import (
    EVERY_OPERATOR,
    MEMBERSHIP,
    OF_THE_MOMENT,
    OPERATORS,
    VOCABULARY,
    Attribute,
    Vocabulary,
)
from accesscontrol.policy.nodes import (
    All,
    AnyOf,
    Clock,
    Compare,
    Literal,
    Node,
    Not,
    Operand,
    Value,
    Weekday,
)
from accesscontrol.policy.values import LONGEST_LIST, PolicyError

DEEPEST = 8
MOST_NODES = 200
GROUPS = ("all", "any", "not")
KEYS = frozenset({"attribute", "operator", "value", "value_from", "timezone"})


def parse_conditions(
    conditions: Any, resource_types: Collection[str], vocabulary: Vocabulary = VOCABULARY
) -> All:
    """Return the tree of a policy's `conditions`; an empty list always holds.

    Raises `PolicyError` with the path of the first fault, such as "conditions[1].any[0].operator".
    """
    reader = _Reader(resource_types, vocabulary)
    return All(reader.items(conditions, "conditions", depth=1))


class _Reader:
    def __init__(self, resource_types: Collection[str], vocabulary: Vocabulary) -> None:
        self.resource_types = resource_types
        self.vocabulary = vocabulary
        self.nodes = 0

    def items(self, raw: Any, path: str, depth: int) -> tuple[Node, ...]:
        if not isinstance(raw, list):
            raise PolicyError(path, "must be a list of conditions")
        return tuple(self.node(item, f"{path}[{at}]", depth) for at, item in enumerate(raw))

    def node(self, raw: Any, path: str, depth: int) -> Node:
        if not isinstance(raw, dict):
            raise PolicyError(path, "must be a condition, or one of all, any, not")
        self._count(path, depth)
        group = next((name for name in GROUPS if name in raw), None)
        return self._group(raw, group, path, depth) if group else self._compare(raw, path)

    def _count(self, path: str, depth: int) -> None:
        self.nodes += 1
        if depth > DEEPEST:
            raise PolicyError(path, f"is nested more than {DEEPEST} deep")
        if self.nodes > MOST_NODES:
            raise PolicyError(path, f"is one of more than {MOST_NODES} conditions")

    def _group(self, raw: dict[str, Any], name: str, path: str, depth: int) -> Node:
        _refuse_other_keys(raw, frozenset({name}), path)
        inside = f"{path}.{name}"
        if name == "not":
            return Not(self.node(raw["not"], inside, depth + 1))
        items = self.items(raw[name], inside, depth + 1)
        if not items:
            raise PolicyError(inside, "needs at least one condition")
        return All(items) if name == "all" else AnyOf(items)

    def _compare(self, raw: dict[str, Any], path: str) -> Compare:
        _refuse_other_keys(raw, KEYS, path)
        attribute = self._attribute(raw, "attribute", path)
        operator = _operator(raw, attribute, path)
        if "value_from" in raw:
            return Compare(operator, attribute, self._other(raw, attribute, operator, path), path)
        zone = _zone(raw, attribute, path)
        value = _value(raw, attribute, operator, zone, path)
        if "timezone" in raw and not _has_zone(value):
            raise PolicyError(f"{path}.timezone", "belongs to a time of day such as 08:00")
        return Compare(operator, attribute, Literal(value), path)

    def _attribute(self, raw: Mapping[str, Any], key: str, path: str) -> Attribute:
        here = f"{path}.{key}"
        name = values.text(_wanted(raw, key, path), here)
        found = self.vocabulary.find(name, self.resource_types)
        if found is None:
            raise PolicyError(here, f"there is no attribute {name!r}")
        return found

    def _other(self, raw: Mapping[str, Any], attribute: Attribute, operator: str, path: str) -> Operand:
        here = f"{path}.value_from"
        if "value" in raw or "timezone" in raw:
            raise PolicyError(here, "cannot stand beside value or timezone")
        other = self._attribute(raw, "value_from", path)
        wanted = _type_beside(attribute, operator)
        if other.type != wanted:
            raise PolicyError(here, f"{other} is of type {other.type}, {operator} needs {wanted}")
        return other


def _type_beside(attribute: Attribute, operator: str) -> str:
    """Return the type that `value_from` must have beside `attribute`."""
    if operator in {"between", "exists"} or attribute.type in OF_THE_MOMENT:
        return "no other attribute"
    if operator in MEMBERSHIP:
        return "list" if attribute.type == "string" else "no other attribute"
    return "string" if operator in {"contains", "starts_with"} else attribute.type


def _operator(raw: Mapping[str, Any], attribute: Attribute, path: str) -> str:
    here = f"{path}.operator"
    operator = values.text(_wanted(raw, "operator", path), here)
    if operator not in EVERY_OPERATOR:
        raise PolicyError(here, f"there is no operator {operator!r}")
    if operator not in OPERATORS[attribute.type]:
        known = ", ".join(sorted(OPERATORS[attribute.type]))
        raise PolicyError(here, f"{operator} is not for {attribute} ({attribute.type}); use {known}")
    return operator


def _zone(raw: Mapping[str, Any], attribute: Attribute, path: str) -> ZoneInfo:
    if "timezone" not in raw:
        return ZoneInfo("UTC")
    if attribute.type not in {"datetime", "weekday"}:
        raise PolicyError(f"{path}.timezone", f"{attribute} is not a time")
    return values.timezone(raw["timezone"], f"{path}.timezone")


def _value(raw: Mapping[str, Any], attribute: Attribute, operator: str, zone: ZoneInfo, path: str) -> Value:
    here = f"{path}.value"
    if operator == "exists":
        return _yes_or_no(raw.get("value", True), here)
    value = _wanted(raw, "value", path)
    if operator in MEMBERSHIP:
        return _many(value, attribute, zone, here)
    if operator == "between":
        return _pair(value, attribute, zone, here)
    return values.scalar(value, attribute, zone, here)


def _yes_or_no(raw: Any, path: str) -> bool:
    if not isinstance(raw, bool):
        raise PolicyError(path, "must be true or false")
    return raw


def _many(raw: Any, attribute: Attribute, zone: ZoneInfo, path: str) -> tuple[Value, ...]:
    if not isinstance(raw, list) or not raw:
        raise PolicyError(path, "must be a list of at least one value")
    if len(raw) > LONGEST_LIST:
        raise PolicyError(path, f"must hold at most {LONGEST_LIST} values")
    return tuple(values.scalar(item, attribute, zone, f"{path}[{at}]") for at, item in enumerate(raw))


def _pair(raw: Any, attribute: Attribute, zone: ZoneInfo, path: str) -> tuple[Value, ...]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise PolicyError(path, "must be a list of two values, the lower first")
    low, high = (values.scalar(item, attribute, zone, f"{path}[{at}]") for at, item in enumerate(raw))
    if isinstance(low, Clock) is not isinstance(high, Clock):
        raise PolicyError(path, "must be two times of day or two moments, not one of each")
    if _later(low, high):
        raise PolicyError(path, "holds nothing: the first value is above the second")
    return low, high


def _later(low: Any, high: Any) -> bool:
    if isinstance(low, Clock):
        return bool(low.time > high.time)
    return bool(low > high)


def _has_zone(value: Value) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, Clock | Weekday) for item in items)


def _wanted(raw: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in raw:
        raise PolicyError(f"{path}.{key}", "is missing")
    return raw[key]


def _refuse_other_keys(raw: Mapping[str, Any], known: Collection[str], path: str) -> None:
    other = sorted(str(key) for key in raw if key not in known)
    if other:
        raise PolicyError(f"{path}.{other[0]}", f"is not known here; known are {', '.join(sorted(known))}")
