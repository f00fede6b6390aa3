"""What a notice may be about, and who may see that: a room says so once, when it loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SUBJECTS: dict[str, Callable[[Any], Any]] = {}


def notice_subject(name: str, seen: Callable[[Any], Any]) -> None:
    """Let a notice about (name, code) exist only for a reader who finds the code among `seen(reader)`."""
    SUBJECTS[name] = seen
