"""What a caller says of a subject, a resource or the moment, as values of our attributes. Knows no Django."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from accesscontrol.policy.attributes import Attribute, Attributes
from accesscontrol.policy.values import LARGEST, PolicyError, moment, storable

Properties = Mapping[str, Any]


def asserted(properties: Properties, known: Attributes) -> dict[str, Any]:
    """Return the properties that are attributes, as their types; what does not fit stays unknown."""
    return {name: value(raw, known[name]) for name, raw in properties.items() if name in known}


def value(raw: Any, attribute: Attribute) -> Any:
    """Return a value of JSON as the attribute's type holds it, or None: unknown, as all that does not fit."""
    if attribute.type == "list":
        return tuple(raw) if isinstance(raw, list) and all(map(_text, raw)) else None
    if isinstance(raw, str) and attribute.levels:
        return attribute.level(raw)
    return _SCALARS[attribute.type](raw)


def _text(raw: Any) -> str | None:
    try:
        return storable(raw, "value") if isinstance(raw, str) else None
    except PolicyError:
        return None


def _integer(raw: Any) -> int | None:
    fits = isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= LARGEST
    return raw if fits else None


def _boolean(raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _moment(raw: Any) -> datetime | None:
    try:
        return moment(raw, "time")
    except PolicyError:
        return None


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "string": _text,
    "integer": _integer,
    "boolean": _boolean,
    "datetime": _moment,
    "weekday": _moment,
    "address": _text,
}


def stored_first(stored: Properties, said: Properties) -> dict[str, Any]:
    """Return both, where what is stored wins; an empty text and null are nothing stored."""
    return {**said, **{name: held for name, held in stored.items() if held is not None and held != ""}}
