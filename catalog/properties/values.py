"""Values of properties by their type: what somebody said, as it is kept. Knows no Django."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

LONGEST = 2000
URL = re.compile(r"https?://[^\s/]+\S*", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Wrong(ValueError):
    """What was said is no value of this type; the message is for people."""


def value_of(kind: str, said: Any, choices: Collection[str] = ()) -> Any:
    """Return what is kept, or None for nothing; raises Wrong. A person is looked up by the caller."""
    if said is None or said == "":
        return None
    if kind == "choice":
        if said not in choices:
            raise Wrong(f"Choose one of {', '.join(choices)}.")
        return said
    return _TYPES[kind](said)


def _text(said: Any) -> str:
    if not isinstance(said, str) or "\0" in said or len(said) > LONGEST:
        raise Wrong(f"Write a text of at most {LONGEST} letters.")
    return said


def _number(said: Any) -> int | float:
    try:
        found = said if isinstance(said, int | float) else float(str(said))
    except ValueError as error:
        raise Wrong("Write a number.") from error
    if isinstance(said, bool) or not math.isfinite(found) or abs(found) > 1e15:
        raise Wrong("Write a number.")
    return int(found) if found == int(found) else found


def _boolean(said: Any) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    if not isinstance(said, bool | str) or said not in known:
        raise Wrong("Say true or false.")
    return known[said]


def _date(said: Any) -> str:
    try:
        return date.fromisoformat(str(said)).isoformat()
    except ValueError as error:
        raise Wrong("Write a day as 2027-03-01.") from error


def _url(said: Any) -> str:
    if not URL.fullmatch(_text(said)):
        raise Wrong("Write an address that begins with https:// or http://.")
    return str(said)


_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "url": _url,
    "person": _text,
}
