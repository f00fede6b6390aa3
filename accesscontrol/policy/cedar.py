"""Policies as Cedar text that decides as we do. Knows no Django.

Cedar skips a policy that meets a missing attribute, forbids too; we do not. So every comparison is
guarded by `has`, and a forbid that applies when unknown is written as "forbid unless definitely not".
What Cedar cannot say itself comes to it in the context, which `context_of` makes of ours:
`context.clock["Europe/Berlin"]` (microseconds since midnight there) and
`context.weekday["Europe/Berlin"]` (such as "monday"). Moments are whole milliseconds in Cedar.
The order of texts, and patterns that stand in an attribute, cannot be said at all.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from accesscontrol.policy.attributes import ORDER, VOCABULARY, Attribute, Vocabulary
from accesscontrol.policy.document import Rule
from accesscontrol.policy.nodes import (
    DAYS,
    All,
    AnyOf,
    Clock,
    Compare,
    Literal,
    Network,
    Node,
    Not,
    Operand,
    Weekday,
)
from accesscontrol.policy.semantics import Situation, found, lower
from accesscontrol.policy.sides import Both, Constant, Either, Other, Side, Sure, false, true
from accesscontrol.policy.values import PolicyError

ROOTS: Mapping[str, str] = {"user": "principal", "resource": "resource", "env": "context"}
USER = "User"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
RESERVED = frozenset({"true", "false", "if", "then", "else", "in", "like", "has", "is", "__cedar"})
MICROSECOND = 1_000_000
EMERGENCY = "context has break_glass && context.break_glass"


def to_cedar(rules: Iterable[Rule]) -> str:
    """Return the rules as Cedar text, in their order.

    Raises `PolicyError` with the policy and the path of what Cedar cannot say.
    """
    return "\n".join(map(_policy, rules))


def entity_type(resource_type: str) -> str:
    """Return the name of a resource type in Cedar: `Asset` for "asset"."""
    return resource_type[:1].upper() + resource_type[1:]


def _policy(rule: Rule) -> str:
    _refuse_unsayable(rule.conditions, rule.name)
    lines = [*_annotations(rule), f"{rule.effect} (", *_scope(rule), ")"]
    return "\n".join([*lines, *_clauses(rule)]) + ";\n"


def _annotations(rule: Rule) -> Iterator[str]:
    yield f"@id({_text(rule.name)})"
    if rule.description:
        yield f"@description({_text(rule.description)})"
    if rule.effect == "forbid":
        yield f"@on_missing({_text(rule.on_missing)})"
    if rule.obligations:
        yield f"@obligations({_text(json.dumps(rule.obligations, ensure_ascii=False))})"


def _scope(rule: Rule) -> Iterator[str]:
    actions = ", ".join(f'Action::"{action}"' for action in sorted(rule.actions))
    yield f"  principal is {USER},"
    yield f"  action in [{actions}],"
    types = sorted(rule.resource_types)
    yield f"  resource is {entity_type(types[0])}" if len(types) == 1 else "  resource"


def _clauses(rule: Rule) -> Iterator[str]:
    if len(rule.resource_types) > 1:
        kinds = (f"resource is {entity_type(kind)}" for kind in sorted(rule.resource_types))
        yield f"when {{ {' || '.join(kinds)} }}"
    window = " && ".join(_window(rule))
    if window and rule.effect == "permit":
        yield f"when {{ context has time && {window} }}"
    elif window:
        yield f"when {{ !(context has time) || ({window}) }}"
    if rule.overridable:
        yield f"unless {{ {EMERGENCY} }}"
    core = lower(rule.conditions)
    if rule.applies_when_unknown:
        yield f"unless {{ {_side(false(core))} }}"
    elif rule.conditions.items:
        yield f"when {{ {_side(true(core))} }}"


def _window(rule: Rule) -> Iterator[str]:
    if rule.valid_from:
        yield f"context.time >= {_moment(rule.valid_from, f'{rule.name}.valid_from')}"
    if rule.valid_until:
        yield f"context.time < {_moment(rule.valid_until, f'{rule.name}.valid_until')}"


def _side(side: Side) -> str:
    match side:
        case Constant(value):
            return "true" if value else "false"
        case Both(items):
            return "(" + " && ".join(map(_side, items)) + ")"
        case Either(items):
            return "(" + " || ".join(map(_side, items)) + ")"
        case Other(item):
            return f"!({_side(item)})"
        case Sure(node, wanted):
            return _sure(node, wanted)


def _sure(node: Compare, wanted: bool) -> str:
    if node.operator == "exists":
        present = isinstance(node.right, Literal) and node.right.value is wanted
        guards = " && ".join(_guards(node.left, None))
        return f"({guards})" if present else f"!({guards})"
    hit = _hit(node)
    asked = [*_guards(node.left, node.right), *_guards(node.right, node.left)]
    guards = " && ".join(dict.fromkeys(asked))
    return f"({guards} && {hit if wanted else f'!({hit})'})"


def _guards(operand: Operand, beside: Operand | None) -> Iterator[str]:
    if not isinstance(operand, Attribute):
        return
    root = ROOTS[operand.root]
    zoned = _zoned(operand, beside)
    if zoned is None:
        yield f"{root} has {_name(operand.key)}"
    else:
        name, zone = zoned
        yield f"{root} has {name} && {root}.{name} has {_text(zone)}"


def _zoned(operand: Operand, beside: Operand | None) -> tuple[str, str] | None:
    """Return the record of the context, and the zone in it, that stands for a time beside a clock."""
    value = beside.value if isinstance(beside, Literal) else None
    if not isinstance(operand, Attribute) or not isinstance(value, Clock | Weekday):
        return None
    return ("clock" if isinstance(value, Clock) else "weekday"), value.zone.key


def _name(name: str) -> str:
    return name if PLAIN.fullmatch(name) and name not in RESERVED else _text(name)


def _hit(node: Compare) -> str:
    left, right = _operand(node.left, node.right), _operand(node.right, node.left)
    match node:
        case Compare("==", _, Literal(Network())):
            return f"{left}.isInRange({right})"
        case Compare("in"):
            return f"{right}.contains({left})"
        case Compare("contains", Attribute(type="list")):
            return f"{left}.contains({right})"
        case Compare("contains", _, Literal(str(text))):
            return f'{left} like "*{_pattern(text)}*"'
        case Compare("starts_with", _, Literal(str(text))):
            return f'{left} like "{_pattern(text)}*"'
    return f"{left} {node.operator} {right}"


def _operand(operand: Operand, beside: Operand | None = None) -> str:
    if isinstance(operand, Literal):
        return _literal(operand.value)
    zoned = _zoned(operand, beside)
    if zoned is not None:
        return f"context.{zoned[0]}[{_text(zoned[1])}]"
    name = _name(operand.key)
    return f"{ROOTS[operand.root]}.{name}" if name == operand.key else f"{ROOTS[operand.root]}[{name}]"


def _literal(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case tuple():
            return "[" + ", ".join(map(_literal, value)) + "]"
        case Network():
            return f"ip({_text(str(value))})"
        case Clock():
            return str(_since_midnight(value.time))
        case Weekday():
            return _text(DAYS[value.number])
        case datetime():
            return f"datetime({_text(_iso(value))})"
    return _text(str(value))


def _text(text: str) -> str:
    return f'"{_escaped(text)}"'


def _pattern(text: str) -> str:
    return _escaped(text).replace("*", r"\*")


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}" for letter in plain)


def _moment(moment: datetime, path: str) -> str:
    _refuse_microseconds(moment, path)
    return _literal(moment)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _since_midnight(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * MICROSECOND + clock.microsecond


def _refuse_unsayable(node: Node, name: str) -> None:
    match node:
        case All(items) | AnyOf(items):
            for item in items:
                _refuse_unsayable(item, name)
        case Not(item):
            _refuse_unsayable(item, name)
        case Compare():
            _refuse_comparison(node, f"{name}.{node.path}")


def _refuse_comparison(node: Compare, path: str) -> None:
    match node:
        case Compare(operator, Attribute(type="string")) if operator in ORDER | {"between"}:
            raise PolicyError(path, "Cedar cannot order texts")
        case Compare("contains" | "starts_with", Attribute(type="string"), Attribute()):
            raise PolicyError(path, "Cedar cannot search for a text that stands in an attribute")
        case Compare(_, _, Literal(value)):
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, datetime):
                    _refuse_microseconds(item, path)


def _refuse_microseconds(moment: datetime, path: str) -> None:
    if moment.microsecond % 1000:
        raise PolicyError(path, "Cedar counts in whole milliseconds")


def context_of(
    situation: Situation, zones: Iterable[str], vocabulary: Vocabulary = VOCABULARY
) -> dict[str, Any]:
    """Return our `env` as Cedar's context, with the clock and the weekday of each of `zones`."""
    context = values_of(situation, vocabulary.env)
    moment = found(vocabulary.env["time"], situation)
    if moment is not None:
        local = {name: moment.astimezone(ZoneInfo(name)) for name in zones}
        context["clock"] = {name: _since_midnight(there.time()) for name, there in local.items()}
        context["weekday"] = {name: DAYS[there.weekday()] for name, there in local.items()}
    return context


def values_of(situation: Situation, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    """Return the values that the situation holds as Cedar's JSON; what is unknown to us is not there."""
    pairs = ((item.key, found(item, situation)) for item in attributes.values() if item.type != "weekday")
    return {key: _json(value) for key, value in pairs if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [item for item in value if isinstance(item, str)]
    if isinstance(value, datetime):
        return {"__extn": {"fn": "datetime", "arg": _iso(value)}}
    if isinstance(value, str | int):
        return value
    return {"__extn": {"fn": "ip", "arg": str(value)}}
