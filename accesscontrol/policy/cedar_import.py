"""Cedar text -> policies in our stored form that decide as Cedar does. Knows no Django.

Cedar's own parser reads the text: the library cedarpy, which the extra `cedar` installs.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accesscontrol.policy.attributes import VOCABULARY, Vocabulary
from accesscontrol.policy.cedar import USER, entity_type
from accesscontrol.policy.cedar_conditions import (
    ALWAYS,
    NEVER,
    Condition,
    Expression,
    all_of,
    needs,
    opposite,
    safe,
)
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.values import PolicyError

try:
    import cedarpy
except ImportError:  # the extra is not installed
    cedarpy = None  # type: ignore[assignment]

TIME = "env.time"
WINDOW = ("attribute", "operator", "value")  # and no zone: a moment, not a time of day

DECLARED = {"left": {"Var": "context"}, "attr": "break_glass"}
UNLESS_EMERGENCY = (False, {"&&": {"left": {"has": DECLARED}, "right": {".": DECLARED}}})  # as EMERGENCY


def from_cedar(text: str, vocabulary: Vocabulary = VOCABULARY) -> list[dict[str, Any]]:
    """Return the policies of a Cedar text in our stored form, in their order.

    Raises `PolicyError` with the policy and the part of it that we cannot say, or that does not parse.
    """
    if cedarpy is None:
        raise PolicyError("cedar", "cannot be read here: in the portal's folder, pip install -e '.[cedar]'")
    try:
        content = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise PolicyError("cedar", f"does not parse: {error}") from error
    if content["templates"]:
        raise PolicyError(next(iter(content["templates"])), "is a template, which we do not have")
    return [_document(key, policy, vocabulary) for key, policy in content["staticPolicies"].items()]


def _document(key: str, policy: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    said = policy.get("annotations", {})
    name = said.get("name") or said.get("id") or key
    kinds, clauses = _kinds(policy, name, vocabulary)
    document = {
        "name": name,
        "description": said.get("description", ""),
        "effect": policy["effect"],
        "actions": _actions(policy["action"], name),
        "resource_types": kinds,
        **dict(_annotated(said, name)),
        **dict(_conditions(policy, clauses, name)),
    }
    try:
        read_policy(document, vocabulary=vocabulary)
    except PolicyError as error:
        raise PolicyError(f"{name}.{error.path}", error.message) from error
    return document


def _annotated(said: Mapping[str, str], name: str) -> Iterator[tuple[str, Any]]:
    if "obligations" in said:
        try:
            yield "obligations", json.loads(said["obligations"])
        except ValueError as error:
            raise PolicyError(f"{name}.obligations", "is no JSON") from error


def _actions(scope: Mapping[str, Any], name: str) -> list[str]:
    if scope["op"] == "All":
        return ["*"]
    entities = scope.get("entities") or [scope["entity"]]
    if any(entity["type"] != "Action" for entity in entities):
        raise PolicyError(f"{name}.action", "must be of the type Action")
    return [entity["id"] for entity in entities]


def _kinds(policy: Mapping[str, Any], name: str, vocabulary: Vocabulary) -> tuple[list[str], list[Any]]:
    """Return the resource types, from the scope or from a first clause, and the other clauses."""
    ours = {entity_type(kind): kind for kind in vocabulary.resources}
    scope, clauses = policy["resource"], list(policy["conditions"])
    asked = [scope["entity_type"]] if scope["op"] == "is" and "in" not in scope else []
    if scope["op"] == "All" and clauses and clauses[0]["kind"] == "when":
        asked = _types(clauses[0]["body"])
        clauses = clauses[1:] if asked else clauses
    if not asked and scope["op"] != "All":
        raise PolicyError(f"{name}.resource", "names single resources: grant those instead")
    other = [kind for kind in asked if kind not in ours]
    if other:
        raise PolicyError(f"{name}.resource", f"{other[0]!r} is not one of {', '.join(ours)}")
    return sorted(ours[kind] for kind in asked or ours), clauses


def _types(body: Expression) -> list[str]:
    """Return the types of `resource is A || resource is B`; nothing for another expression."""
    match body:
        case {"is": {"left": {"Var": "resource"}, "entity_type": str(kind), **rest}} if not rest:
            return [kind]
        case {"||": {"left": left, "right": right}}:
            first, second = _types(left), _types(right)
            return [*first, *second] if first and second else []
    return []


def _conditions(policy: Mapping[str, Any], clauses: list[Any], name: str) -> Iterable[tuple[str, Any]]:
    asked = [(clause["kind"] == "when", clause["body"]) for clause in clauses]
    if policy["effect"] == "forbid" and UNLESS_EMERGENCY in asked:
        asked.remove(UNLESS_EMERGENCY)
        yield "overridable_by_break_glass", True
    needed = [_who(policy["principal"], name)]
    window: dict[str, str] = {}
    for wanted, body in asked:
        path = f"{name}.{'when' if wanted else 'unless'}"
        found = needs(body, wanted, path)
        here = _window(found, policy["effect"])
        if here and not window:
            window = here
        else:
            needed.append(found)
    yield from window.items()
    if policy["effect"] == "forbid":
        yield from _of_forbid(needed, asked, name)
    else:
        yield "conditions", _listed(all_of(*needed), name)


def _of_forbid(
    needed: list[Condition], asked: list[tuple[bool, Any]], name: str
) -> Iterator[tuple[str, Any]]:
    """A forbid that Cedar skips when something is missing skips here; one that cannot fail applies."""
    rest = [condition for condition in needed if condition != ALWAYS]
    wanted, body = asked[-1] if asked else (True, {"Value": True})
    if len(rest) <= 1 and not wanted and safe(body, frozenset()):
        barred = needs(body, True, f"{name}.unless")
        yield "conditions", _listed(opposite(barred), name)
        yield "on_missing", "apply"
    else:
        yield "conditions", _listed(all_of(*rest), name)
        yield "on_missing", "skip"


def _who(scope: Mapping[str, Any], name: str) -> Condition:
    if scope["op"] == "All" or (scope["op"] == "is" and scope["entity_type"] == USER and "in" not in scope):
        return ALWAYS
    if scope["op"] == "==" and scope["entity"]["type"] == USER:
        return {"attribute": "user.username", "operator": "==", "value": scope["entity"]["id"]}
    raise PolicyError(f"{name}.principal", "must be anybody, a User or one User; say groups by an attribute")


def _window(condition: Condition, effect: str) -> dict[str, str]:
    """Return the window that a condition is; of a forbid it also holds where there is no clock."""
    if effect == "forbid":
        first, *others = condition.get("any", [ALWAYS])
        if first != {"attribute": TIME, "operator": "exists", "value": False} or len(others) != 1:
            return {}
        condition = others[0]
    items = condition.get("all", [condition])
    keys = {">=": "valid_from", "<": "valid_until"}
    found = {
        keys[item["operator"]]: item["value"]
        for item in items
        if item.get("attribute") == TIME and item["operator"] in keys and item.keys() == {*WINDOW}
    }
    return found if found and len(found) == len(items) else {}


def _listed(condition: Condition, name: str) -> list[Condition]:
    if condition == NEVER:
        raise PolicyError(name, "can never take effect")
    found: list[Condition] = condition.get("all", [condition])
    return found
