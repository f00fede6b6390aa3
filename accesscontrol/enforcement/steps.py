"""A plan's steps, and the difference they make, as texts. Knows no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import NamedTuple


@dataclass(frozen=True)
class Step:
    """One change of one object: what does it, what undoes it, and the object's text before and after.

    `key` is the portal's name of the table it is about; "" for what belongs to no single table.
    """

    object: str
    do: tuple[str, ...]
    undo: tuple[str, ...]
    before: str = ""
    after: str = ""
    key: str = ""


class Line(NamedTuple):
    """A line of a diff; `sign` is "+", "-" or " "."""

    sign: str
    text: str


class Remembered(NamedTuple):
    """What was asked for, and what the database said right after it was applied."""

    wanted: str
    found: str


Ledger = Mapping[str, Remembered]


def unchanged(ledger: Ledger, key: str, wanted: str, found: str) -> bool:
    """Return whether an object is as it was applied, and nothing else is wanted since."""
    return ledger.get(key) == Remembered(wanted, found)


def script(steps: Iterable[Step]) -> list[str]:
    """Return the statements in order."""
    return [statement for step in steps for statement in step.do]


def reverse(steps: Iterable[Step]) -> list[str]:
    """Return the statements that bring back what was there before: the last step's first."""
    return [statement for step in reversed(tuple(steps)) for statement in step.undo]


def diff(steps: Iterable[Step]) -> list[tuple[str, list[Line]]]:
    """Return for each object, in the order of the plan, the lines that go, come and stay."""
    texts: dict[str, tuple[list[str], list[str]]] = {}
    for step in steps:
        before, after = texts.setdefault(step.object, ([], []))
        before += step.before.splitlines()
        after += step.after.splitlines()
    return [(name, _lines(*both)) for name, both in texts.items()]


def _lines(before: list[str], after: list[str]) -> list[Line]:
    found = list(unified_diff(before, after, lineterm="", n=len(before) + len(after)))
    return [Line(line[0], line[1:]) for line in found[3:]]
