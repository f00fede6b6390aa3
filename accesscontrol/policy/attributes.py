"""The vocabulary of policies, read from `attributes.yaml`. Knows no Django."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from accesscontrol.policy.external import external_content, merged

ORDER = frozenset({"<", "<=", ">", ">="})
EQUALITY = frozenset({"==", "!="})
MEMBERSHIP = frozenset({"in", "not_in"})
OPERATORS: Mapping[str, frozenset[str]] = {
    "string": ORDER | EQUALITY | MEMBERSHIP | {"contains", "starts_with", "between", "exists"},
    "integer": ORDER | EQUALITY | MEMBERSHIP | {"between", "exists"},
    "boolean": EQUALITY | {"exists"},
    "datetime": ORDER | {"between", "exists"},  # equal to the microsecond would be a mistake
    "list": frozenset({"contains", "exists"}),
    "address": EQUALITY | MEMBERSHIP | {"exists"},
    "weekday": EQUALITY | MEMBERSHIP | {"exists"},
}
EVERY_OPERATOR = frozenset().union(*OPERATORS.values())
OF_THE_MOMENT = frozenset({"address", "weekday"})  # types that no column holds
IN_JSON = frozenset({"string", "integer", "boolean", "list"})


@dataclass(frozen=True)
class Attribute:
    """Something known of a user, a resource or the moment; `levels` name 0, 1, 2 … of an integer.

    `source` is where it is stored, with dots between the steps; nothing for what is said from outside.
    `key` is its name in a situation.
    """

    root: str
    name: str
    type: str
    label: str
    levels: tuple[str, ...] = ()
    source: str = ""
    json: bool = False
    sensitive: bool = False
    aliases: tuple[str, ...] = ()
    key: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.root}.{self.name}"

    @property
    def path(self) -> str:
        """The source as a path of Django's ORM."""
        return self.source.replace(".", "__")

    def level(self, word: str) -> int | None:
        """Return the number of a level, by its name or another word for it."""
        name = self.words.get(word, word)
        return self.levels.index(name) if name in self.levels else None


Attributes = Mapping[str, Attribute]


@dataclass(frozen=True)
class Vocabulary:
    user: Attributes
    env: Attributes
    resources: Mapping[str, Attributes]
    actions: Mapping[str, str]  # every accepted name -> the action it means
    entities: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)  # see external

    def find(self, dotted: str, resource_types: Iterable[str]) -> Attribute | None:
        """Return the attribute called `user.x`, `env.x` or `resource.x`, by its name or an alias.

        A resource attribute must mean the same for every one of `resource_types`.
        """
        root, _, name = dotted.partition(".")
        if root == "resource":
            found = [_named(self.resources[kind], name) for kind in resource_types]
            return found[0] if len({attribute and _meaning(attribute) for attribute in found}) == 1 else None
        return _named({"user": self.user, "env": self.env}.get(root, {}), name)

    def every_action(self) -> frozenset[str]:
        return frozenset(self.actions.values())

    def groups(self) -> Iterator[tuple[str, Attributes]]:
        """Yield what policies speak of: the user, each type of resource, the moment."""
        yield "user", self.user
        yield from self.resources.items()
        yield "env", self.env


def _named(attributes: Attributes, name: str) -> Attribute | None:
    found = attributes.get(name)
    return found or next((item for item in attributes.values() if name in item.aliases), None)


def _meaning(attribute: Attribute) -> tuple[object, ...]:
    """Return what must be the same for one condition to speak of several types of resource."""
    return attribute.name, attribute.type, attribute.levels, attribute.json


def read_vocabulary(text: str, more: Mapping[str, Any] | None = None) -> Vocabulary:
    """Return the vocabulary of a text like `attributes.yaml`, with what an `external` file adds.

    Raises `ValueError` for one that cannot be used.
    """
    content = merged(yaml.safe_load(text), more or {}, OPERATORS)
    return Vocabulary(
        user=_attributes("user", content["user"]),
        env=_attributes("env", content["env"]),
        resources={kind: _attributes("resource", listed) for kind, listed in content["resource"].items()},
        actions={name: action for action, others in content["actions"].items() for name in (action, *others)},
        entities=content["entities"],
    )


def _attributes(root: str, listed: Mapping[str, Mapping[str, Any]]) -> Attributes:
    found = {name: _attribute(root, name, **about) for name, about in listed.items()}
    names = [name for attribute in found.values() for name in (attribute.name, *attribute.aliases)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"attributes.yaml: {root}.{name} is there twice")
    return found


def _attribute(
    root: str,
    name: str,
    *,
    type: str,
    of: str = "",
    levels: Iterable[str] = (),
    aliases: Iterable[str] = (),
    **rest: Any,
) -> Attribute:
    if type not in OPERATORS:
        raise ValueError(f"attributes.yaml: {root}.{name} has the unknown type {type!r}")
    listed = {"levels": tuple(levels), "aliases": tuple(aliases), "key": of or name, **rest}
    found = Attribute(root, name, type, **listed)
    if found.source and root != "env" and type in OF_THE_MOMENT:
        raise ValueError(f"attributes.yaml: {found} cannot be stored as {type}")
    if found.json and type not in IN_JSON:
        raise ValueError(f"attributes.yaml: {found} cannot be read from JSON as {type}")
    return found


OWN = Path(__file__).with_name("attributes.yaml").read_text("utf-8")
VOCABULARY = read_vocabulary(OWN, external_content())
