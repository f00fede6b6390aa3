"""A whole policy as it is stored and exchanged -> Rule. Knows no Django."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accesscontrol.policy import values
from accesscontrol.policy.attributes import VOCABULARY, Vocabulary
from accesscontrol.policy.nodes import UNKNOWN, All
from accesscontrol.policy.parse import parse_conditions
from accesscontrol.policy.values import PolicyError

EFFECTS = ("permit", "forbid")
ON_MISSING = ("apply", "skip")
EVERYTHING = "*"
DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "effect": "permit",
    "resource_types": ["asset"],
    "conditions": [],
    "on_missing": "apply",
    "obligations": [],
    "valid_from": None,
    "valid_until": None,
    "overridable_by_break_glass": False,
}
WRITTEN = ("all", "any", "not", "attribute", "operator", "value", "value_from", "timezone")
PLACES = {key: place for place, key in enumerate(WRITTEN)}
KEYS = frozenset(DEFAULTS) | {"name", "actions"}


@dataclass(frozen=True)
class Rule:
    """A policy ready to be compiled. A forbid applies when unknown too, unless `on_missing` is skip."""

    name: str
    effect: str
    actions: frozenset[str]
    resource_types: frozenset[str]
    conditions: All
    on_missing: str = "apply"
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    description: str = ""
    code: str = ""
    overridable: bool = False  # a forbid that somebody may lift for themselves in an emergency
    obligations: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    @property
    def applies_when_unknown(self) -> bool:
        return self.effect == "forbid" and self.on_missing == "apply"

    def binds(self, env: Mapping[str, Any]) -> bool:
        """Return whether it counts in this moment: in force, and not lifted by an emergency."""
        lifted = self.overridable and env.get("break_glass") is True
        return not lifted and self.in_force(env.get("time"))

    def in_force(self, now: datetime | None) -> bool:
        """Return whether `now` is in [valid_from, valid_until); with no clock, only forbids are."""
        if now is None:
            return self.effect == "forbid" or not (self.valid_from or self.valid_until)
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)


def read_policy(document: Any, code: str = "", vocabulary: Vocabulary = VOCABULARY) -> Rule:
    """Return the rule of a stored policy; raises `PolicyError` with the path of the first fault."""
    if not isinstance(document, dict):
        raise PolicyError("policy", "must be an object with name, actions and conditions")
    other = sorted(str(key) for key in document if key not in KEYS)
    if other:
        raise PolicyError(other[0], f"is not known here; known are {', '.join(sorted(KEYS))}")
    whole = {**DEFAULTS, **document}
    resource_types = _names(whole, "resource_types", vocabulary.resources)
    rule = Rule(
        name=values.text(whole.get("name"), "name", longest=100),
        description=_description(whole["description"]),
        effect=_one_of(whole, "effect", EFFECTS),
        actions=_actions(whole, vocabulary),
        resource_types=frozenset(resource_types),
        conditions=parse_conditions(whole["conditions"], resource_types, vocabulary),
        on_missing=_one_of(whole, "on_missing", ON_MISSING),
        valid_from=_moment_or_none(whole, "valid_from"),
        valid_until=_moment_or_none(whole, "valid_until"),
        obligations=_obligations(whole["obligations"]),
        overridable=_overridable(whole),
        code=code,
    )
    _refuse_empty_window(rule)
    return rule


def broken(*, name: str, effect: str, code: str, vocabulary: Vocabulary = VOCABULARY) -> Rule:
    """Return what stands in for a stored policy that no longer reads: it never permits, always forbids."""
    return Rule(
        name=name,
        effect=effect,
        actions=vocabulary.every_action(),
        resource_types=frozenset(vocabulary.resources),
        conditions=All((UNKNOWN,)),
        code=code,
    )


def in_order(conditions: Any) -> Any:
    """Return stored conditions with their keys as a person writes them; jsonb sorts them by length."""
    if isinstance(conditions, list):
        return [in_order(item) for item in conditions]
    if isinstance(conditions, dict):
        keys = sorted(conditions, key=lambda key: PLACES.get(key, len(PLACES)))
        return {key: in_order(conditions[key]) for key in keys}
    return conditions


def _description(raw: Any) -> str:
    if not isinstance(raw, str):
        raise PolicyError("description", "must be a text")
    return values.storable(raw, "description", longest=5_000)


def _one_of(whole: Mapping[str, Any], key: str, known: Collection[str]) -> str:
    value = values.text(whole[key], key)
    if value not in known:
        raise PolicyError(key, f"must be one of {', '.join(known)}, not {value!r}")
    return value


def _names(whole: Mapping[str, Any], key: str, known: Collection[str]) -> list[str]:
    raw = whole.get(key)
    if not isinstance(raw, list) or not raw:
        raise PolicyError(key, "must be a list of at least one name")
    for at, name in enumerate(raw):
        if values.text(name, f"{key}[{at}]") not in known:
            raise PolicyError(f"{key}[{at}]", f"{name!r} is not one of {', '.join(sorted(known))}")
    return raw


def _actions(whole: Mapping[str, Any], vocabulary: Vocabulary) -> frozenset[str]:
    names = _names(whole, "actions", {*vocabulary.actions, EVERYTHING})
    if EVERYTHING in names:
        return vocabulary.every_action()
    return frozenset(vocabulary.actions[name] for name in names)


def _overridable(whole: Mapping[str, Any]) -> bool:
    raw = whole["overridable_by_break_glass"]
    if not isinstance(raw, bool):
        raise PolicyError("overridable_by_break_glass", "must be true or false")
    if raw and whole["effect"] != "forbid":
        raise PolicyError("overridable_by_break_glass", "is for a forbid only")
    return raw


def _moment_or_none(whole: Mapping[str, Any], key: str) -> datetime | None:
    return None if whole[key] is None else values.moment(whole[key], key)


def _refuse_empty_window(rule: Rule) -> None:
    if rule.valid_from and rule.valid_until and rule.valid_from >= rule.valid_until:
        raise PolicyError("valid_until", "must be after valid_from")


def _obligations(raw: Any) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(raw, list):
        raise PolicyError("obligations", "must be a list")
    return tuple(_obligation(item, f"obligations[{at}]") for at, item in enumerate(raw))


def _obligation(raw: Any, path: str) -> Mapping[str, Any]:
    """An obligation has the members of the AuthZEN obligations profile: id, type, properties."""
    if not isinstance(raw, dict) or not {"id", "type"} <= raw.keys() <= {"id", "type", "properties"}:
        raise PolicyError(path, "must be an object with id, type and, at most, properties")
    for key in ("id", "type"):
        values.text(raw[key], f"{path}.{key}")
    if not isinstance(raw.get("properties", {}), dict):
        raise PolicyError(f"{path}.properties", "must be an object")
    _refuse_unstorable(raw.get("properties", {}), f"{path}.properties", depth=1)
    if raw["type"] == "custom" and raw.get("properties", {}).get("action") == "mask":
        _refuse_odd_mask(raw["properties"], f"{path}.properties")
    return raw


def _refuse_odd_mask(properties: Mapping[str, Any], path: str) -> None:
    """A mask says which tags it covers, and may say how: what databases are told must be readable."""
    tags = properties.get("tags")
    if not isinstance(tags, list) or not tags:
        raise PolicyError(f"{path}.tags", "must be a list of at least one tag")
    for at, tag in enumerate(tags):
        values.text(tag, f"{path}.tags[{at}]")
    if "method" in properties:
        values.text(properties["method"], f"{path}.method")


def _refuse_unstorable(raw: Any, path: str, depth: int) -> None:
    if depth > 8:
        raise PolicyError(path, "is nested more than 8 deep")
    for key, value in _members(raw):
        here = f"{path}{key if key.startswith('[') else '.' + key}"
        values.storable(key, path)
        if isinstance(value, str):
            values.storable(value, here)
        _refuse_unstorable(value, here, depth + 1)


def _members(raw: Any) -> list[tuple[str, Any]]:
    if isinstance(raw, dict):
        return list(raw.items())
    return [(f"[{at}]", item) for at, item in enumerate(raw)] if isinstance(raw, list) else []
