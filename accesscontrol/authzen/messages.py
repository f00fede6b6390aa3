"""Requests of the AuthZEN Authorization API 1.0 as values. Knows no Django.

What is not known here is ignored (section 5 of the specification: forward compatibility); what is
missing or of another type is named. A batch takes its defaults from its top level: whole entities,
never their properties; only a required `type`, `id` or `name` that an item leaves out is taken from
the default (certification scenario 3.2.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accesscontrol.policy.values import PolicyError, storable

ENTITIES: Mapping[str, tuple[str, ...]] = {
    "subject": ("type", "id"),
    "action": ("name",),
    "resource": ("type", "id"),
}
SEMANTICS = ("execute_all", "deny_on_first_deny", "permit_on_first_permit")
LONGEST_ID = 2_000
MOST_ITEMS = 2_000
MOST_RESULTS = 1_000
USUAL_RESULTS = 100


class Malformed(ValueError):
    """A request that cannot be understood; `path` is the place of the fault."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Entity:
    """A subject or a resource; `id` is empty where a search asks for it."""

    type: str
    id: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Question:
    """May `subject` do `action` with `resource`? The action is empty where a search asks for it."""

    subject: Entity
    action: str
    resource: Entity
    context: Mapping[str, Any] = field(default_factory=dict, hash=False)
    action_properties: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Batch:
    """Questions in order, each readable or with the fault that makes it a refusal."""

    items: tuple[Question | Malformed, ...]
    semantic: str = "execute_all"

    def stops_after(self, allowed: bool) -> bool:
        """Return whether an answer makes the rest unnecessary."""
        return self.semantic == ("permit_on_first_permit" if allowed else "deny_on_first_deny")


@dataclass(frozen=True)
class Search:
    question: Question
    token: str
    limit: int


def read_question(body: Any) -> Question:
    return _question(mapping(body, "body"), ENTITIES)


def read_batch(body: Any) -> Batch | None:
    """Return the batch, or None where the request is a single question after all."""
    whole = mapping(body, "body")
    listed = whole.get("evaluations")
    if listed is None or listed == []:
        return None
    if not isinstance(listed, list):
        raise Malformed("evaluations", "must be a list")
    if len(listed) > MOST_ITEMS:
        raise Malformed("evaluations", f"must hold at most {MOST_ITEMS} items")
    for name in (*ENTITIES, "context"):
        mapping(whole.get(name), name)
    items = tuple(_item(whole, raw, f"evaluations[{at}]") for at, raw in enumerate(listed))
    return Batch(items, _semantic(whole))


def read_search(body: Any, wanted: str) -> Search:
    """Return a search for the entity `wanted`: its id is ignored, and so is the whole of an action."""
    whole = mapping(body, "body")
    needed = {name: keys for name, keys in ENTITIES.items() if name != "action" or wanted != "action"}
    if wanted != "action":
        needed[wanted] = ("type",)
    page = mapping(whole.get("page"), "page")
    return Search(_question(whole, needed), _token(page), _limit(page))


def _question(whole: Mapping[str, Any], needed: Mapping[str, tuple[str, ...]]) -> Question:
    found = {name: _entity(whole, name, keys) for name, keys in needed.items()}
    action = found.get("action", {})
    return Question(
        subject=Entity(**found["subject"]),
        action=action.get("name", ""),
        resource=Entity(**found["resource"]),
        context=mapping(whole.get("context"), "context"),
        action_properties=action.get("properties", {}),
    )


def _entity(whole: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if whole.get(name) is None:
        raise Malformed(name, "is missing")
    raw = mapping(whole[name], name)
    found: dict[str, Any] = {key: _text(raw, key, name) for key in keys}
    found["properties"] = mapping(raw.get("properties"), f"{name}.properties")
    return found


def _item(whole: Mapping[str, Any], raw: Any, path: str) -> Question | Malformed:
    try:
        item = mapping(raw, path)
        filled = {name: _with_default(whole.get(name), item.get(name), name) for name in ENTITIES}
        return _question({**filled, "context": item.get("context", whole.get("context"))}, ENTITIES)
    except Malformed as fault:
        return fault if fault.path == path else Malformed(f"{path}.{fault.path}", fault.message)


def _with_default(default: Any, own: Any, name: str) -> Any:
    if own is None:
        return default
    if not (isinstance(own, dict) and isinstance(default, dict)):
        return own
    return {**{key: default[key] for key in ENTITIES[name] if key in default}, **own}


def _semantic(whole: Mapping[str, Any]) -> str:
    chosen = mapping(whole.get("options"), "options").get("evaluations_semantic", SEMANTICS[0])
    if chosen not in SEMANTICS:
        raise Malformed("options.evaluations_semantic", f"must be one of {', '.join(SEMANTICS)}")
    return str(chosen)


def _token(page: Mapping[str, Any]) -> str:
    token = page.get("token")
    if token is not None and not isinstance(token, str):
        raise Malformed("page.token", "must be a text")
    return token or ""


def _limit(page: Mapping[str, Any]) -> int:
    limit = page.get("limit")
    if limit is None:
        return USUAL_RESULTS
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise Malformed("page.limit", "must be a whole number above 0")
    return min(limit, MOST_RESULTS)


def mapping(raw: Any, path: str) -> Mapping[str, Any]:
    """Return an object of JSON; what is absent or null is empty."""
    if raw is None and path != "body":
        return {}
    if not isinstance(raw, dict):
        raise Malformed(path, "must be an object")
    return raw


def _text(raw: Mapping[str, Any], key: str, name: str) -> str:
    value = raw.get(key)
    if value is None:
        raise Malformed(f"{name}.{key}", "is missing")
    if not isinstance(value, str):
        raise Malformed(f"{name}.{key}", "must be a text")
    try:
        return storable(value, f"{name}.{key}", LONGEST_ID)
    except PolicyError as error:
        raise Malformed(error.path, error.message) from error
