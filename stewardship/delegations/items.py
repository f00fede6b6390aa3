"""What can be handed over one by one: a room says so once, when it loads. Knows no Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

ITEMS: dict[str, Callable[[User], Any]] = {}


def know_items(kind: str, rows: Callable[[User], Any]) -> None:
    """Let things of a kind of the inbox be handed over; `rows(reader)` are those that somebody may see."""
    ITEMS[kind] = rows
