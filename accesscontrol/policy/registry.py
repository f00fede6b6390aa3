"""The vocabulary as people and programs look it up. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass

from accesscontrol.policy.attributes import OPERATORS, VOCABULARY, Attribute, Vocabulary

AS_READ = ("==", "!=", "<", "<=", ">", ">=", "between", "in", "not_in", "contains", "starts_with", "exists")
TITLES = {"user": "Who asks", "env": "The moment"}
FROM_OUTSIDE = "what asks, or the file of additional attributes"


@dataclass(frozen=True)
class Entry:
    """One attribute as a policy may name, compare and find it."""

    group: str
    attribute: str
    label: str
    type: str
    operators: tuple[str, ...]
    levels: tuple[str, ...]
    words: tuple[str, ...]
    aliases: tuple[str, ...]
    source: str
    sensitive: bool


@dataclass(frozen=True)
class Group:
    """`key` is user, env, or a type of resource."""

    key: str
    title: str
    entries: tuple[Entry, ...]


def registry(vocabulary: Vocabulary = VOCABULARY) -> tuple[Group, ...]:
    """Return everything that a policy may speak of, in the order in which it is listed."""
    return tuple(
        Group(key, TITLES.get(key, key.capitalize()), tuple(_entry(key, item) for item in listed.values()))
        for key, listed in vocabulary.groups()
    )


def _entry(group: str, attribute: Attribute) -> Entry:
    return Entry(
        group=group,
        attribute=str(attribute),
        label=attribute.label,
        type=attribute.type,
        operators=tuple(name for name in AS_READ if name in OPERATORS[attribute.type]),
        levels=attribute.levels,
        words=tuple(f"{word} = {level}" for word, level in attribute.words.items()),
        aliases=tuple(f"{attribute.root}.{name}" for name in attribute.aliases),
        source=attribute.source or FROM_OUTSIDE,
        sensitive=attribute.sensitive,
    )


def action_names(vocabulary: Vocabulary = VOCABULARY) -> dict[str, list[str]]:
    """Return each action with the other names that it is known by."""
    return {action: list(_others(action, vocabulary)) for action in sorted(vocabulary.every_action())}


def _others(action: str, vocabulary: Vocabulary) -> Iterator[str]:
    return (name for name, meant in vocabulary.actions.items() if meant == action and name != action)
