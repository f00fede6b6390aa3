"""Cedar's expressions, as the JSON that its parser gives -> our stored conditions. Knows no Django.

An expression of Cedar is true, false or an error, and is read from left to right; a policy with an error
is skipped. What an expression needs to be true, and what to be false, is each a condition of ours that is
never true by an unknown: `a || b` is true when a is, or when a is false and b is true. Where nothing
on the left can go wrong, because `has` was asked before, that is our plain "any".
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from accesscontrol.policy.cedar import MICROSECOND, ROOTS
from accesscontrol.policy.values import PolicyError

Expression = Mapping[str, Any]
Condition = dict[str, Any]
Guards = frozenset[str]
ALWAYS: Condition = {"all": []}
NEVER: Condition = {"any": []}
OURS = {cedar: ours for ours, cedar in ROOTS.items()}
FLIPPED: Mapping[str, str] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
ZONED: Mapping[str, str] = {"clock": "env.time", "weekday": "env.weekday"}


def needs(expression: Expression, wanted: bool, path: str, guards: Guards = frozenset()) -> Condition:
    """Return what must hold for the expression to be `wanted`.

    `guards` are the attributes that are there for sure. Raises `PolicyError` at what we cannot say.
    """
    ((name, inside),) = expression.items()
    if name in {"&&", "||"}:
        return _joined(name, inside, wanted, path, guards)
    if name == "!":
        return needs(inside["arg"], not wanted, path, guards)
    if name == "if-then-else":
        return _chosen(inside, wanted, path, guards)
    if name == "Value" and isinstance(inside, bool):
        return ALWAYS if inside is wanted else NEVER
    if name == "has":
        return _exists(inside, wanted, path)
    if name == ".":
        return {"attribute": _attribute(expression, path), "operator": "==", "value": wanted}
    found = _comparison(name, inside, path)
    return found if wanted else opposite(found)


def _joined(name: str, inside: Expression, wanted: bool, path: str, guards: Guards) -> Condition:
    """`a && b` is false as `a || b` is true: by the one side, or, that failing, by the other."""
    left, right = inside["left"], inside["right"]
    goes_on = name == "&&"  # the value of the left side at which the right one is asked
    later = guards | sure(left, goes_on)
    first = needs(left, wanted, path, guards)
    second = needs(right, wanted, path, later)
    if wanted is goes_on:
        return all_of(first, second)
    if safe(left, guards):
        return any_of(first, second)
    return any_of(first, all_of(needs(left, goes_on, path, guards), second))


def _chosen(inside: Expression, wanted: bool, path: str, guards: Guards) -> Condition:
    asked = inside["if"]
    branches = [
        all_of(
            needs(asked, holds, path, guards),
            needs(inside[branch], wanted, path, guards | sure(asked, holds)),
        )
        for holds, branch in ((True, "then"), (False, "else"))
    ]
    return any_of(*branches)


def sure(expression: Expression, holds: bool) -> Guards:
    """Return the attributes that are there when the expression is `holds`."""
    ((name, inside),) = expression.items()
    if name == "has" and holds:
        return frozenset({_dotted(inside["left"], inside["attr"])})
    if name == "!":
        return sure(inside["arg"], not holds)
    if name == ("&&" if holds else "||"):
        return sure(inside["left"], holds) | sure(inside["right"], holds)
    return frozenset()


def safe(expression: Any, guards: Guards) -> bool:
    """Return whether the expression is never an error, once the `guards` are there."""
    ((name, inside),) = expression.items()
    if name in {"Var", "Value", "Set", "ip", "datetime"}:
        return True
    if name == ".":
        return _dotted(inside["left"], inside["attr"]) in guards
    if name == "has":
        return safe(inside["left"], guards)
    if name in {"&&", "||"}:
        later = guards | sure(inside["left"], name == "&&")
        return safe(inside["left"], guards) and safe(inside["right"], later)
    parts = inside.values() if isinstance(inside, Mapping) else inside
    return all(safe(part, guards) for part in parts if isinstance(part, Mapping))


def _dotted(left: Expression, name: str) -> str:
    ((kind, inside),) = left.items()
    before = inside if kind == "Var" else _dotted(inside["left"], inside["attr"]) if kind == "." else "?"
    return f"{before}.{name}"


def all_of(*conditions: Condition) -> Condition:
    """Return what is true when each is; where a comparison is true, what it compares is there."""
    whole = _group("all", "any", conditions)
    return _group("all", "any", _without_guards(whole["all"])) if "all" in whole else whole


def any_of(*conditions: Condition) -> Condition:
    return _group("any", "all", conditions)


def _group(name: str, other: str, conditions: Iterable[Condition]) -> Condition:
    """Return one condition of several: flat, each once, and without what decides nothing."""
    flat = [part for item in conditions for part in item.get(name, [item])]
    if {other: []} in flat:
        return {other: []}
    kept = [part for at, part in enumerate(flat) if part not in flat[:at]]
    return kept[0] if len(kept) == 1 else {name: kept}


def _without_guards(items: list[Condition]) -> list[Condition]:
    """Leave out "is there" where a comparison beside it says so."""
    said = {name for item in items for name in _compared(item)}
    there = [{"attribute": name, "operator": "exists", "value": True} for name in said]
    return [item for item in items if item not in there]


def _compared(item: Condition) -> set[str]:
    leaf = item.get("not", item)
    if leaf.get("operator") in {None, "exists"}:
        return set()
    names = {leaf["attribute"], leaf.get("value_from", leaf["attribute"])}
    return names | ({"env.time"} if "env.weekday" in names else set())


def opposite(condition: Condition) -> Condition:
    """Return a condition that is true when this one is false, and unknown when it is."""
    if "not" in condition:
        inner: Condition = condition["not"]
        return inner
    if "all" in condition:
        return _group("any", "all", map(opposite, condition["all"]))
    if "any" in condition:  # and no guard is left out: one that is false outweighs what is unknown
        return _group("all", "any", map(opposite, condition["any"]))
    if condition["operator"] == "exists":
        return {**condition, "value": not condition["value"]}
    return {"not": condition}


def _exists(inside: Expression, wanted: bool, path: str) -> Condition:
    ((kind, root),) = inside["left"].items()
    if kind == "." and root["left"] == {"Var": "context"} and root["attr"] in ZONED:
        name = "env.time"  # every zone has a clock when there is a time
    elif kind == "Var" and root == "context" and inside["attr"] in ZONED:
        name = "env.time"
    else:
        name = _attribute({".": inside}, path)
    return {"attribute": name, "operator": "exists", "value": wanted}


def _attribute(expression: Expression, path: str) -> str:
    match expression:
        case {".": {"left": {"Var": root}, "attr": str(name)}} if root in OURS:
            return f"{OURS[root]}.{name}"
    raise PolicyError(path, f"{_said(expression)} is no attribute of principal, resource or context")


def _comparison(name: str, inside: Any, path: str) -> Condition:
    if name == "is":
        return _is(inside, path)
    if name == "like":
        return _like(inside, path)
    if name == "isInRange":
        return _in_network(inside, path)
    if name == "contains":
        return _contains(inside["left"], inside["right"], path)
    if name not in FLIPPED:
        raise PolicyError(path, f"{name} of Cedar cannot be said here")
    left, right = inside["left"], inside["right"]
    if not _is_attribute(left):
        name, left, right = FLIPPED[name], right, left
    return _compared_with(left, name, right, path)


def _compared_with(left: Expression, operator: str, right: Expression, path: str) -> Condition:
    if left == {"Var": "principal"}:
        return {"attribute": "user.username", "operator": operator, "value": _person(right, path)}
    zoned = _zoned(left)
    if zoned is None and _is_attribute(right):
        there = _attribute(right, path)
        return {"attribute": _attribute(left, path), "operator": operator, "value_from": there}
    value = _value(right, path)
    if zoned is None:
        return {"attribute": _attribute(left, path), "operator": operator, "value": value}
    record, zone = zoned
    shown = _clock(value, path) if record == "clock" else value
    return {"attribute": ZONED[record], "operator": operator, "value": shown, "timezone": zone}


def _is_attribute(expression: Expression) -> bool:
    return "." in expression or expression == {"Var": "principal"}


def _zoned(expression: Expression) -> tuple[str, str] | None:
    match expression:
        case {".": {"left": {".": {"left": {"Var": "context"}, "attr": record}}, "attr": zone}}:
            return (record, zone) if record in ZONED else None
    return None


def _clock(value: Any, path: str) -> str:
    minutes, rest = divmod(value if isinstance(value, int) else -1, 60 * MICROSECOND)
    if rest or not 0 <= minutes < 24 * 60:
        raise PolicyError(path, f"{value} microseconds after midnight is no whole minute of a day")
    return (str(timedelta(minutes=minutes)).zfill(8))[:5]


def _person(expression: Expression, path: str) -> str:
    match expression:
        case {"Value": {"__entity": {"type": "User", "id": str(name)}}}:
            return name
    raise PolicyError(path, f"{_said(expression)} is no User")


def _value(expression: Expression, path: str) -> Any:
    match expression:
        case {"Value": bool() | int() | str() as value}:
            return value
        case {"datetime": [{"Value": str(moment)}]}:
            return moment if len(moment) > len("2027-01-01") else f"{moment}T00:00:00Z"
        case {"ip": [{"Value": str(address)}]}:
            return address
        case {"Set": [*items]}:
            return [_value(item, path) for item in items]
    raise PolicyError(path, f"{_said(expression)} is no value that can be compared with here")


def _is(inside: Expression, path: str) -> Condition:
    if inside.get("left") == {"Var": "principal"} and inside.get("entity_type") == "User":
        return ALWAYS
    raise PolicyError(path, "a type can be asked for only at the top of a policy")


def _like(inside: Expression, path: str) -> Condition:
    name, pattern = _attribute(inside["left"], path), inside["pattern"]
    text = "".join(part["Literal"] for part in pattern if part != "Wildcard")
    wild = [part == "Wildcard" for part in pattern]
    if not any(wild):
        return {"attribute": name, "operator": "==", "value": text}
    if wild[-1] and not any(wild[:-1]):
        return {"attribute": name, "operator": "starts_with", "value": text}
    if wild[0] and wild[-1] and not any(wild[1:-1]):
        return {"attribute": name, "operator": "contains", "value": text}
    raise PolicyError(path, "like can only be said as abc* (starts with) or *abc* (contains)")


def _in_network(inside: Any, path: str) -> Condition:
    address, network = inside
    return {"attribute": _attribute(address, path), "operator": "==", "value": _value(network, path)}


def _contains(whole: Expression, part: Expression, path: str) -> Condition:
    if not _is_attribute(whole):
        return _compared_with(part, "in", whole, path)
    return _compared_with(whole, "contains", part, path)


def _said(expression: Expression) -> str:
    return ", ".join(map(str, expression))
