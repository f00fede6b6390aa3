"""Stored values in words, where a room says nothing better. Knows no Django."""

import json
from typing import Any


def said(value: Any) -> str:
    """Nothing is empty; lists are read aloud; what is nested stays JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple) and not any(isinstance(each, dict | list) for each in value):
        return ", ".join(map(said, value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return str(value)


def plain(value: Any) -> Any:
    """The value as JSON keeps it, so that what is stored and what is present compare."""
    stored: Any = json.loads(json.dumps(value, default=str))
    return stored
