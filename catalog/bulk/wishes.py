"""What is to be said of many assets at once, as a document. Knows no Django.

    {"owner": "ana", "tier": null, "tags": {"add": ["PII.Contact"], "remove": ["Draft"]},
     "properties": {"cost_center": "4711", "old": null}}

A plain value takes the place of what was said. Of a list, some is added and some taken away; of properties,
those that are named are set, and those that are null go.
"""

from collections.abc import Mapping
from typing import Any

LISTS = ("tags", "terms")
MAPPINGS = ("properties",)
ADD, REMOVE = "add", "remove"
Wishes = Mapping[str, Any]
Said = Mapping[str, Any]


def wrong(wishes: Any, known: frozenset[str]) -> dict[str, str]:
    """What is wrong with the form of a document, by attribute; empty when nothing is."""
    if not isinstance(wishes, dict) or not wishes:
        return {"": "Say what to set."}
    found = {name: _wrong(name, value, known) for name, value in wishes.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _wrong(name: str, value: Any, known: frozenset[str]) -> str:
    if name not in known:
        return "There is no such attribute, or it cannot be set of many at once."
    if name in LISTS:
        return _wrong_list(value)
    if name in MAPPINGS and not (isinstance(value, dict) and value):
        return "Write the values by the names of the properties."
    return ""


def _wrong_list(value: Any) -> str:
    given = isinstance(value, dict) and bool(value) and not value.keys() - {ADD, REMOVE}
    names = [each for some in value.values() for each in some] if given and _lists(value) else [None]
    if not all(isinstance(each, str) and each for each in names):
        return 'Write {"add": [names], "remove": [names]}.'
    if set(value.get(ADD, ())) & set(value.get(REMOVE, ())):
        return "The same cannot be added and taken away."
    return "" if names else "Say what to add, or what to take away."


def _lists(value: Mapping[str, Any]) -> bool:
    return all(isinstance(some, list) for some in value.values())


def after(said: Said, wishes: Wishes) -> dict[str, Any]:
    """What would be said then, of what is wished for."""
    return {name: _after(name, said[name], wish) for name, wish in wishes.items()}


def _after(name: str, said: Any, wish: Any) -> Any:
    if name in LISTS:
        return sorted((set(said) | set(wish.get(ADD, ()))) - set(wish.get(REMOVE, ())))
    if name in MAPPINGS:
        return {key: value for key, value in {**said, **wish}.items() if value is not None}
    return wish


def different(before: Said, after: Said) -> list[str]:
    """The names of what is not said already."""
    return [name for name in after if before.get(name) != after[name]]
