"""What a command found, as a table for people, as JSON or as CSV for programs. Knows no Django."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accesscontrol.display.sheet import sheet

FORMATS = ("table", "json", "csv")
WIDEST = 60  # letters of a cell of a table
# What a catalog holds may be written by anybody: nothing in it gives orders to a terminal.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
Row = Sequence[Any]


def written(format: str, heading: Sequence[str], rows: Sequence[Row], data: Any) -> str:
    """The same in one of FORMATS: `rows` below `heading`, or in JSON `data`."""
    if format == "json":
        return as_json(data)
    if format == "csv":
        return sheet(heading, [[_text(value) for value in row] for row in rows]).rstrip("\r\n")
    return table(heading, rows)


def as_json(data: Any) -> str:
    return json.dumps(data, default=_plain, ensure_ascii=False, indent=2)


def table(heading: Sequence[str], rows: Sequence[Row]) -> str:
    """Columns as wide as what stands in them, up to WIDEST letters each."""
    lines = [[name.replace("_", " ").capitalize() for name in heading]]
    lines += [[_short(_text(value)) for value in row] for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def facts(pairs: Mapping[str, Any]) -> str:
    """One thing: each of its facts on a line; what is empty is left out."""
    shown = {name.replace("_", " ").capitalize(): plain(_text(value)) for name, value in pairs.items()}
    width = max(map(len, shown), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in shown.items() if value)


def plain(text: str) -> str:
    """On one line, without what a terminal would obey."""
    return CONTROL.sub(" ", text).strip()


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_plain, ensure_ascii=False) if value else ""
    return str(value)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
