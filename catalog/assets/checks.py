"""What upper rooms check, and make of it, before something is said about an asset."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.assets.models import Asset

Check = Callable[["Asset", Any], Any]
CHECKS: dict[str, Check] = {}


def add_check(attribute: str, check: Check) -> None:
    """`check(asset, value)` returns the value as the asset keeps it; raises ValidationError by attribute."""
    CHECKS[attribute] = check


def checked_by_all(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as the rooms let them be."""
    return {name: CHECKS[name](asset, value) if name in CHECKS else value for name, value in changes.items()}
