"""A portal's own addition to the vocabulary: resources of other systems that policies speak of here too.

The file that POLICY_ATTRIBUTES names has the shape of `attributes.yaml`, and may list known `entities`:

    user: {role: {type: string, label: Role}}
    resource: {record: {status: {type: string, label: Status}}}
    env: {soft: {type: boolean, label: Soft delete}}
    actions: {delete: []}
    entities:
      user: {bob: {role: admin}}
      record: {record-1: {status: active}}

It adds, and never redefines. Such attributes come from the file and from who asks, not from our
tables. Knows no Django.
"""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

VARIABLE = "POLICY_ATTRIBUTES"
PARTS = ("user", "resource", "env", "actions", "entities")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
ABOUT = {"type", "label", "levels", "words", "aliases", "sensitive"}


class VocabularyError(ValueError):
    """The additional vocabulary cannot be used; the message names the file's variable and the place."""


def refuse(place: str, message: str) -> NoReturn:
    raise VocabularyError(f"{VARIABLE}: {place}: {message}")


def external_content(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what the additional file holds, unchecked; nothing when there is none."""
    path = environment.get(VARIABLE, "")
    if not path:
        return {}
    try:
        content = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        refuse(path, f"cannot be read ({error})")
    return _mapping(content, path)


def merged(own: Mapping[str, Any], more: Mapping[str, Any], types: Collection[str]) -> dict[str, Any]:
    """Return the vocabulary with what `more` adds; raises `VocabularyError` for the first fault."""
    _refuse_others(more, PARTS, "the file")
    added = {part: _mapping(more.get(part), part) for part in PARTS}
    _refuse_redefined(own, added)
    resources = {
        _name(kind, "resource"): _attributes(listed, f"resource.{kind}", types)
        for kind, listed in added["resource"].items()
    }
    users = _attributes(added["user"], "user", types)
    return {
        **own,
        "user": {**own["user"], **users},
        "env": {**own["env"], **_attributes(added["env"], "env", types)},
        "resource": {**own["resource"], **resources},
        "actions": {**own["actions"], **_actions(added["actions"])},
        "entities": _entities(added["entities"], {**resources, "user": users}),
    }


def _refuse_redefined(own: Mapping[str, Any], added: Mapping[str, Any]) -> None:
    for part in ("user", "resource", "env"):
        for name in added[part]:
            if name in own[part]:
                refuse(f"{part}.{name}", "is the portal's own and cannot be redefined")
    known = {name for action, others in own["actions"].items() for name in (action, *others)}
    for name in _action_names(added["actions"]):
        if name in known:
            refuse(f"actions.{name}", "is an action already")
        known.add(name)


def _action_names(actions: Mapping[str, Any]) -> list[Any]:
    return [name for action, others in actions.items() for name in (action, *(others or ()))]


def _actions(actions: Mapping[str, Any]) -> dict[str, list[str]]:
    for action, others in actions.items():
        if not isinstance(others or [], list):
            refuse(f"actions.{action}", "must be a list of other names")
        for name in (action, *(others or ())):
            _name(name, "actions")
    return {action: list(others or ()) for action, others in actions.items()}


def _attributes(raw: Any, place: str, types: Collection[str]) -> dict[str, dict[str, Any]]:
    return {
        _name(name, place): _attribute(name, about, f"{place}.{name}", types)
        for name, about in _mapping(raw, place).items()
    }


def _attribute(name: str, raw: Any, place: str, types: Collection[str]) -> dict[str, Any]:
    about = _mapping(raw, place)
    _refuse_others(about, ABOUT, place)
    if about.get("type") not in types:
        refuse(place, f"type must be one of {', '.join(sorted(types))}")
    if about.get("levels") and about["type"] != "integer":
        refuse(place, "only an integer has levels")
    return {"label": name, **about}


def _entities(raw: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found = {kind: _mapping(listed, f"entities.{kind}") for kind, listed in raw.items()}
    for kind, listed in found.items():
        if kind not in kinds:
            refuse(f"entities.{kind}", "is no resource type of this file, and not user")
        for code, values in listed.items():
            place = f"entities.{kind}.{code}"
            _refuse_others(_mapping(values, place), kinds[kind], place)
    return {
        kind: {str(code): values or {} for code, values in listed.items()} for kind, listed in found.items()
    }


def _mapping(raw: Any, place: str) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        refuse(place, "must be names with values")
    return raw


def _name(raw: Any, place: str) -> str:
    if not isinstance(raw, str) or not NAME.fullmatch(raw):
        refuse(place, f"{raw!r} is not a name of letters, digits and underscores")
    return raw


def _refuse_others(raw: Mapping[str, Any], known: Collection[str], place: str) -> None:
    other = sorted(str(key) for key in raw if key not in known)
    if other:
        refuse(place, f"{other[0]!r} is not known here; known are {', '.join(sorted(known)) or 'none'}")
