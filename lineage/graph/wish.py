"""What a reader asks to see of the graph, as the address of the page says it. Knows no Django."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

USUAL = 8  # neighbours of a side before "+N more"
MOST_NODES = 400
MOST_DEPTH = 10
MOST_OPENED = 200
NODE = r"(?:hidden-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
OPENED = re.compile(rf"({NODE})([ud])\Z")
LIMIT = re.compile(rf"({NODE})([ud]):(\d{{1,4}})\Z")


class BadWish(ValueError):
    """The text asks for nothing that we understand."""


@dataclass(frozen=True)
class Side:
    """One side of one node, `u` or `d`."""

    node: str
    way: str


@dataclass(frozen=True)
class Wish:
    """`opened` and `limits` speak of ids as they stand in the picture; `previous` are y in px there."""

    up: int = 1
    down: int = 1
    opened: frozenset[Side] = frozenset()
    limits: Mapping[Side, int] = field(default_factory=dict)
    jobs: bool = False
    removed: bool = False
    at: datetime | None = None
    previous: Mapping[str, float] = field(default_factory=dict)
    pin: str | None = None

    @property
    def nodes(self) -> set[str]:
        return {side.node for side in (*self.opened, *self.limits)}


def read_opened(text: str) -> frozenset[Side]:
    """Return the sides of `<id>d,<id>u`; raises `BadWish`."""
    return frozenset(Side(*found.groups()) for found in _items(text, OPENED.match))


def read_limits(text: str) -> dict[Side, int]:
    """Return the limits of `<id>d:58,<id>u:108`; raises `BadWish`."""
    return {
        Side(found[1], found[2]): max(1, min(int(found[3]), MOST_NODES))
        for found in _items(text, LIMIT.match)
    }


def _items(text: str, match: Callable[[str], re.Match[str] | None]) -> Iterator[re.Match[str]]:
    items = [item for item in text.split(",") if item]
    if len(items) > MOST_OPENED:
        raise BadWish(f"At most {MOST_OPENED} nodes can be opened.")
    for item in items:
        found = match(item)
        if found is None:
            raise BadWish(f"{item[:80]!r} names no side of a node.")
        yield found


def read_previous(sent: object) -> tuple[dict[str, float], str | None]:
    """Return where the nodes stand on the reader's screen, and the clicked one; nonsense is left out."""
    if not isinstance(sent, dict):
        return {}, None
    ys, pin = sent.get("y"), sent.get("pin")
    known = {
        str(node): float(y)
        for node, y in (ys.items() if isinstance(ys, dict) else ())
        if isinstance(y, int | float) and abs(y) < 1e9
    }
    return known, pin if isinstance(pin, str) else None
