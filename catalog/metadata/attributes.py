"""What people say about an asset, and which verb says it.

A value is plain: as the verb takes it, and as proposals and logs keep it. Where people and programs read and
write it, a level of sensitivity is a word.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from accesscontrol.identity.models import Clearance
from catalog.assets.services import EDITABLE
from catalog.assets.verbs import CHANGE_ASSET, LABELS
from catalog.tags.verbs import TAG_ASSET

VERBS: Mapping[str, str] = {**dict.fromkeys(sorted(EDITABLE), CHANGE_ASSET), "tags": TAG_ASSET}
PEOPLE = ("owner", "business_owner", "steward")
LEVEL = "sensitivity"
LEVELS = {label.lower(): value for value, label in Clearance.choices}
WORDS = {value: word for word, value in LEVELS.items()}


def label(name: str) -> str:
    return capfirst(LABELS.get(name, name.replace("_", " ")))


def by_verb(names: Iterable[str]) -> dict[str, list[str]]:
    """The names under the verb that says them."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(VERBS[name], []).append(name)
    return found


def worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as people and programs read them."""
    return {name: WORDS.get(value) if name == LEVEL else value for name, value in values.items()}


def unworded(values: Mapping[str, Any]) -> dict[str, Any]:
    """What people and programs write, as plain values; raises ValidationError for what is no level."""
    return {name: _level(value) if name == LEVEL else value for name, value in values.items()}


def _level(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in LEVELS:
        raise ValidationError({LEVEL: f"Write one of {', '.join(LEVELS)}."})
    return LEVELS[value]
