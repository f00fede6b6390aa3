"""What upper floors pin on the nodes of the picture. They register a function; nothing is imported."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Badges = Callable[[Collection[UUID]], Mapping[UUID, str]]
QUALITY: list[Badges] = []


def add_badges(function: Badges) -> None:
    """Register `function(codes) -> {code: "pass" | "fail"}`; one query for all codes, at most."""
    if function not in QUALITY:
        QUALITY.append(function)


def badges(codes: Collection[UUID]) -> dict[UUID, str]:
    """Return the state of each asset of which somebody knows one; a failure wins."""
    found: dict[UUID, str] = {}
    for function in QUALITY:
        for code, state in function(codes).items():
            if found.get(code) != "fail":
                found[code] = state
    return found
