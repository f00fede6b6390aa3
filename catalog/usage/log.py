"""A log of queries as somebody sends it: a JSON list, or one JSON object a line. Knows no Django."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from catalog.connectors.usage import QueryFacts

MOST_LINES = 2_000
MOST_BYTES = 2_000_000
LONGEST_NAME = 200
AHEAD = timedelta(hours=1)  # clocks differ
MOST_RUNS, MOST_ROWS, MOST_MS = 1_000_000, 1_000_000_000, 1e12
FIELDS = {"query", "user", "database", "at", "duration_ms", "rows", "count"}


class TooMuch(Exception):
    """More than one request may hold; the message names the line."""


class Unreadable(Exception):
    """Not JSON, or not of the shape that is asked for; the message names the line."""


class Wrong(Exception):
    """One line cannot be kept; the message says why, without quoting the query."""


@dataclass(frozen=True)
class Rejected:
    """A line that was not kept."""

    line: int
    reason: str


@dataclass(frozen=True)
class Log:
    """What is to be counted, and what cannot be."""

    kept: tuple[QueryFacts, ...]
    rejected: tuple[Rejected, ...]


def read_log(body: bytes, now: datetime, oldest: timedelta) -> Log:
    """The lines of a request. `duration_ms` and `rows` are of one run; raises TooMuch or Unreadable."""
    if len(body) > MOST_BYTES:
        line = body[:MOST_BYTES].count(b"\n") + 1
        raise TooMuch(f"At most {MOST_BYTES:,} bytes at a time; that is reached in line {line}.")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"Line {body[: error.start].count(10) + 1} is not UTF-8.") from error
    kept: list[QueryFacts] = []
    rejected: list[Rejected] = []
    for line, given in objects(text):
        if len(kept) + len(rejected) == MOST_LINES:
            raise TooMuch(f"At most {MOST_LINES:,} queries at a time; line {line} is beyond that.")
        try:
            kept.append(facts(given, now, oldest))
        except Wrong as wrong:
            rejected.append(Rejected(line, str(wrong)))
    return Log(tuple(kept), tuple(rejected))


def objects(text: str) -> Iterator[tuple[int, Any]]:
    """Each entry with its line; in a list, with its place."""
    if text.lstrip()[:1] == "[":
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"Line {getattr(error, 'lineno', 1)} is not JSON.") from error
        yield from enumerate(listed, start=1)
        return
    for line, each in enumerate(text.split("\n"), start=1):
        if each.strip():
            try:
                yield line, json.loads(each)
            except (ValueError, RecursionError):
                yield line, Unreadable


def facts(given: Any, now: datetime, oldest: timedelta) -> QueryFacts:
    """One entry; raises Wrong."""
    if given is Unreadable:
        raise Wrong("This is not JSON.")
    if not isinstance(given, dict):
        raise Wrong('Write an object: {"query": …}.')
    if unknown := sorted(str(each)[:40] for each in given.keys() - FIELDS):
        raise Wrong(f"There is no field {', '.join(unknown[:3])}.")
    count = number(given, "count", 1, MOST_RUNS, 1, whole=True)
    return QueryFacts(
        database=words(given, "database"),
        user=words(given, "user"),
        statement=query(given),
        calls=int(count),
        total_ms=count * number(given, "duration_ms", 0, MOST_MS, 0),
        rows=int(count * number(given, "rows", 0, MOST_ROWS, 0, whole=True)),
        at=moment(given, now, oldest),
    )


def query(given: dict[str, Any]) -> str:
    """The statement."""
    value = given.get("query")
    if not isinstance(value, str) or not value.strip():
        raise Wrong("query: write the statement.")
    return storable("query", value)


def words(given: dict[str, Any], name: str) -> str:
    """A name, or nothing."""
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise Wrong(f"{name}: write a text of at most {LONGEST_NAME} letters.")
    return storable(name, value)


def storable(name: str, value: str) -> str:
    """Text that a database can hold."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Wrong(f"{name}: this is not text.") from error
    if "\0" in value:
        raise Wrong(f"{name}: this is not text.")
    return value


def number(
    given: dict[str, Any], name: str, least: float, most: float, usual: float, *, whole: bool = False
) -> float:
    """A number in its bounds."""
    value = given.get(name)
    if value is None:
        return usual
    fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not (fits and least <= value <= most):
        kind = "a whole number" if whole else "a number"
        raise Wrong(f"{name}: write {kind} from {least:,.0f} to {most:,.0f}.")
    return float(value) if not whole else int(value)


def moment(given: dict[str, Any], now: datetime, oldest: timedelta) -> datetime:
    """When it ran; now where that is not said."""
    value = given.get("at")
    if value is None:
        return now
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Wrong("at: write a moment such as 2026-11-21T10:00:00Z.") from error
    if at.tzinfo is None:
        raise Wrong("at: say the time zone, for example 2026-11-21T10:00:00Z.")
    if not now - oldest <= at <= now + AHEAD:
        raise Wrong(f"at: write a moment of the last {oldest.days} days.")
    return at
